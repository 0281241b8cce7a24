"""The zone of the made-up town that is made from a list of streets, as a decision would write it."""

from __future__ import annotations

from gisreg.database.connection import PgConnection
from gisreg.database.queries import load_queries
from gisreg.demo.plan import GENERATED
from gisreg.zones import keep
from gisreg.zones.build import draft
from gisreg.zones.make import write_area
from gisreg.zones.sheet import read_text
from gisreg.zones.source import together

queries = load_queries(__file__)

CODE = "KV-MQ-02"
PASTED = """Danh mục tuyến đường (minh hoạ):
1. Lý Bôn (từ Võ Nguyên Giáp đến Kỳ Đồng)
2. Đ. Lê Lợi
"""
WIDTH_M = 45.0


def give_recipe(connection: PgConnection, person: str) -> None:
    """Give the axis of Lý Bôn and Lê Lợi its recipe, and the area that follows from it.

    To be called before the network is flagged. A town from files has no such zone: nothing happens.
    """
    zone_id = queries.made_up_zone(connection, code=CODE, source=GENERATED)
    if zone_id is None:
        return
    source = together(read_text(PASTED, WIDTH_M), PASTED)
    assert source.recipe is not None  # noqa: S101 - the list stands above
    made = draft(connection, source.recipe, lines=source.lines)
    assert made.geometry is not None and not made.troubles, made.troubles  # noqa: S101, PT018
    keep.write(connection, int(zone_id), made, PASTED, person)
    write_area(connection, int(zone_id), made.geometry)
