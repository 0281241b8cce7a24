"""Tests on real data are left out visibly, or fail in CI; never unseen."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.accounts import CLONE

_MODULE = """
import pytest

@pytest.mark.real
def test_on_real_data(shared_data):
    assert (shared_data / "README.md").exists()

def test_another():
    pass
"""


def _run(tmp_path: Path, workers: str, **variables: str) -> subprocess.CompletedProcess[str]:
    (tmp_path / "test_one.py").write_text(_MODULE)
    return subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "-p", "tests.support.real_data", "-n", workers),
            *("-c", "/dev/null", "--rootdir", str(tmp_path), str(tmp_path)),
        ],
        cwd=CLONE,
        env={**{name: value for name, value in os.environ.items() if name != "CI"}, **variables},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("workers", ["0", "1"])
def test_without_the_folder_they_are_left_out_and_the_run_says_so(tmp_path: Path, workers: str) -> None:
    answer = _run(tmp_path, workers, GISREG_SHARED_DATA=str(tmp_path / "absent"))

    assert answer.returncode == 0, answer.stdout
    assert "1 passed" in answer.stdout
    assert f"NOT RUN: the tests on real data; there is no folder {tmp_path / 'absent'}" in answer.stdout


@pytest.mark.parametrize("workers", ["0", "1"])
def test_in_ci_a_missing_folder_is_a_failure(tmp_path: Path, workers: str) -> None:
    answer = _run(tmp_path, workers, GISREG_SHARED_DATA=str(tmp_path / "absent"), CI="true")

    assert answer.returncode == 1
    assert "GISREG_SHARED_DATA" in answer.stdout


@pytest.mark.parametrize("workers", ["0", "1"])
def test_with_the_folder_they_run(tmp_path: Path, workers: str) -> None:
    folder = tmp_path / "data"
    folder.mkdir()
    (folder / "README.md").touch()

    answer = _run(tmp_path, workers, GISREG_SHARED_DATA=str(folder))

    assert answer.returncode == 0, answer.stdout
    assert "2 passed" in answer.stdout
    assert "NOT RUN" not in answer.stdout
