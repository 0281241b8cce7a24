"""The examples of the manual do what the manual says, on a registry of their own."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from gisreg.database.cluster import Cluster
from tests.docs.pages import AT_ROOT, MANUAL, PAGES, Block, blocks
from tests.docs.shell import Shell
from tests.support.databases import reachable_folder

QUICK_START = MANUAL / "quick-start.md"


def runnable(page: Path) -> list[Block]:
    return [block for block in blocks(page) if block.language in ("console", "python")]


# The page on running a registry comes last: it moves to another one that it restores.
OTHERS = sorted(
    (page for page in PAGES if page != QUICK_START and runnable(page)),
    key=lambda page: page.name == "operations.md",
)


@pytest.fixture(scope="module")
def root() -> Iterator[Path]:
    folder = reachable_folder("gisreg-docs-")
    yield folder
    for home in folder.glob("registry*"):
        Cluster(home).stop()
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def shell(root: Path) -> Shell:
    """Return a shell whose registry has gone through the quick start."""
    made = Shell(root)
    for block in runnable(QUICK_START):
        made.run(block)
    return made


def test_the_quick_start_leads_to_flagged_segments(shell: Shell) -> None:
    assert len(runnable(QUICK_START)) >= 5


@pytest.mark.parametrize("page", OTHERS, ids=lambda page: page.stem)
def test_a_page_does_what_it_says(shell: Shell, page: Path) -> None:
    for block in runnable(page):
        shell.run(block)


@pytest.mark.parametrize("page", AT_ROOT, ids=lambda page: page.stem)
def test_python_at_the_root_is_python(page: Path) -> None:
    for block in blocks(page):
        if block.language == "python":
            compile(block.text, str(block), "exec")
