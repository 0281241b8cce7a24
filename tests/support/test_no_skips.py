"""A skip, wherever it is, turns a run red."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.accounts import CLONE

_MODULES = {
    "call": "import pytest\ndef test_it():\n    pytest.skip('no browser')\n",
    "mark": "import pytest\n@pytest.mark.skip(reason='later')\ndef test_it():\n    pass\n",
    "module": "import pytest\npytest.skip('no database', allow_module_level=True)\n",
    "import": "import pytest\npytest.importorskip('no_such_library')\n",
    "expected": "import pytest\n@pytest.mark.xfail\ndef test_it():\n    assert False\n",
}


@pytest.mark.parametrize("workers", ["0", "1"])
def test_every_way_to_skip_fails_the_run(tmp_path: Path, workers: str) -> None:
    for way, text in _MODULES.items():
        (tmp_path / f"test_{way}.py").write_text(text)
    answer = subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "-p", "tests.support.no_skips", "-n", workers),
            *("--continue-on-collection-errors", "-c", "/dev/null"),
            *("--rootdir", str(tmp_path), str(tmp_path)),
        ],
        cwd=CLONE,
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.returncode == 1, answer.stdout
    assert answer.stdout.count("does not allow") >= len(_MODULES)
    assert " 2 failed, 3 errors in " in answer.stdout
