"""What row-level security costs: tiles and pages under policies against the same queries without them.

The same rows are seen by everybody (all are public), so the answers are the same bytes; a role with
BYPASSRLS that reads the plain tables, not the views that judge, answers without policies. The ways are
asked in turn, query by query and each time in another order. Counted is what server and client have of the
processors, of each question the least of the rounds (what else the machine does only ever adds), and of the
questions the median.

`python -m bench.policies --rows 5000` measures just this, on a cluster of its own; with `--keep` the data
stay, and the next run with `--keep` asks them again.
"""

from __future__ import annotations

import argparse
import os
import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from psycopg2 import sql

from bench.cluster import throw_away
from bench.flagging import ACTOR, load
from gisreg.access.actor import Actor, PersonRole
from gisreg.database.connection import PgConnection, Role, dispose_engines, transaction
from gisreg.features import items
from gisreg.features.catalogue import seen, source
from gisreg.features.filters import Conditions
from gisreg.features.items import read_page, states_of_page
from gisreg.flagging.run import run as flag
from gisreg.tiles import tile
from gisreg.tiles.grid import Tile
from gisreg.tiles.tile import build
from gisreg.topology.build import build as tie
from layers import LAYERS, Layer

Question = Callable[[PgConnection], object]

WITHOUT = "without policies"


@dataclass(frozen=True)
class Cost:
    """Milliseconds of one kind of question, by who asks; without policies among them."""

    what: str
    ms: dict[str, float]

    def percent(self, who: str) -> float:
        """Return what policies add for somebody, in per cent."""
        return (self.ms[who] / self.ms[WITHOUT] - 1) * 100


def prepare(rows: int, zones: int) -> None:
    """Load the generated network into an empty cluster, tie it and flag it."""
    load(rows, zones)
    with transaction(Role.WORKER, ACTOR) as connection:
        tie(connection)
    with transaction(Role.OWNER) as connection, connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    with transaction(Role.WORKER, ACTOR) as connection:
        flag(connection)
    with transaction(Role.OWNER) as connection, connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def askers() -> dict[str, Actor | None]:
    """Return who asks; the carrier is the owner of all objects."""
    with transaction(Role.WORKER) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT id FROM registry.organisation WHERE code = 'BENCH'")
        (carrier,) = cursor.fetchone() or (0,)
    return {
        "anonymous": None,
        "carrier": Actor("carrier", organisation_id=carrier, roles=frozenset({PersonRole.ENGINEER})),
        "inspector": Actor("inspector", roles=frozenset({PersonRole.INSPECTOR})),
        "authority": Actor("authority", roles=frozenset({PersonRole.AUTHORITY})),
    }


def questions(number: int) -> dict[str, list[Question]]:
    """Return so many tiles of zoom 15 (poles, flagged segments) and pages of 1,000, always the same ones."""
    dice = random.Random(1)  # noqa: S311 - the same places in every run
    pole, segment = LAYERS["pole"], LAYERS["segment"]
    with transaction(Role.WORKER) as connection, connection.cursor() as cursor:
        cursor.execute(
            "SELECT gisreg.cell_x(ST_X(geom), 15), gisreg.cell_y(ST_Y(geom), 15) FROM registry.pole"
            " GROUP BY 1, 2 ORDER BY count(*) DESC, 1, 2 LIMIT %s",
            (number,),
        )
        tiles = [Tile(15, x, y) for x, y in cursor.fetchall()]
        cursor.execute("SELECT min(id), max(id) FROM registry.pole")
        first, last = cursor.fetchone() or (0, 0)
    starts = [dice.randint(first, (first + last) // 2) for _ in range(number)]
    return {
        "tiles of poles, zoom 15": [lambda c, t=t: build(c, pole, t) for t in tiles],  # type: ignore[misc]
        "tiles of segments, zoom 15": [lambda c, t=t: build(c, segment, t) for t in tiles],  # type: ignore[misc]
        "pages of 1,000 poles": [
            lambda c, s=s: read_page(c, pole, Conditions(), 1000, s)  # type: ignore[misc]
            for s in starts
        ],
    }


def measure(number: int = 40, rounds: int = 5) -> list[Cost]:
    """Ask every question in turn for everybody and return what it costs.

    Args:
        number: different tiles and pages.
        rounds: how often each is asked, of servers that have just answered it without being counted.
    """
    show_to_all()
    ways: dict[str, Actor | None] = {WITHOUT: None, **askers()}
    with serial_plans():
        return [_cost(what, asked, ways, rounds) for what, asked in questions(number).items()]


def _cost(what: str, asked: list[Question], ways: dict[str, Actor | None], rounds: int) -> Cost:
    best: dict[str, list[float]] = {who: [float("inf")] * len(asked) for who in ways}
    dice = random.Random(2)  # noqa: S311 - the same order in every run
    for turn in range(2 * rounds):
        if turn % 2 == 0:
            # Servers of their own for every round, for some are slower than others; first they warm up.
            dispose_engines()
        for place, question in enumerate(asked):
            answers = set()
            for who, actor in dice.sample(list(ways.items()), len(ways)):
                seconds, answer = _ask(question, Role.WORKER if who is WITHOUT else Role.APP, actor)
                answers.add(answer)
                if turn % 2:
                    best[who][place] = min(best[who][place], seconds)
            assert len(answers) == 1, f"{what}: not everybody got the same"
    cost = Cost(what, {who: round(median(all_) * 1000, 2) for who, all_ in best.items()})
    print(f"  {what}: {cost.ms}", flush=True)
    return cost


def show_to_all() -> None:
    """Make poles, cables and what is derived from them public, without history: all get the same answers."""
    with transaction(Role.OWNER) as connection, connection.cursor() as cursor:
        for name in ("pole", "cable", "support", "segment", "span"):
            cursor.execute(f"ALTER TABLE registry.{name} DISABLE TRIGGER USER")
            cursor.execute(f"UPDATE registry.{name} SET visibility = 'public' WHERE visibility <> 'public'")
            cursor.execute(f"ALTER TABLE registry.{name} ENABLE TRIGGER USER")
        cursor.execute("ANALYZE registry.pole, registry.segment, registry.pole_state, registry.segment_state")


def _ask(question: Question, role: Role, actor: Actor | None) -> tuple[float, object]:
    """Return processor seconds and answer of one question in a transaction of its own, like a request."""
    plain = role is Role.WORKER
    tile.seen = source if plain else seen  # type: ignore[attr-defined]
    items.states_of_page = _unjudged if plain else states_of_page
    with transaction(role) as connection:
        backend = connection.info.backend_pid
    start = _processor_seconds(backend)
    with transaction(role, actor) as connection:
        answer = question(connection)
        assert connection.info.backend_pid == backend, "the pool gave another connection"
    return _processor_seconds(backend) - start, answer


def _processor_seconds(backend: int) -> float:
    """Return what a server process and this one have had of the processors."""
    had = Path(f"/proc/{backend}/schedstat").read_text(encoding="ascii").split()[0]
    return int(had) / 1e9 + time.process_time()


def _unjudged(layer: Layer) -> sql.Composed:
    """Return the join of a page's states as it would be if nobody had to judge their objects."""
    return sql.SQL(" LEFT JOIN {} AS s ON s.{} = page.id").format(
        sql.Identifier("registry", str(layer.state_table)), sql.Identifier(f"{layer.key}_id")
    )


@contextmanager
def serial_plans() -> Iterator[None]:
    """Plan without parallel workers inside the block, whatever the role (the application's has none)."""
    before = os.environ.get("PGOPTIONS")
    os.environ["PGOPTIONS"] = "-c max_parallel_workers_per_gather=0"
    dispose_engines()
    try:
        yield
    finally:
        del os.environ["PGOPTIONS"]
        if before is not None:
            os.environ["PGOPTIONS"] = before
        dispose_engines()


def table(costs: list[Cost]) -> list[str]:
    """Return the lines of the manual's table."""
    names = [who for who in costs[0].ms if who != WITHOUT]
    return [
        "## Quyền theo hàng / Row-level security",
        "",
        "Processor time of one transaction, asked in turn in the same run (median of the questions, of each "
        "the least); what policies add.",
        "",
        f"| question | {WITHOUT}, ms | {' | '.join(names)} |",
        f"|---|---|{'---|' * len(names)}",
        *(
            " | ".join(
                [f"| {cost.what}", str(cost.ms[WITHOUT]), *(f"{cost.percent(who):+.0f} %" for who in names)]
            )
            + " |"
            for cost in costs
        ),
        "",
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=5_000, help="rows of 21 poles and 2 cables")
    parser.add_argument("--zones", type=int, default=40)
    parser.add_argument("--questions", type=int, default=40, help="different tiles and pages")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--keep", action="store_true", help="leave the data for the next run")
    arguments = parser.parse_args()
    with throw_away("bench-policies", keep=arguments.keep) as empty:
        if empty:
            prepare(arguments.rows, arguments.zones)
        costs = measure(arguments.questions, arguments.rounds)
    print("\n".join(table(costs)))


if __name__ == "__main__":
    main()
