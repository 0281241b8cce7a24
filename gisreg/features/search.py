"""Search: places by name without diacritics, structures by the beginning of any of their codes."""

from __future__ import annotations

from typing import Any

from gisreg.database.connection import PgConnection
from gisreg.database.queries import load_queries
from layers import LAYERS

queries = load_queries(__file__, "search.sql")

MOST = 20
LEAST_LETTERS = 2
MOST_LETTERS = 100
_LAST = "\U0010ffff"
"""The last character there is: all that begins with a text sorts before text and this, byte by byte."""


def search(connection: PgConnection, text: str) -> list[dict[str, Any]]:
    """Return up to 20 objects that bear a name or code like the text, the best first.

    Returns:
        Rows with layer, id, label, context (both languages: kind of object and what tells it apart)
        and bbox (west, south, east, north in degrees). Empty below two letters.
    """
    wanted = " ".join(text.replace("\x00", " ").split())[:MOST_LETTERS]
    if len(wanted) < LEAST_LETTERS:
        return []
    with connection.cursor() as cursor:
        cursor.execute("SELECT gisreg.search_text(%s)", (wanted,))
        (plain,) = cursor.fetchone() or ("",)
    rows = queries.search(
        connection,
        first=wanted,
        last=wanted + _LAST,
        upper_first=wanted.upper(),
        upper_last=wanted.upper() + _LAST,
        plain=plain,
        part=f"%{_literal(plain)}%",
        start=_literal(plain) + "%",
        exact=wanted,
        upper_exact=wanted.upper(),
        most=MOST,
    )
    return [_result(*row) for row in rows]


def _literal(text: str) -> str:
    """Return a text in which LIKE sees no wildcards."""
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _result(layer: str, object_id: int, label: str, context: str | None, *box: float) -> dict[str, Any]:
    described = LAYERS[layer]
    told = f" · {context}" if context and context != label else ""
    return {
        "layer": layer,
        "id": object_id,
        "label": label,
        "context": {"vi": described.vi + told, "en": described.en + told},
        "bbox": list(box),
    }
