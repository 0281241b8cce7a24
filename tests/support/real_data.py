"""A pytest plugin: tests marked `real` run on real data that is not part of the project.

The folder is named by GISREG_SHARED_DATA, or is `../shared/data` beside the clone. Where it is missing
these tests are left out, and the run says so at its end; with CI=true they fail instead.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

_VARIABLE = "GISREG_SHARED_DATA"
_ROOT = Path(__file__).parents[2]
# Read at import: the tests' conftest takes every GISREG_ variable out of the environment.
_GIVEN = os.environ.get(_VARIABLE)
_FOLDER = pytest.StashKey[Path]()


def in_ci() -> bool:
    """Tell whether the run is one that must try everything."""
    return os.environ.get("CI", "").lower() in ("1", "true")


def pytest_configure(config: pytest.Config) -> None:
    """Find the folder; an xdist worker is told by the run."""
    given = getattr(config, "workerinput", {}).get("gisreg_shared_data") or _GIVEN
    config.stash[_FOLDER] = Path(given) if given else _ROOT.parent / "shared" / "data"
    config.addinivalue_line("markers", f"real: needs the real data ({_VARIABLE} or ../shared/data)")


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Tell an xdist worker where the folder is."""
    node.workerinput["gisreg_shared_data"] = str(node.config.stash[_FOLDER])


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave the real tests out where there is nothing to run them on, except in CI."""
    if config.stash[_FOLDER].is_dir() or in_ci():
        return
    real = [item for item in items if item.get_closest_marker("real")]
    items[:] = [item for item in items if not item.get_closest_marker("real")]
    config.hook.pytest_deselected(items=real)


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """Say that the real tests were left out, and how to run them."""
    folder = config.stash[_FOLDER]
    if not folder.is_dir() and not in_ci():
        terminalreporter.section("real data")
        terminalreporter.line(
            f"NOT RUN: the tests on real data; there is no folder {folder}. Name it with {_VARIABLE}=/path."
        )


@pytest.fixture(scope="session")
def shared_data(pytestconfig: pytest.Config) -> Path:
    """Return the folder of the real data; fail where it is missing."""
    folder = pytestconfig.stash[_FOLDER]
    assert folder.is_dir(), f"There is no folder {folder}: name the real data's with {_VARIABLE}=/path."
    return folder
