"""How flagging grows with the network: a tenth of the segments, then all, on the same kind of ground.

The exponent k of seconds ~ segments^k, from two sizes. Zones grow with the network, as they do in a province.
"""

from __future__ import annotations

import math
import time

from bench.flagging import ACTOR, load, switch_rules
from gisreg.database.connection import Role, transaction
from gisreg.flagging.run import run
from gisreg.topology.build import build

TITLE = "## Lớn lên / Growth"


def measure(rows: int, zones: int) -> dict[str, float]:
    """Return segments, and seconds of a first run of the zone rules and of a run of all rules.

    Args:
        rows: rows of the generated network (40 segments each), into an empty registry.
        zones: zones over it.
    """
    load(rows, zones)
    with transaction(Role.WORKER, ACTOR) as connection:
        segments = build(connection).segments
    with transaction(Role.OWNER) as connection, connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    found: dict[str, float] = {"segments": segments}
    for name, on in (("zones", False), ("all", True)):
        switch_rules(on=on)
        start = time.perf_counter()
        with transaction(Role.WORKER, ACTOR) as connection:
            run(connection)
        found[name] = time.perf_counter() - start
        print(f"  {segments:,} segments, {name}: {found[name]:.1f} s", flush=True)
    return found


def exponent(small: dict[str, float], large: dict[str, float], name: str) -> float:
    """Return k of seconds ~ segments^k."""
    return math.log(large[name] / small[name]) / math.log(large["segments"] / small["segments"])


def table(small: dict[str, float], large: dict[str, float]) -> list[str]:
    """Return the lines of the manual's table."""
    lines = [
        TITLE,
        "",
        f"From {small['segments']:,} to {large['segments']:,} segments, seconds ~ segments^k.",
        "",
        "| run | seconds | seconds | k |",
        "|---|---|---|---|",
    ]
    for name, title in (("zones", "zone rules, first run"), ("all", "all rules")):
        cells = f"{small[name]:.2f} | {large[name]:.2f} | {exponent(small, large, name):.2f}"
        lines.append(f"| {title} | {cells} |")
    return [*lines, ""]
