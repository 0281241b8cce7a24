"""QGIS itself, as engineers have it: opens what gisreg writes, without a screen."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

PYTHON = "/usr/bin/python3"
"""Debian's own interpreter: QGIS is a package of Debian's, not of the virtual environment."""


def look(path: Path) -> dict[str, Any]:
    """Return what QGIS makes of a project or a file: layers, symbols, forms, and the colours it draws."""
    return _run("look", str(path))


def edit(project: Path, edits: dict[str, list[dict[str, Any]]]) -> None:
    """Make edits in QGIS and save them: layer -> changes by `code` (`set`, `move`, `delete`), or `add` at a place."""
    _run("edit", str(project), json.dumps(edits))


def _run(*words: str) -> Any:
    home = Path(tempfile.mkdtemp(prefix="gisreg-qgis-"))  # mode 0700, as Qt wants it
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "XDG_RUNTIME_DIR": str(home),
        "LANG": "C.UTF-8",
    }
    script = Path(__file__).with_name("in_qgis.py")
    try:
        answer = subprocess.run(
            [PYTHON, str(script), *words], capture_output=True, text=True, timeout=120, env=environment
        )
    finally:
        shutil.rmtree(home)
    assert answer.returncode == 0, answer.stdout + answer.stderr
    return json.loads(answer.stdout.splitlines()[-1])
