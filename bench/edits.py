"""What follows an edit at size: milliseconds of the database from the edit until the findings are right."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from statistics import median

from bench.flagging import ACTOR
from gisreg.database.connection import PgConnection, Role, transaction
from gisreg.flagging.run import after_edit, before_edit
from gisreg.topology.build import after_edit as tie_again

POLE = "UPDATE registry.pole SET lean_deg = %s, geom = ST_Translate(geom, 0.000001, 0) WHERE id = %s"
CABLE = "UPDATE registry.cable SET state = 'suspect', diameter_mm = 10 + %s WHERE id = %s"
SURVEY = "UPDATE registry.pole SET lean_deg = %s WHERE id = %s"
ZONE = "UPDATE registry.zone SET geom = ST_Translate(geom, 0.00001 + 0.0000001 * %s, 0) WHERE id = %s"
EDITS = {
    "a pole that moves": ("pole", POLE),
    "a pole that was measured": ("pole", SURVEY),
    "a cable": ("cable", CABLE),
    "a zone that is redrawn": ("zone", ZONE),
}


def _edit(layer: str, statement: str, number: int, object_id: int, connection: PgConnection) -> None:
    before_edit(connection, layer, [object_id])
    with connection.cursor() as cursor:
        cursor.execute(statement, (number, object_id))
    tie_again(connection, layer, [object_id])
    after_edit(connection, layer, [object_id])


def measure(times: int = 15) -> dict[str, float]:
    """Return median milliseconds of every kind of edit, from its first statement until all is right again.

    A connection's first two edits of a kind are not counted: it plans its statements then, once.
    """
    found = {}
    for what, (layer, statement) in EDITS.items():
        with transaction(Role.WORKER) as connection, connection.cursor() as cursor:
            cursor.execute(f"SELECT id FROM registry.{layer} ORDER BY id LIMIT %s", (times + 2,))
            ids = [number for (number,) in cursor.fetchall()]
        taken = [_milliseconds(partial(_edit, layer, statement, n, i)) for n, i in enumerate(ids)]
        found[what] = median(taken[2:] or taken)
    return found


def _milliseconds(work: Callable[[PgConnection], None]) -> float:
    with transaction(Role.WORKER, ACTOR) as connection:
        start = time.perf_counter()
        work(connection)
        return (time.perf_counter() - start) * 1000


def table(found: dict[str, float], figures: dict[str, object]) -> list[str]:
    """Return the lines of the manual's table."""
    seconds = figures["seconds"]
    assert isinstance(seconds, dict)
    lines = [
        "## Sửa một đối tượng / One edit",
        "",
        "Median milliseconds from the edit until network and findings are right again, in its transaction.",
        "",
        "| edit | ms | share of a whole run of the zone rules |",
        "|---|---|---|",
    ]
    for what, ms in found.items():
        lines.append(f"| {what} | {ms:.1f} | {ms / 10 / float(seconds['flagging']):.2f} % |")
    return [*lines, ""]
