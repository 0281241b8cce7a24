"""Links and commands in what people read lead somewhere."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

from gisreg.cli.default_command import DefaultCommand
from gisreg.cli.main import assemble
from layers import LAYERS
from tests.docs.pages import AT_ROOT, PAGES, blocks
from tests.support.accounts import CLONE

READ = [*PAGES, *AT_ROOT]
COMMANDS: Any = get_command(assemble())
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
    lines = [
        line
        for block in blocks(page)
        for line in re.findall(r"^(?:\$ )?(gisreg [^\n]*)$", block.text, re.MULTILINE)
    ]
    nested = re.findall(r"\$\((gisreg [^)]*)\)", text)
    unknown = [line for line in (*inline, *lines, *nested) if not known(line)]
    assert unknown == []


def known(line: str) -> bool:
    """Return whether the words after `gisreg` are a command, as far as they are no arguments."""
    command: Any = COMMANDS
    for word in line.split()[1:]:
        below = getattr(command, "commands", {})
        if not below or not re.fullmatch(r"[a-z][a-z-]*", word):
            return True
        if word not in below:
            # `gisreg export LAYER FILE` is short for `gisreg export layer LAYER FILE`.
            if isinstance(command, DefaultCommand):
                return True  # then it is an argument of the default
            return command is COMMANDS.commands["export"] and word in LAYERS
        command = below[word]
    return True


def test_a_command_that_does_not_exist_is_not_known() -> None:
    assert known("gisreg db start")
    assert known("gisreg doctor --anything")
    assert not known("gisreg db sttart")
    assert not known("gisreg polish poles")
    assert known("gisreg export pole poles.gpkg")
    assert not known("gisreg export house houses.gpkg")
