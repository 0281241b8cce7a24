"""A row that is another organisation's pole under a number of its owner makes no second pole."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from psycopg2.extensions import connection

from gisreg.importing.request import ImportReport


def test_a_pole_that_was_merged_does_not_come_back(
    registry: connection, geojson: Callable[..., Path], take: Callable[..., ImportReport]
) -> None:
    with registry.cursor() as cursor:
        cursor.execute(
            "INSERT INTO registry.organisation (code, name, kind)"
            " VALUES ('AA', 'AA', 'carrier'), ('BB', 'BB', 'carrier') RETURNING id"
        )
        (one,), (other,) = cursor.fetchall()
        cursor.execute(
            "INSERT INTO registry.pole (code, owner_id, geom)"
            " VALUES ('A1', %s, ST_SetSRID(ST_MakePoint(106.3, 20.4), 4326)) RETURNING id",
            (one,),
        )
        cursor.execute(
            "INSERT INTO registry.pole_code (pole_id, organisation_id, code) VALUES (%s, %s, 'B1')",
            (cursor.fetchone()[0], other),
        )
    at = {"type": "Point", "coordinates": [106.3001, 20.4]}
    report = take("pole", geojson(({"code": "B1"}, at), ({"code": "B2"}, at)), owner="BB")
    assert (report.inserted, report.unchanged) == (1, 1)
    assert any("numbers of this one" in note for note in report.notes)
