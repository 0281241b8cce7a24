"""Every table and every route, asked by everybody: the answers are those of the rights page.

`matrix.toml` says for each what it answers; what is not named there fails.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import psycopg2
import pytest
from psycopg2.extensions import connection

from gisreg.access import people
from gisreg.access.actor import Actor, PersonRole
from gisreg.database.connection import Role, transaction
from tests.access.application import MATRIX, SCHEMAS, every_kind, routes
from tests.access.rights import COLUMNS
from tests.access.world import SHARED, Plan, Thing, Viewer, make
from tests.support.databases import Database
from tests.support.served import key_of, serving

TABLES = MATRIX["tables"]
HISTORY = {
    name.replace("registry.", "history."): entry
    for name, entry in TABLES.items()
    if name.startswith("registry.")
}


@pytest.fixture(scope="module")
def organisations(fresh_database: Database) -> dict[str, int]:
    with transaction(Role.WORKER) as own, own.cursor() as cursor:
        cursor.execute(
            "INSERT INTO registry.organisation (code, name, kind)"
            " VALUES ('A', 'Đơn vị A', 'carrier'), ('B', 'Đơn vị B', 'carrier') RETURNING code, id"
        )
        return dict(cursor.fetchall())


@pytest.fixture(scope="module")
def things(organisations: dict[str, int]) -> list[Thing]:
    """Return an object of every layer, owner and visibility."""
    return make(every_kind("AB"), organisations)


@pytest.fixture(scope="module")
def clients(things: list[Thing]) -> dict[PersonRole | None, httpx.Client]:
    with serving() as address:
        made: dict[PersonRole | None, httpx.Client] = {None: httpx.Client(base_url=address, timeout=30)}
        for role in PersonRole:
            headers = {"Authorization": f"Bearer {key_of(role, role, organisation='A')}"}
            made[role] = httpx.Client(base_url=address, timeout=30, headers=headers)
        yield made
        for client in made.values():
            client.close()


@pytest.fixture
def acting(request: pytest.FixtureRequest, things: list[Thing], organisations: dict[str, int]):
    """Return the application's connection as one role of organisation A; nothing is kept."""
    role = request.param
    who = role and Actor("Thử", "Đơn vị A", organisation_id=organisations["A"], roles=frozenset({role}))
    with transaction(Role.APP, who) as own:
        yield own
        own.rollback()


def test_every_route_is_named() -> None:
    assert set(routes()) == set(MATRIX["routes"])


def test_every_table_is_named(fresh_database: Database, connect: Callable[[Role], connection]) -> None:
    with connect(Role.WORKER).cursor() as cursor:
        cursor.execute(
            "SELECT format('%%s.%%s', schemaname, tablename) FROM pg_tables WHERE schemaname = ANY (%s)",
            (list(SCHEMAS),),
        )
        assert {name for (name,) in cursor.fetchall()} == set(TABLES)


def whose(name: str, entry: dict[str, Any]) -> str:
    """Return a query for place, owner and visibility of a table's rows."""
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


@pytest.mark.parametrize("name", [name for name, entry in TABLES.items() if entry["see"] != "free"])
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
            " ORDER BY attname = ANY (ARRAY['source', 'note', 'is_wound', 'priority']) DESC, attnum DESC",
            (name,),
        )
        ((column,), *_) = cursor.fetchall()
        query = (
            whose(name, entry) if level not in ("none",) and entry["see"] not in ("all", "refused") else None
        )
        rows = []
        if query:
            cursor.execute(query)
            rows = cursor.fetchall()
    with acting.cursor() as cursor:
        try:
            cursor.execute(f"UPDATE {name} SET {column} = DEFAULT")
        except psycopg2.errors.InsufficientPrivilege:
            assert not expected(level, role, rows, organisations["A"])
            return
        except psycopg2.errors.IntegrityError:
            assert role is PersonRole.AUTHORITY, "it would have written"
            return
        if entry["see"] == "all":
            assert cursor.rowcount == 0 or role is PersonRole.AUTHORITY
        else:
            assert cursor.rowcount == len(expected(level, role, rows, organisations["A"]))


@pytest.mark.parametrize("role", COLUMNS, ids=lambda role: role or "visitor")
@pytest.mark.parametrize("route", routes())
def test_answers_of_routes(
    clients: dict[PersonRole | None, httpx.Client],
    things: list[Thing],
    organisations: dict[str, int],
    route: str,
    role: PersonRole | None,
) -> None:
    entry = MATRIX["routes"][route]
    method, path = route.split(" ", 1)
    layer = entry.get("thing", "pole")
    viewer, client = Viewer(role, "A"), clients[role]
    if entry.get("see") == "form":
        return
    for thing in [one for one in things if one.plan.layer == ("cable" if layer == "segment" else layer)]:
        number = thing.parts["segment"][0] if layer == "segment" else thing.id
        fields = {"id": str(number), "owner": str(organisations[thing.plan.owner or "A"])}
        url = path.replace("{layer}", layer).replace("{id}", fields["id"]).replace("{name}", "overview")
        url = url.replace("{format}", "geojson").replace("{z}/{x}/{y}", "10/814/452") + entry.get(
            "ask", [""]
        )[0].replace("<since>", "2000-01-01")
        body = entry.get("body")
        for key, value in fields.items():
            body = body and body.replace(f"<{key}>", value)
        headers = {"Content-Type": "application/json"} | (
            {"If-Match": entry["match"]} if "match" in entry else {}
        )
        answer = client.request(method, url, content=body, headers=headers)
        assert answer.status_code == status(entry, viewer, thing.plan), (thing.plan, answer.text[:300])
        if "{id}" not in url and "<" not in (entry.get("body") or ""):
            return


def status(entry: dict[str, Any], viewer: Viewer, plan: Plan) -> int:
    """Return the status that the table of answers says."""
    if entry.get("see") == "signed-in":
        return 200 if viewer.role else 303
    if entry.get("see") == "export":
        return 200 if viewer.role else 401
    write, see = entry.get("write"), entry.get("see", "position")
    sees = see == "all" or viewer.may(see, plan)
    if write is None:
        return 200 if sees else 404
    if viewer.role is None:
        return 401
    if not sees:
        return int(entry.get("hidden", 404))
    return int(entry["done"]) if viewer.may(write, plan) else 403


@pytest.mark.parametrize("role", [PersonRole.INSPECTOR, PersonRole.WARD_SUPERVISOR])
@pytest.mark.parametrize(("area", "expected_status"), [("1", 422), ("2", 403)], ids=["here", "elsewhere"])
def test_steps_in_another_area(
    clients: dict[PersonRole | None, httpx.Client],
    things: list[Thing],
    role: PersonRole,
    area: str,
    expected_status: int,
) -> None:
    """Bound to a commune, one moves what lies there; a segment of another commune is seen but not moved."""
    login = f"{role}-{area}".replace("_", "-")
    with transaction(Role.WORKER) as own, own.cursor() as cursor:
        cursor.execute(
            "INSERT INTO registry.admin_unit (gso_code, level, kind, name, valid_from, geom)"
            " VALUES ('2', 'commune', 'xa', 'ELSEWHERE', '2020-01-01',"
            " ST_Multi(ST_MakeEnvelope(108, 20, 109, 21, 4326))) ON CONFLICT DO NOTHING"
        )
    key = key_of(login)
    with transaction(Role.WORKER) as own:
        people.grant(own, login, role, "tests", area=area)
    segment = next(
        thing.parts["segment"][0] for thing in things if thing.plan == Plan("cable", "B", "partner")
    )
    body = {"segments": [segment], "state": "accepted"}
    headers = {"Authorization": f"Bearer {key}"}
    answer = clients[None].post("/segments/tidying", json=body, headers=headers)
    assert answer.status_code == expected_status, answer.text
    assert clients[None].get(f"/segments/{segment}/findings", headers=headers).status_code == 200
