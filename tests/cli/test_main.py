"""The command line: errors are sentences, and only what is called is imported."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path


def gisreg(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the command line in a process of its own."""
    return subprocess.run(
        [
            "env",
            # What an earlier test configured for this process is not what a user starts with.
            *(word for name in os.environ if name.startswith("GISREG_") for word in ("-u", name)),
            *(f"{k}={v}" for k, v in environment.items()),
            sys.executable,
            "-m",
            "gisreg.cli.main",
            *words,
        ],
        capture_output=True,
        text=True,
        check=False,
    )


def test_an_error_is_a_sentence_and_its_brackets_are_kept(tmp_path: Path) -> None:
    answer = gisreg("db", "url", GISREG_DATA_DIR=str(tmp_path / "[bold]none[/bold]"))
    assert answer.returncode == 2
    assert "[bold]none[/bold]" in answer.stderr
    assert "what to do: Start it: gisreg db start" in answer.stderr
    assert "Traceback" not in answer.stderr


def test_a_foreign_database_cannot_be_started() -> None:
    answer = gisreg("db", "start", GISREG_DATABASE_URL="postgresql://nobody@localhost/none")
    assert answer.returncode == 2
    assert "GISREG_DATABASE_URL" in answer.stderr


def test_a_command_does_not_import_the_map_libraries() -> None:
    code = (
        "import sys; sys.argv = ['gisreg', 'db', '--help']; from gisreg.cli.main import run\n"
        "try:\n  run()\nexcept SystemExit:\n  pass\n"
        "assert not {'folium', 'geopandas', 'fastapi'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)


def test_the_doctor_says_how_to_start_a_database(tmp_path: Path) -> None:
    answer = gisreg("doctor", GISREG_DATA_DIR=str(tmp_path / "none"))
    assert answer.returncode == 1
    assert "FAIL The database runs" in answer.stdout
    assert "gisreg db start" in answer.stdout
    assert "Traceback" not in answer.stderr
