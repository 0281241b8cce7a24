"""Changes as people read them on a terminal."""

from __future__ import annotations

import json
from typing import Any

from rich.console import Console
from rich.text import Text

from gisreg.clock import local
from gisreg.database.connection import PgConnection
from gisreg.history.changes import Change, Wanted, changes
from layers import LAYERS

_PAGE = 500
_WORDS = {"insert": "added", "update": "changed", "delete": "deleted"}
_LONGEST = 100


def print_changes(connection: PgConnection, wanted: Wanted, limit: int) -> int:
    """Print up to `limit` changes, a paragraph each, and return how many there were."""
    console = Console(soft_wrap=True, highlight=False)
    printed, after = 0, None
    while printed < limit:
        page = changes(connection, wanted, min(_PAGE, limit - printed), after)
        for change in page:
            console.print(paragraph(change))
        printed += len(page)
        if not page:
            break
        after = page[-1].place
    return printed


def paragraph(change: Change) -> Text:
    """Return a change as text: a line that says who did what, a line for every field."""
    what = f"{change.layer} {change.id}{f' ({change.part})' if change.part else ''}"
    who = ", ".join(name for name in (change.person, change.organisation) if name) or "-"
    text = Text()
    text.append(f"{local(change.recorded_at):%Y-%m-%d %H:%M:%S} ", style="dim")
    text.append(f"{what} {_WORDS[change.operation]}", style="bold")
    text.append(f" by {who}")
    if change.happened_at:
        text.append(f", happened {local(change.happened_at):%Y-%m-%d %H:%M}")
    if change.reason:
        text.append(f": {change.reason}", style="italic")
    if change.request_id:
        text.append(f" [{change.request_id}]", style="dim")
    for name, values in change.fields.items():
        text.append(f"\n    {_title(change, name)}: ")
        if change.operation == "update":
            text.append(f"{_value(values['before'])} -> {_value(values['after'])}")
        else:
            text.append(_value(values["after" if change.operation == "insert" else "before"]))
    return text


def _title(change: Change, name: str) -> str:
    layer = LAYERS.get(change.layer)
    found = next((item.en for item in layer.fields if item.name == name), None) if layer else None
    return f"{found} ({name})" if found else name


def _value(value: Any) -> str:
    if value is None:
        return "-"
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."
