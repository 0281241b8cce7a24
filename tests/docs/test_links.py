"""Links and commands in what people read lead somewhere."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest
from typer.main import get_command

from gisreg.cli.main import assemble
from tests.docs.pages import AT_ROOT, PAGES
from tests.support.accounts import CLONE

READ = [*PAGES, *AT_ROOT]
_LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
_CODE = re.compile(r"`([^`]+)`")


def name(page: Path) -> str:
    return str(page.relative_to(CLONE))


@pytest.mark.parametrize("page", READ, ids=name)
def test_files_that_a_page_links_to_exist(page: Path) -> None:
    targets = [target.split("#")[0] for target in _LINK.findall(page.read_text(encoding="utf-8"))]
    missing = [
        target
        for target in targets
        if target and not re.match(r"[a-z]+:", target) and not (page.parent / target).exists()
    ]
    assert missing == []


@pytest.mark.parametrize("page", READ, ids=name)
def test_make_targets_that_a_page_names_exist(page: Path) -> None:
    makefile = (CLONE / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z][a-z-]*)(?=[ a-z-]*:)", makefile, re.MULTILINE))
    named = set(re.findall(r"(?:^|`|\$ )make ([a-z-]+)", page.read_text(encoding="utf-8"), re.MULTILINE))
    assert named <= targets


@pytest.mark.parametrize("page", READ, ids=name)
def test_gisreg_commands_that_a_page_names_exist(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    inline = [code for code in _CODE.findall(text) if code.startswith("gisreg ")]
    lines = re.findall(r"^(?:\$ )?(gisreg [^\n]*)$", text, re.MULTILINE)
    nested = re.findall(r"\$\((gisreg [^)]*)\)", text)
    unknown = [line for line in (*inline, *lines, *nested) if not known(line)]
    assert unknown == []


def known(line: str) -> bool:
    """Return whether the words after `gisreg` are a command, as far as they are no arguments."""
    command: click.Command = get_command(assemble())
    for word in line.split()[1:]:
        if not isinstance(command, click.Group) or not command.commands:
            return True
        if not re.fullmatch(r"[a-z-]+", word) or word.startswith("-"):
            return True
        if word not in command.commands:
            return False
        command = command.commands[word]
    return True
