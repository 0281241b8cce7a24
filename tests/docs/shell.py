"""Run the examples of a page as a reader would: one shell, one registry of its own."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from tests.docs.pages import Block
from tests.support.accounts import CLONE

_EXIT_CODE = re.compile(r"\s+# exit code (\d+)$")
_KEEP_ENVIRONMENT = 'eval "$1"; code=$?; env -0 >"$2"; exit $code'


@dataclass(frozen=True)
class Command:
    """One command of a `console` block: where it stands, its words, exit code and output."""

    place: str
    line: str
    exit_code: int
    output: str


def commands(block: Block) -> list[Command]:
    """Return the commands of a `console` block: lines with `$`, each followed by what it prints."""
    found = []
    for part in re.split(r"^\$ ", block.text, flags=re.MULTILINE)[1:]:
        line, _, output = part.partition("\n")
        code = _EXIT_CODE.search(line)
        found.append(
            Command(str(block), _EXIT_CODE.sub("", line), int(code[1]) if code else 0, output.strip())
        )
    return found


def without_empty_lines(text: str) -> str:
    """Return text without lines that hold nothing, and without space at its ends."""
    return "\n".join(line for line in text.splitlines() if line.strip()).strip()


class Shell:
    """A shell in a folder with the manual's examples; `gisreg` is this clone, the registry its own."""

    def __init__(self, root: Path):
        self.work = root / "work"
        self._environment_file = root / "environment"
        programs = root / "bin"
        for folder in (self.work, programs):
            folder.mkdir()
        (self.work / "docs").symlink_to(CLONE / "docs")
        program = programs / "gisreg"
        program.write_text(f'#!/bin/sh\nexec {sys.executable} -m gisreg.cli.main "$@"\n')
        program.chmod(0o755)
        self.environment = {
            name: value for name, value in os.environ.items() if not name.startswith(("GISREG_", "PYTEST_"))
        } | {
            "PATH": f"{programs}:{os.environ['PATH']}",
            "PYTHONPATH": str(CLONE),
            "PYTHONWARNINGS": "error",
            "GISREG_DATA_DIR": str(root / "registry"),
        }

    def run(self, block: Block) -> None:
        """Run a block of `console` or `python`; fail when it does not do what the page says."""
        if block.language == "python":
            answer = self._start([sys.executable, "-c", block.text])
            assert answer.returncode == 0, f"{block}:\n{answer.stdout}"
            return
        for command in commands(block):
            self._run_command(command)

    def _run_command(self, command: Command) -> None:
        answer = self._start(
            ["bash", "-c", _KEEP_ENVIRONMENT, "-", command.line, str(self._environment_file)]
        )
        told = f"{command.place}: {command.line}\n{answer.stdout}"
        assert answer.returncode == command.exit_code, f"exit code {answer.returncode}, {told}"
        pattern = re.escape(without_empty_lines(command.output)).replace(r"\.\.\.", ".*")
        assert not pattern or re.fullmatch(pattern, without_empty_lines(answer.stdout), re.DOTALL), told
        pairs = self._environment_file.read_text(encoding="utf-8").strip("\0").split("\0")
        self.environment = dict(pair.split("=", 1) for pair in pairs)

    def _start(self, words: list[str]) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            words,
            cwd=self.work,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            check=False,
        )
