"""The reference pages of the manual, made from the program itself.

`python -m scripts.reference` writes docs/reference/*.md and docs/rules.md;
`python -m scripts.reference --check` only says which committed pages are stale.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from scripts.reference import command_line, errors, http, layers, rules, settings

FOLDER = Path(__file__).parents[2] / "docs"

PAGES: dict[str, Callable[[], str]] = {
    "reference/layers.md": layers.page,
    "reference/cli.md": command_line.page,
    "reference/settings.md": settings.page,
    "reference/errors.md": errors.page,
    "reference/http.md": http.page,
    "rules.md": rules.page,
}


def stale() -> list[str]:
    """Return the names of the pages whose committed text differs from what the program says now."""
    return [
        name
        for name, page in PAGES.items()
        if not (FOLDER / name).is_file() or (FOLDER / name).read_text(encoding="utf-8") != page()
    ]


def write() -> list[str]:
    """Write the stale pages and return their names."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    names = stale()
    for name in names:
        (FOLDER / name).write_text(PAGES[name](), encoding="utf-8")
    return names
