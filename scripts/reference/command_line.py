"""docs/reference/cli.md: every command, written by typer's own generator of documentation."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from gisreg.cli.main import assemble
from scripts.reference.markdown import finish, start

app = assemble()  # what `python -m typer` looks for

_CLONE = Path(__file__).parents[2]


def page() -> str:
    """Return the page. Raises CalledProcessError when typer cannot describe the commands."""
    text = subprocess.run(
        [
            *(sys.executable, "-m", "typer", "scripts.reference.command_line"),
            *("utils", "docs", "--name", "gisreg"),
        ],
        cwd=_CLONE,
        capture_output=True,
        encoding="utf-8",
        check=True,
    ).stdout
    body = text.split("\n", 1)[1]
    # Lists of subcommands cut their texts short; the sections that follow have them in full.
    body = re.sub(r"\*\*Commands\*\*:\n\n(\* .*\n)+\n", "", body)
    # Usage lines are no examples: `console` is kept for commands that the tests run.
    body = body.replace("```console\n$ ", "```text\n")
    return finish(
        [
            *start(
                "Dòng lệnh / Command line",
                "Mọi lệnh `gisreg`, sinh từ chính chương trình. Mã thoát: 0 là xong, 1 là kiểm tra không "
                "đạt, 2 là lỗi của người gọi.",
                "Every `gisreg` command, made from the program itself. Exit codes: 0 done, 1 a check "
                "failed, 2 a mistake in the call, 3 (`gisreg db status`) not running.",
            ),
            *(line.rstrip() for line in body.strip().splitlines()),
        ]
    )
