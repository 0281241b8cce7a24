"""The few words of Markdown that reference pages are written in."""

from __future__ import annotations

from collections.abc import Iterable

NOTICE = "<!-- Made by `make reference`; change the program, not this page. -->"


def start(title: str, *paragraphs: str) -> list[str]:
    """Return the first lines of a page: its title, the notice and what it tells."""
    return [f"# {title}", "", NOTICE, "", *(line for text in paragraphs for line in (text, ""))]


def code(text: object) -> str:
    """Return text as inline code that can stand in a table."""
    return f"`{text}`".replace("|", "\\|")


def cell(text: object) -> str:
    """Return text that can stand in a table: one line, no bars, no markup."""
    return " ".join(str(text).split()).replace("|", "\\|").replace("<", "&lt;")


def table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> list[str]:
    """Return the lines of a table and an empty one; cells come escaped."""
    names = list(head)
    return [_row(names), _row(["---"] * len(names)), *(_row(row) for row in rows), ""]


def _row(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def finish(lines: Iterable[str]) -> str:
    """Return the page's text with one newline at its end."""
    return "\n".join(lines).rstrip() + "\n"
