"""What is drawn for places side by side is the same in every run."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from tests.support.side_by_side import drawn
from tests.support.towns import towns

DRAWN = """
from tests.support.side_by_side import drawn
from tests.support.towns import towns
print(drawn(towns(zones=2), 40))
"""
WITH_MORE_NUMBERS = """
import sys
sys.path.insert(0, sys.argv[1])
import more_numbers
"""


def told(program: str, folder: Path) -> str:
    """Return what a program prints that runs by itself."""
    run = [sys.executable, "-c", program, str(folder)]
    return subprocess.run(run, check=True, capture_output=True, text=True).stdout


def test_examples_are_different_and_as_many_as_asked_for() -> None:
    assert len(set(map(repr, drawn(towns(zones=2), 40)))) == 40


def test_examples_hang_on_no_number_in_the_program() -> None:
    # A folder that Hypothesis takes for the program's own: none with `test` in its path.
    with tempfile.TemporaryDirectory(prefix="numbers-", dir=Path.cwd()) as folder:
        numbers = ", ".join(str(number) for number in range(1000, 5000, 10))
        Path(folder, "more_numbers.py").write_text(f"NUMBERS = [{numbers}]\n", "utf-8")
        assert told(WITH_MORE_NUMBERS + DRAWN, Path(folder)) == told(DRAWN, Path(folder))
