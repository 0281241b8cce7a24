"""The demo in a database: built whole, built once, never among real data."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from psycopg2.extensions import connection
from typer.testing import CliRunner

from gisreg.cli.demo import app
from gisreg.clock import now, today
from gisreg.database.connection import Role, transaction
from gisreg.demo import guard
from gisreg.demo.build import BuildReport, build, ensure_built
from gisreg.demo.programme import FORMER_ROUND
from gisreg.errors import ConflictError, UsageError
from gisreg.flagging.rule import rules
from tests.support.databases import Database

Connect = Callable[[Role], connection]
SIZE = {"poles": 1200, "cables": 420, "towers": 16}


@pytest.fixture(scope="module")
def built(fresh_database: Database) -> BuildReport:
    """Return the report of a small demo town, built in this module's own database."""
    steps: list[tuple[str, float]] = []
    report = build(seed=5, progress=lambda name, share: steps.append((name, share)), **SIZE)
    shares = [share for _, share in steps]
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    return report


@pytest.fixture
def ask(built: BuildReport, connect: Connect) -> Callable[[str], list[tuple[object, ...]]]:
    own = connect(Role.WORKER)
    own.autocommit = True

    def query(text: str) -> list[tuple[object, ...]]:
        with own.cursor() as cursor:
            cursor.execute(text)
            return list(cursor.fetchall())

    return query


Ask = Callable[[str], list[tuple[object, ...]]]

PLACES = """
  SELECT md5(string_agg(ST_AsText(geom) || coalesce(code, ''), ';' ORDER BY ST_AsText(geom), code))
  FROM registry.{}
"""


def test_a_zone_comes_from_a_list_of_streets(ask: Ask) -> None:
    assert ask(
        "SELECT z.code, r.pasted IS NOT NULL, r.failed_at, r.stale_since,"
        " (SELECT string_agg(s.name, ', ' ORDER BY p.ordinal) FROM registry.zone_part AS p"
        "  JOIN registry.street AS s ON s.id = p.street_ids[1] WHERE p.zone_id = z.id)"
        " FROM registry.zone AS z JOIN registry.zone_recipe AS r ON r.zone_id = z.id"
    ) == [("KV-MQ-02", True, None, None, "Lý Bôn, Lê Lợi")]
    assert ask(
        "SELECT count(*) > 20 FROM registry.finding AS f JOIN registry.zone AS z ON z.id = f.zone_id WHERE z.code = 'KV-MQ-02'"
    ) == [(True,)]


def test_tables_hold_what_was_made(built: BuildReport, ask: Ask) -> None:
    for table in ("pole", "cable", "tower", "street", "fitting", "pole_code", "tower_tenancy"):
        assert ask(f"SELECT count(*) FROM registry.{table}") == [(built.rows[table],)]
    assert built.rows["pole"] == 1200
    assert ask("SELECT count(*) FROM registry.segment") == [(built.segments,)]
    assert built.findings > 500


def test_the_database_says_that_its_data_is_generated(ask: Ask) -> None:
    assert ask("SELECT value FROM gisreg.setting WHERE key = 'generated'") == [("true",)]
    assert ask("SELECT DISTINCT source FROM registry.pole") == [("generated",)]
    assert ask("SELECT DISTINCT source FROM registry.span_count") == [("generated",)]


CARRIER_RULES = sorted(rule for rule in rules() if rule[0] in "ACDT")
ANSWERS = """
  SELECT
    count(*) FILTER (WHERE {against}), count(*) FILTER (WHERE NOT {against}),
    count(*) FILTER (WHERE measured_value IS NULL)
  FROM gisreg.rule_{rule}_whole(%s, gisreg.flag_limits(%s))
"""


@pytest.mark.parametrize("rule", CARRIER_RULES)
def test_something_passes_fails_and_cannot_be_evaluated(
    built: BuildReport, connect: Connect, rule: str
) -> None:
    sign = ">" if rules()[rule].fails == "above" else "<"
    query = ANSWERS.format(rule=rule.lower(), against=f"measured_value {sign} threshold_value")
    with connect(Role.WORKER).cursor() as cursor:
        cursor.execute(query, (today(), today()))
        ((fails, passes, unknown),) = cursor.fetchall()
    assert min(fails, passes, unknown) > 0, (fails, passes, unknown)


def test_every_tidying_state_is_there_with_dates_of_twelve_weeks(ask: Ask) -> None:
    states = {row[0] for row in ask("SELECT DISTINCT tidying_state FROM registry.segment_state")}
    assert {"flagged", "planned", "in_progress", "reported", "accepted"} <= states
    ((first, last, weeks),) = ask(
        "SELECT min(happened_at), max(happened_at), count(DISTINCT date_trunc('week', happened_at))"
        f" FROM registry.tidying_event WHERE note <> '{FORMER_ROUND}'"
    )
    assert now() - timedelta(weeks=13) < first < last <= now()
    assert weeks >= 8
    assert ask(
        "SELECT count(*) > 0 FROM registry.tidying_event"
        " WHERE from_state = 'accepted' AND to_state = 'in_progress'"
    ) == [(True,)]


@pytest.mark.parametrize(
    ("what", "query"),
    [
        ("over-full poles", "SELECT count(*) FROM registry.pole_state WHERE cable_count > 8"),
        (
            "cable too low over the road",
            "SELECT count(*) FROM registry.span"
            " WHERE lowest_height_m < 5.5 AND surface_below = 'carriageway'",
        ),
        ("low attachments", "SELECT count(*) FROM registry.support WHERE attachment_height_m < 4.5"),
        ("cable wound round poles", "SELECT count(*) FROM registry.support WHERE is_wound"),
        (
            "counted cables of unknown owners",
            "SELECT count(*) FROM registry.span_count WHERE owner_id IS NULL",
        ),
        ("near misses", "SELECT count(*) FROM registry.near_miss"),
        ("ends at buildings", "SELECT count(*) FROM registry.segment WHERE span_id IS NULL"),
        ("crossings", "SELECT count(*) FROM registry.crossing"),
        ("counts by cell", "SELECT count(*) FROM gisreg.layer_cell"),
        ("tenants", "SELECT count(*) FROM registry.tower_state WHERE tenant_count > 1"),
    ],
)
def test_the_mess_of_the_network(ask: Ask, what: str, query: str) -> None:
    ((count,),) = ask(query)
    assert isinstance(count, int)
    assert count > 5, what


def test_most_heights_are_not_measured(ask: Ask) -> None:
    ((share,),) = ask("SELECT count(attachment_height_m)::float8 / count(*) FROM registry.support")
    assert 0.1 < float(str(share)) < 0.35


def test_nothing_is_left_to_be_counted_by_cell(ask: Ask) -> None:
    assert ask("SELECT count(*) FROM gisreg.stale_cells") == [(0,)]


def test_it_is_built_once(built: BuildReport) -> None:
    assert ensure_built() is False
    with pytest.raises(ConflictError, match="already holds"):
        build(**SIZE)


def test_replacing_gives_the_same_town_and_measurements(ask: Ask) -> None:
    queries = [PLACES.format(table) for table in ("pole", "cable", "street", "zone")]
    queries.append(
        "SELECT sum(attachment_height_m * snap_distance_m), count(attachment_height_m) FROM registry.support"
    )
    queries.append(
        "SELECT md5(string_agg(ST_AsText(ST_Centroid(geom)) || lowest_height_m, ';'"
        " ORDER BY ST_AsText(ST_Centroid(geom)))) FROM registry.span"
    )
    queries.append("SELECT tidying_state, count(*) FROM registry.segment_state GROUP BY 1 ORDER BY 1")
    before = [ask(query) for query in queries]
    build(seed=5, replace=True, **SIZE)
    for query, then in zip(queries, before, strict=True):
        expected = [tuple(pytest.approx(v) if isinstance(v, float) else v for v in row) for row in then]
        assert ask(query) == expected


def test_an_interrupted_build_is_finished(built: BuildReport, monkeypatch: pytest.MonkeyPatch) -> None:
    with transaction(Role.WORKER) as own:
        guard.mark(own, 5, finished=False)
    monkeypatch.setattr(
        "gisreg.demo.build.build.__defaults__", (5, None, None, None, 300, 90, 5, None, False)
    )
    assert ensure_built() is True
    with transaction(Role.WORKER) as own:
        assert guard.state(own) == "built"


@pytest.mark.parametrize("wanted", [{"poles": 0}, {"cables": 0}, {"towers": -1}])
def test_a_town_of_nothing_is_refused(built: BuildReport, wanted: dict[str, int]) -> None:
    with pytest.raises(UsageError, match="at least one"):
        build(**wanted)


def test_command_builds_and_says_that_it_is_generated(built: BuildReport) -> None:
    result = CliRunner().invoke(
        app, ["build", "--seed", "9", "--poles", "300", "--cables", "80", "--towers", "4", "--replace"],
        catch_exceptions=False,
    )  # fmt: skip
    assert result.exit_code == 0
    assert "generated data" in result.stdout
    assert "300 poles, 80 cables, 4 towers" in result.stdout


def test_replacing_does_not_wait_for_ever_for_a_reader(
    built: BuildReport, connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gisreg.demo.guard.LOCK_TIMEOUT_MS", 200)
    with connect(Role.WORKER).cursor() as reader:
        reader.execute("SELECT count(*) FROM registry.pole")
        with pytest.raises(ConflictError, match="in use"):
            guard.clear()


def test_real_data_is_never_touched(built: BuildReport) -> None:
    with transaction(Role.WORKER) as own, own.cursor() as cursor:
        cursor.execute(
            "INSERT INTO registry.pole (geom, source) VALUES (ST_Point(106.3, 20.4, 4326), 'survey')"
        )
    for attempt in (ensure_built, lambda: build(replace=True, **SIZE), guard.clear):
        with pytest.raises(ConflictError, match=r"registry\.pole holds 1 row"):
            attempt()
    with transaction(Role.WORKER) as own, own.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM registry.pole")
        assert cursor.fetchone() == (301,)
