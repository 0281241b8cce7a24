"""Topology and flagging at scale, against geopandas.overlay on the same segments and zones.

50,000 rows make 1,050,000 poles, 100,000 cables and 2,000,000 segments in an empty database.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

import geopandas
import shapely
from psycopg2 import sql

from gisreg.database.connection import Actor, Role, transaction
from gisreg.flagging.run import run
from gisreg.topology.build import build

HERE = Path(__file__).parent
ACTOR = Actor("bench", reason="benchmark")


ROUNDS = 3
"""How often what is compared is run; of that the median counts."""

Seconds = defaultdict[str, list[float]]


@contextmanager
def timed(seconds: Seconds, name: str) -> Iterator[None]:
    start = time.perf_counter()
    yield
    seconds[name].append(time.perf_counter() - start)
    print(f"  {name}: {seconds[name][-1]:.1f} s", flush=True)


def load(rows: int, zones: int) -> None:
    across = max(1, round((zones * 4) ** 0.5))
    parameters = {
        "rows": rows,
        "columns": max(1, round((rows / 3.2) ** 0.5)),
        "across": across,
        "down": max(1, zones // across),
    }
    with transaction(Role.WORKER, ACTOR) as connection, connection.cursor() as cursor:
        cursor.execute((HERE / "network.sql").read_text(encoding="utf-8"), parameters)


def overlay_seconds() -> tuple[float, float]:
    """Return seconds and metres of geopandas.overlay alone on the segments and zones of the registry."""
    with transaction(Role.WORKER) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT id, ST_AsBinary(geom) FROM registry.segment ORDER BY id")
        segments = cursor.fetchall()
        cursor.execute("SELECT id, ST_AsBinary(geom) FROM registry.zone ORDER BY id")
        zones = cursor.fetchall()
    frames = [
        geopandas.GeoDataFrame(
            {name: [row[0] for row in rows]}, geometry=shapely.from_wkb([bytes(r[1]) for r in rows]), crs=4326
        )
        for name, rows in (("segment", segments), ("zone", zones))
    ]
    start = time.perf_counter()
    parts = geopandas.overlay(frames[0], frames[1], how="intersection", keep_geom_type=True)
    seconds = time.perf_counter() - start
    return seconds, float(parts.to_crs(9209).length.sum())


def measure(rows: int, zones: int) -> dict[str, object]:
    """Load, tie, flag, flag again and overlay; return the figures (seconds, counts, ratios)."""
    seconds: Seconds = defaultdict(list)
    with timed(seconds, "load"):
        load(rows, zones)
    with timed(seconds, "topology"), transaction(Role.WORKER, ACTOR) as connection:
        topology = build(connection)
    _analyze("segment")
    switch_rules(on=False)
    for _ in range(ROUNDS):
        _forget_findings()
        with timed(seconds, "flagging"), transaction(Role.WORKER, ACTOR) as connection:
            first = run(connection)
    _analyze("finding", "segment_state")
    for _ in range(ROUNDS):
        with timed(seconds, "flagging_again"), transaction(Role.WORKER, ACTOR) as connection:
            again = run(connection)
    switch_rules(on=True)
    with timed(seconds, "all_rules"), transaction(Role.WORKER, ACTOR) as connection:
        every = run(connection)
    _analyze("finding")
    with timed(seconds, "all_rules_again"), transaction(Role.WORKER, ACTOR) as connection:
        run(connection)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    for _ in range(ROUNDS):
        # In a process of its own, so that its memory is not counted as ours.
        answer = subprocess.run(
            [sys.executable, "-m", "bench.flagging"], check=True, capture_output=True, text=True
        )
        taken, metres = json.loads(answer.stdout)
        seconds["overlay"].append(taken)
        print(f"  overlay: {taken:.1f} s", flush=True)
    with transaction(Role.WORKER) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT sum(metres_inside) FROM registry.finding WHERE rule_id LIKE 'Z%'")
        ours = cursor.fetchone()[0]
    return {
        "segments": topology.segments,
        "findings": first.fresh,
        "all_findings": every.fresh,
        "rules_off": len(first.off),
        "again_changed": again.fresh + again.gone + again.changed,
        "peak_python_mb": round(peak),
        "metres_difference": abs(ours - metres) / metres,
        "seconds": {name: round(median(values), 2) for name, values in seconds.items()},
    }


def _analyze(*tables: str) -> None:
    """Tell the planner what there is in tables of the registry, as the server does some time after a bulk."""
    names = sql.SQL(", ").join(sql.Identifier("registry", table) for table in tables)
    with transaction(Role.OWNER) as connection, connection.cursor() as cursor:
        cursor.execute(sql.SQL("ANALYZE {}").format(names))


def _forget_findings() -> None:
    with transaction(Role.OWNER) as connection, connection.cursor() as cursor:
        cursor.execute("TRUNCATE registry.finding, registry.segment_state")


def switch_rules(*, on: bool) -> None:
    """Switch the rules of the catalogue on or off; those that stand for kinds of zones stay on."""
    with transaction(Role.OWNER, ACTOR) as connection, connection.cursor() as cursor:
        cursor.execute("UPDATE registry.rule SET is_active = %s WHERE needs IS NOT NULL", (on,))


if __name__ == "__main__":
    print(json.dumps(overlay_seconds()))
