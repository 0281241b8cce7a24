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
ZONE = (
    "UPDATE registry.zone SET weight = weight + 0.01 * %s, geom = ST_Translate(geom, 0.00001, 0)"
    " WHERE id = %s"
)


def _edit(layer: str, statement: str, number: int, object_id: int, connection: PgConnection) -> None:
    before_edit(connection, layer, [object_id])
    with connection.cursor() as cursor:
        cursor.execute(statement, (number, object_id))
    tie_again(connection, layer, [object_id])
    after_edit(connection, layer, [object_id])


def measure(times: int = 15) -> dict[str, float]:
    """Return median milliseconds of editing a pole, a cable and a zone, and of flagging alone after them."""
    found = {}
    for layer, statement in (("pole", POLE), ("cable", CABLE), ("zone", ZONE)):
        with transaction(Role.WORKER) as connection, connection.cursor() as cursor:
            cursor.execute(f"SELECT id FROM registry.{layer} ORDER BY id LIMIT %s", (times,))
            ids = [number for (number,) in cursor.fetchall()]
        found[layer] = median(
            _milliseconds(partial(_edit, layer, statement, n, i)) for n, i in enumerate(ids)
        )
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
    for layer, ms in found.items():
        lines.append(f"| a {layer} | {ms:.1f} | {ms / 10 / float(seconds['flagging']):.2f} % |")
    return [*lines, ""]
