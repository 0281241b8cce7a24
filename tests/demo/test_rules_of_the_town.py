"""Every rule has something to say about the demo town: objects that pass, that fail and that nobody measured."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing

import psycopg2
import pytest

from gisreg.database.connection import Role, transaction
from gisreg.demo.build import build
from gisreg.flagging.rule import rules
from gisreg.flagging.run import run
from tests.support.databases import Database

Count = Callable[[str], dict[str, int]]
DRAWN = {"P03", "Q02", "Q04", "Q04S", "Q04U", "Q05M", "Q05T", "Q11", "Q11D"}
"""Rules whose measurement is the drawing, or the table, itself."""
MISSING = {"Q06", "Q06C", "Q06D", "Q06F", "Q06M", "Q06T"}
"""Rules that find what is not known: that is never unknown."""
PLACED = {f"{rule}{layer}" for rule in ("Q10", "Q14") for layer in ("", "C", "D", "M", "T")}
"""Rules that compare with the administrative units, which the town has (tests/flagging/test_quality_cases.py)."""
ALWAYS_KNOWN = DRAWN | MISSING | PLACED


@pytest.fixture(scope="module")
def count(fresh_database: Database) -> Iterator[Count]:
    """Return a function that counts a rule's outcomes in a small demo town."""
    build(seed=2026, poles=2500, cables=800, towers=20)
    with transaction(Role.WORKER) as connection:
        run(connection)  # what the weeks of tidying changed is counted, too
    with closing(psycopg2.connect(fresh_database.urls[Role.WORKER])) as own, own.cursor() as cursor:

        def counted(rule: str) -> dict[str, int]:
            cursor.execute(
                "SELECT coalesce(sum(applicable), 0), coalesce(sum(evaluated), 0) FROM registry.flag_coverage"
                " WHERE rule_id = %s AND zone_id IS NULL",
                (rule,),
            )
            ((applicable, evaluated),) = cursor.fetchall()
            cursor.execute("SELECT count(*) FROM registry.finding WHERE rule_id = %s", (rule,))
            ((found,),) = cursor.fetchall()
            return {"passes": evaluated - found, "fails": found, "unknown": applicable - evaluated}

        yield counted


@pytest.mark.parametrize("rule", sorted(rule for rule in rules() if not rule.startswith("M")))
def test_passes_fails_and_unknown(count: Count, rule: str) -> None:
    counted = count(rule)
    if rule in ALWAYS_KNOWN:
        assert counted.pop("unknown") == 0
    assert all(number > 0 for number in counted.values()), counted
