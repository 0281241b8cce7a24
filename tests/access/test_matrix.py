"""Every table, its history too, asked by everybody: the rows are those of the rights page.

`matrix.toml` says for each what it answers; what is not named there fails.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import psycopg2
import pytest
from psycopg2.extensions import connection

from gisreg.access.actor import Actor, PersonRole
from gisreg.database.connection import Role, transaction
from tests.access.affairs import Affair
from tests.access.application import MATRIX, SCHEMAS
from tests.access.rights import COLUMNS, allows
from tests.access.world import RIGHTS, SHARED, Plan, Thing, Viewer
from tests.support.databases import Database

TABLES = MATRIX["tables"]


@pytest.fixture
def acting(request: pytest.FixtureRequest, affairs: list[Affair], organisations: dict[str, int]):
    """Return the application's connection as one role of organisation A; nothing is kept."""
    role = request.param
    who = role and Actor(
        "Thử",
        "Đơn vị A",
        organisation_id=organisations["A"],
        person_id=-1,
        roles=frozenset({role}),
        areas=_ground() if role is PersonRole.WARD_SUPERVISOR else None,
    )
    with transaction(Role.APP, who) as own:
        yield own
        own.rollback()


def _ground() -> frozenset[int]:
    """Return the commune in which everything lies."""
    with transaction(Role.WORKER) as own, own.cursor() as cursor:
        cursor.execute("SELECT id FROM registry.admin_unit WHERE gso_code = '1'")
        return frozenset(number for (number,) in cursor.fetchall())


def test_every_table_is_named(fresh_database: Database, connect: Callable[[Role], connection]) -> None:
    with connect(Role.WORKER).cursor() as cursor:
        cursor.execute(
            "SELECT format('%%s.%%s', schemaname, tablename) FROM pg_tables WHERE schemaname = ANY (%s)",
            (list(SCHEMAS),),
        )
        assert {name for (name,) in cursor.fetchall()} == set(TABLES)


def whose(name: str, entry: dict[str, Any]) -> str:
    """Return a query for place, owner and visibility of a table's rows."""
    if entry.get("secret"):
        return f"SELECT ctid::text, 0, 'secret' FROM {name}"
    parent = entry.get("of")
    source = f"{name} AS t"
    origin = "t"
    if parent:
        source += f" JOIN registry.{parent} AS o ON o.id = t.{parent}_id"
        origin = "o"
    bare = (parent or name.split(".")[1]) in (*SHARED, "span")
    owner = "0" if bare else f"{origin}.owner_id"
    return f"SELECT t.ctid::text, {owner}, {origin}.visibility FROM {source}"


def expected(level: str, role: PersonRole | None, rows: list[Any], own: int) -> set[str]:
    if level in ("all", "none"):
        return {place for place, _, _ in rows} if level == "all" else set()
    viewer = Viewer(role, "A")
    return {
        place
        for place, owner, visibility in rows
        if viewer.may(level, Plan("", "A" if owner == own else None, visibility))
    }


AFFAIRS = [name for name, entry in TABLES.items() if entry["see"] == "affair"]


@pytest.mark.parametrize("place", ["registry", "history"])
@pytest.mark.parametrize("name", AFFAIRS)
@pytest.mark.parametrize("acting", COLUMNS, indirect=True, ids=lambda role: role or "visitor")
def test_rows_of_affairs(
    acting: connection,
    name: str,
    place: str,
    affairs: list[Affair],
    connect: Callable[[Role], connection],
    request: pytest.FixtureRequest,
) -> None:
    """Who sees a row that somebody wrote about an object sees what became of it, too."""
    bare = name.removeprefix("registry.")
    entry, viewer = TABLES[name], Viewer(request.node.callspec.params["acting"], "A")
    with connect(Role.WORKER).cursor() as cursor:
        cursor.execute("SELECT to_regclass(%s)", (f"{place}.{bare}",))
        if cursor.fetchone() == (None,):
            assert place == "history"
            assert bare in NO_HISTORY
            return
    key = entry.get("key", f"{entry['of']}_id" if "of" in entry else "id")
    here = {one.id: one for one in affairs if one.table == entry.get("of", bare)}
    assert here, "nobody did anything of this kind"
    with acting.cursor() as cursor:
        cursor.execute(f"SELECT {key} FROM {place}.{bare}")
        seen = {number for (number,) in cursor.fetchall()} & set(here)
    assert seen == {number for number, one in here.items() if one.seen_by(viewer)}


NO_HISTORY = {"import_batch", "import_upload", "pole_merge"}
"""Registers that are only added to, or kept until a decision; what they did is in the history of what they did it to."""

OTHERWISE = ("near_miss", "change_set", "finding_past")


@pytest.mark.parametrize("acting", COLUMNS, indirect=True, ids=lambda role: role or "visitor")
@pytest.mark.parametrize("name", OTHERWISE)
def test_rows_judged_otherwise(
    acting: connection,
    name: str,
    things: list[Thing],
    organisations: dict[str, int],
    request: pytest.FixtureRequest,
) -> None:
    role = request.node.callspec.params["acting"]
    viewer, own = Viewer(role, "A"), organisations["A"]
    with transaction(Role.WORKER) as worker, worker.cursor() as cursor:
        if name == "near_miss":
            cables = [one for one in things if one.plan.layer == "cable"]
            poles = [one for one in things if one.plan.layer == "pole"]
            cursor.execute("DELETE FROM registry.near_miss")
            cursor.executemany(
                "INSERT INTO registry.near_miss (cable_id, pole_id, distance_m) VALUES (%s, %s, 3)",
                [(cable.id, pole.id) for cable in cables for pole in poles],
            )
            expected = {
                f"{cable.id} {pole.id}"
                for cable in cables
                for pole in poles
                if viewer.may("position", cable.plan) and viewer.may("position", pole.plan)
            }
            query = "SELECT cable_id || ' ' || pole_id FROM registry.near_miss"
        elif name == "change_set":
            for of in (own, organisations["B"], None):
                with transaction(Role.WORKER, Actor("x", organisation_id=of)) as some:
                    some.cursor().execute("UPDATE registry.organisation SET name = name WHERE code = 'A'")
            cursor.execute("SELECT id, organisation_id FROM gisreg.change_set")
            expected = {
                str(number)
                for number, of in cursor.fetchall()
                if role is PersonRole.AUTHORITY or (role is not None and of == own)
            }
            query = "SELECT id::text FROM gisreg.change_set"
        else:
            # Every finding changes once: the version before goes to the past.
            cursor.execute("UPDATE registry.finding SET priority = priority + 1")
            cursor.execute("SELECT history_id, owner_id, visibility FROM gisreg.finding_past")
            rows = cursor.fetchall()
            assert rows
            expected = {
                str(number)
                for number, owner, visibility in rows
                if viewer.may("finding", Plan("", "A" if owner == own else None, visibility))
            }
            query = "SELECT history_id::text FROM gisreg.finding_past"
    with acting.cursor() as cursor:
        cursor.execute(query)
        assert {text for (text,) in cursor.fetchall()} == expected


PAST = [
    name.removeprefix("registry.")
    for name, entry in TABLES.items()
    if name.startswith("registry.")
    and entry["see"] in ("position", "occupancy", "contract")
    and "state" not in name
]


@pytest.mark.parametrize("name", PAST)
@pytest.mark.parametrize("acting", COLUMNS, indirect=True, ids=lambda role: role or "visitor")
def test_rows_of_histories(
    acting: connection,
    name: str,
    things: list[Thing],
    organisations: dict[str, int],
    connect: Callable[[Role], connection],
    request: pytest.FixtureRequest,
) -> None:
    """A version is seen by its own visibility and only where the object is seen today; one's own always."""
    entry = TABLES[f"registry.{name}"]
    viewer = Viewer(request.node.callspec.params["acting"], "A")
    with connect(Role.WORKER).cursor() as cursor:
        cursor.execute("SELECT to_regclass(%s)", (f"history.{name}",))
        if cursor.fetchone() == (None,):
            assert name in ("segment_place", "crossing", "flag_coverage"), "derived: it has no history"
            return
        cursor.execute(past(name, entry))
        rows = cursor.fetchall()
    assert rows
    with acting.cursor() as cursor:
        cursor.execute(f"SELECT history_id FROM history.{name}")
        seen = {number for (number,) in cursor.fetchall()}
    own = organisations["A"]
    expected = set()
    for number, owner, was, present in rows:
        plan = Plan("", "A" if owner == own else None, was)
        if entry["see"] == "contract":
            may = viewer.may("contract", plan)
        else:
            may = viewer.may(entry["see"], plan) and (
                plan.owner == "A" or viewer.may(entry["see"], Plan("", plan.owner, present))
            )
        expected |= {number} if may else set()
    assert seen == expected


def past(name: str, entry: dict[str, Any]) -> str:
    """Return a query for number, owner and visibility of versions, and the object's visibility today."""
    parent = entry.get("of")
    if parent is None:
        owner = "NULL::bigint" if name in (*SHARED, "span") else "h.owner_id"
        return (
            f"SELECT h.history_id, {owner}, h.visibility, o.visibility FROM history.{name} AS h"
            f" JOIN registry.{name} AS o ON o.id = h.id"
        )
    return (
        f"SELECT h.history_id, o.owner_id, o.visibility, o.visibility FROM history.{name} AS h"
        f" JOIN registry.{parent} AS o ON o.id = h.{parent}_id"
    )


SEEN_BY_LEVEL = [name for name, entry in TABLES.items() if entry["see"] not in ("free", "affair")]


@pytest.mark.parametrize("name", SEEN_BY_LEVEL)
@pytest.mark.parametrize("acting", COLUMNS, indirect=True, ids=lambda role: role or "visitor")
def test_rows_of_tables(
    acting: connection,
    name: str,
    organisations: dict[str, int],
    connect: Callable[[Role], connection],
    request: pytest.FixtureRequest,
) -> None:
    entry, role = TABLES[name], request.node.callspec.params["acting"]
    with acting.cursor() as cursor:
        if entry["see"] == "refused":
            with pytest.raises(psycopg2.errors.InsufficientPrivilege):
                cursor.execute(f"SELECT FROM {name}")
            return
        cursor.execute(f"SELECT ctid::text FROM {name}")
        seen = {place for (place,) in cursor.fetchall()}
    with connect(Role.WORKER).cursor() as cursor:
        query = whose(name, entry) if entry["see"] != "all" else f"SELECT ctid::text, 0, '' FROM {name}"
        cursor.execute(query)
        rows = cursor.fetchall()
    assert rows or entry.get("empty"), "the world has no row of this table"
    assert seen == expected(entry["see"], role, rows, organisations["A"])


@pytest.mark.parametrize("name", [name for name, entry in TABLES.items() if entry.get("write") != "free"])
@pytest.mark.parametrize("acting", COLUMNS, indirect=True, ids=lambda role: role or "visitor")
def test_rows_written_in_tables(
    acting: connection,
    name: str,
    organisations: dict[str, int],
    connect: Callable[[Role], connection],
    request: pytest.FixtureRequest,
) -> None:
    """An UPDATE without any condition: only the policies say which rows it meets."""
    entry, role = TABLES[name], request.node.callspec.params["acting"]
    level = entry.get("write", "none")
    with connect(Role.WORKER).cursor() as cursor:
        cursor.execute(
            "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0"
            " AND NOT attisdropped AND attgenerated = '' AND attidentity = ''"
            " ORDER BY has_column_privilege('gisreg_app', attrelid, attnum, 'UPDATE') DESC,"
            " attname = ANY (ARRAY['source', 'note', 'is_wound']) DESC, attnum DESC",
            (name,),
        )
        ((column,), *_) = cursor.fetchall()
        query = (
            whose(name, entry)
            if level != "none" and entry["see"] not in ("all", "refused", "affair")
            else None
        )
        rows = []
        if query:
            cursor.execute(query)
            rows = cursor.fetchall()
    with acting.cursor() as cursor:
        try:
            cursor.execute(f"UPDATE {name} SET {column} = {column}")
        except psycopg2.errors.InsufficientPrivilege:
            assert not expected(level, role, rows, organisations["A"])
            return
        if entry["see"] in ("all", "affair"):
            # Kept by the authority alone, or by nobody.
            with connect(Role.WORKER).cursor() as counting:
                counting.execute(f"SELECT count(*) FROM {name}")
                ((number,),) = counting.fetchall()
            may = level != "none" and allows(RIGHTS[level][role], "secret", False)
            assert cursor.rowcount == (number if may else 0)
        else:
            assert cursor.rowcount == len(expected(level, role, rows, organisations["A"]))
