"""Tables of an object's panel: who hangs on a pole, who stands on a tower, the steps of a segment."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from gisreg.clock import local
from gisreg.database.connection import PgConnection
from gisreg.database.queries import load_queries
from gisreg.features.text import code_words
from gisreg.sharing.occupancy import occupancy, tenants
from layers import codelists

queries = load_queries(__file__, "details.sql")

Table = dict[str, Any]

_OWNERLESS = {"vi": "Chưa rõ chủ", "en": "Owner unknown"}


def _table(title: tuple[str, str], columns: Iterable[tuple[str, str]], rows: list[list[Any]]) -> Table:
    return {
        "title": {"vi": title[0], "en": title[1]},
        "columns": [{"vi": vi, "en": en} for vi, en in columns],
        "rows": rows,
    }


def _on_pole(connection: PgConnection, pole_id: int) -> Table:
    return _table(
        ("Đơn vị treo cáp", "Who hangs here"),
        [
            ("Đơn vị", "Organisation"),
            ("Cấp", "Role"),
            ("Loại", "Medium"),
            ("Trạng thái", "State"),
            ("Số cáp", "Cables"),
        ],
        [
            [
                row["organisation"] or _OWNERLESS,
                code_words(codelists.CABLE_ROLE, row["role"]),
                code_words(codelists.CABLE_MEDIUM, row["medium"]),
                code_words(codelists.CABLE_STATE, row["state"]),
                row["cables"],
            ]
            for row in occupancy(connection, pole_id)
        ],
    )


def _pole_codes(connection: PgConnection, pole_id: int) -> Table:
    return _table(
        ("Mã số khác", "Other codes"),
        [("Đơn vị", "Organisation"), ("Mã", "Code"), ("Nguồn", "Source")],
        [list(row) for row in queries.pole_codes(connection, id=pole_id)],
    )


def _on_tower(connection: PgConnection, tower_id: int) -> Table:
    return _table(
        ("Đơn vị dùng chung", "Tenants"),
        [
            ("Đơn vị", "Organisation"),
            ("Tình trạng", "Status"),
            ("Từ", "From"),
            ("Đến", "To"),
            ("Độ cao ăng ten (m)", "Antenna height (m)"),
        ],
        [
            [
                row["organisation"],
                code_words(codelists.LIFECYCLE, row["status"]),
                row["valid_from"],
                row["valid_to"],
                row["antenna_height_m"],
            ]
            for row in tenants(connection, tower_id)
        ],
    )


def _steps(connection: PgConnection, segment_id: int) -> Table:
    return _table(
        ("Quá trình chỉnh trang", "Tidying so far"),
        [
            ("Lúc", "When"),
            ("Từ", "From"),
            ("Thành", "To"),
            ("Người", "Who"),
            ("Đơn vị", "Organisation"),
            ("Ghi chú", "Note"),
        ],
        [
            [
                _minute(moment),
                code_words(codelists.TIDYING_STATE, before),
                code_words(codelists.TIDYING_STATE, after),
                person,
                organisation,
                note,
            ]
            for moment, before, after, person, organisation, note in queries.tidying_events(
                connection, id=segment_id
            )
        ],
    )


def _cable_progress(connection: PgConnection, cable_id: int) -> Table:
    return _table(
        ("Đoạn cáp theo tình trạng", "Segments by state"),
        [("Tình trạng", "State"), ("Số đoạn", "Segments"), ("Chiều dài (m)", "Length (m)")],
        [
            [code_words(codelists.TIDYING_STATE, state), number, round(metres, 1)]
            for state, number, metres in queries.cable_progress(connection, id=cable_id)
        ],
    )


def _minute(moment: datetime) -> str:
    """Return a moment to the minute in the registry's time zone, as it is written in Vietnam."""
    return f"{local(moment):%d/%m/%Y %H:%M}"


TABLES: dict[str, tuple[Callable[[PgConnection, int], Table], ...]] = {
    "pole": (_on_pole, _pole_codes),
    "tower": (_on_tower,),
    "segment": (_steps,),
    "cable": (_cable_progress,),
}
"""Which tables an object of a layer has; empty ones are not shown."""
