"""What row-level security costs: tiles and pages under policies against the same queries without them.

The same rows are seen by everybody (all are public), so the answers are the same bytes; a role with
BYPASSRLS answers without policies. The ways are asked in turn, query by query, so that whatever else the
machine does meets all of them; compared are medians.
"""

from __future__ import annotations

import os
import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from statistics import median

from gisreg.access.actor import Actor, PersonRole
from gisreg.database.connection import PgConnection, Role, dispose_engines, transaction
from gisreg.features.filters import Conditions
from gisreg.features.items import read_page
from gisreg.tiles.grid import Tile
from gisreg.tiles.tile import build
from layers import LAYERS

Question = Callable[[PgConnection], object]

WITHOUT = "without policies"


@dataclass(frozen=True)
class Cost:
    """Median milliseconds of one kind of question, by who asks; without policies among them."""

    what: str
    ms: dict[str, float]

    def percent(self, who: str) -> float:
        """Return what policies add for somebody, in per cent."""
        return (self.ms[who] / self.ms[WITHOUT] - 1) * 100


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
    """Ask every question in turn for everybody and return the medians.

    Args:
        number: different tiles and pages.
        rounds: how often each is asked; a first round warms up and is not counted.
    """
    show_to_all()
    ways: dict[str, Actor | None] = {WITHOUT: None, **askers()}
    with serial_plans():
        return [_cost(what, asked, ways, rounds) for what, asked in questions(number).items()]


def _cost(what: str, asked: list[Question], ways: dict[str, Actor | None], rounds: int) -> Cost:
    taken: dict[str, list[float]] = {who: [] for who in ways}
    for turn in range(rounds + 1):
        for question in asked:
            answers = set()
            for who, actor in ways.items():
                seconds, answer = _ask(question, Role.WORKER if who is WITHOUT else Role.APP, actor)
                answers.add(answer)
                if turn:
                    taken[who].append(seconds)
            assert len(answers) == 1, f"{what}: not everybody got the same"
    cost = Cost(what, {who: round(median(all_) * 1000, 2) for who, all_ in taken.items()})
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
    """Return seconds and answer of one question in a transaction of its own, as a request has it."""
    start = time.perf_counter()
    with transaction(role, actor) as connection:
        answer = question(connection)
    return time.perf_counter() - start, answer


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
        "Median of one transaction, asked in turn in the same run; what policies add.",
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
