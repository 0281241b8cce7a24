"""A pytest plugin: a test that is skipped or expected to fail has failed. Nothing is left untried."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import pytest


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Turn the report of a skipped test into that of a failed one."""
    return _refuse_skip((yield))


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Turn the report of a skipped module into that of a failed one."""
    return _refuse_skip((yield))


def _refuse_skip(report: Any) -> Any:
    if report.outcome == "skipped":
        report.outcome = "failed"
        report.longrepr = f"Skipped, which this test run does not allow: {report.longrepr}"
        if hasattr(report, "wasxfail"):
            del report.wasxfail
    return report
