"""The part of an object's panel that shows both values while a proposal waits."""

from __future__ import annotations

from typing import Any

from gisreg.database.connection import PgConnection
from gisreg.proposals.read import Wanted, proposals
from gisreg.proposals.words import lines
from layers import Layer

_COLUMNS = (
    ("Mục", "Field"),
    ("Đang ghi", "Stands"),
    ("Đề xuất", "Proposed"),
    ("Đơn vị đề xuất", "Proposed by"),
    ("Lý do", "Why"),
    ("Hạn", "Due"),
)


def waiting(layer: Layer, connection: PgConnection, object_id: int) -> dict[str, Any]:
    """Return the table of what is proposed about an object and not decided; without rows for most."""
    found: list[dict[str, Any]] = []
    if layer.shared_fields or layer.shares_position:
        found, _ = proposals(
            connection, Wanted(state="waiting", layer=layer.key, object_id=object_id), limit=50
        )
    return {
        "title": {"vi": "Đề xuất chờ quyết định", "en": "Proposals waiting"},
        "columns": [{"vi": vi, "en": en} for vi, en in _COLUMNS],
        "rows": [
            [
                {"vi": line["vi"], "en": line["en"]},
                line["now"],
                line["proposed"],
                row["organisation"],
                row["reason"],
                f"{row['due_on']:%d/%m/%Y}",
            ]
            for row in found
            for line in lines(connection, row)
        ],
    }
