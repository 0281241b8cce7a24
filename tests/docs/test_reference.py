"""Reference pages say what the program is now."""

from __future__ import annotations

import pytest

from scripts.reference import FOLDER, PAGES


@pytest.mark.parametrize("name", PAGES)
def test_a_reference_page_is_fresh(name: str) -> None:
    committed = (FOLDER / name).read_text(encoding="utf-8")
    assert committed == PAGES[name](), f"docs/{name} is stale; run: make reference"


def test_every_reference_page_is_made() -> None:
    made = {f"reference/{path.name}" for path in (FOLDER / "reference").glob("*.md")}
    assert made == {name for name in PAGES if name.startswith("reference/")}
