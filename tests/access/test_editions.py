"""Every row that somebody may edit has a version; who decides on an old one is refused, with both shown."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest
from psycopg2.extensions import connection

from gisreg.access.actor import PersonRole
from gisreg.database.connection import Role
from tests.access.affairs import Affair
from tests.access.application import MATRIX, routes
from tests.access.test_matrix_routes import about, ask
from tests.access.world import Thing

NO_EDITIONS = {
    # Whoever reads a notice marks it; it says nothing else, and nobody is wrong about it.
    "notice",
    # Derived by the owner's functions; the application has no policy to write them.
    "crossing", "near_miss", "lineage", "flag_coverage", "flag_run", "pole_state", "tower_state", "span_state",
    "segment_place",
    # An import is undone once, whatever it was before.
    "import_batch",
}  # fmt: skip
"""Tables with rows that the application may update, and that need no version."""

ONCE = {
    "DELETE /absences/{id}": "the days of an absence never change",
    "POST /exports/{number}/release": "decided once; the second of two is refused by a unique key",
    "POST /exports/{number}/refuse": "decided once; the second of two is refused by a unique key",
    "POST /merges/{id}/undo": "undone once",
    "POST /imports/batches/{number}/undo": "undone once, and not after somebody touched its objects",
    "POST /notices/read": "a mark",
    "POST /waivers": "a new row",
    "POST /notes": "a new row",
    "POST /dead-cables": "a new row",
    "POST /absences": "a new row",
    "POST /collections/{layer}/items": "a new row",
    "POST /contacts": "a new row",
    "POST /imports": "a new row",
}
"""Routes that write and that name no version, with the reason."""


def test_every_table_that_is_edited_has_a_version(
    affairs: list[Affair], connect: Callable[[Role], connection]
) -> None:
    with connect(Role.WORKER).cursor() as cursor:
        cursor.execute(
            "SELECT c.relname, array_agg(a.attname::text) FILTER (WHERE a.attname ~ 'version$')"
            " FROM pg_class AS c JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped"
            " WHERE c.relnamespace = 'registry'::regnamespace AND c.relkind = 'r'"
            " AND has_any_column_privilege('gisreg_app', c.oid, 'UPDATE') GROUP BY c.relname"
        )
        found = {name: columns for name, columns in cursor.fetchall() if not name.endswith("_private")}
        without = {name for name, columns in found.items() if not columns}
        assert without == NO_EDITIONS & set(found)
        for name, columns in sorted(found.items()):
            if not columns:
                continue
            (column,) = set(columns) & {"version", "row_version", "tidying_version"}
            change = "visibility = visibility" if column == "version" else _neutral(cursor, name)
            cursor.execute(
                f"UPDATE registry.{name} AS t SET {change} FROM (SELECT ctid, {column} AS seen"
                f" FROM registry.{name} LIMIT 1) AS o WHERE t.ctid = o.ctid RETURNING t.{column} - o.seen"
            )
            assert cursor.fetchall() in ([(1,)], []), name
            assert cursor.rowcount == 1 or name in ("admin_succession", "threshold"), f"{name}: no row to try"


def _neutral(cursor: Any, name: str) -> str:
    """Return a change that is none, but where only certain changes count."""
    if name == "segment_state":
        return "tidying_state = CASE t.tidying_state WHEN 'none' THEN 'flagged' ELSE 'none' END"
    if name == "import_upload":
        return "changed_at = clock_timestamp()"
    cursor.execute(
        "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum = 1", (f"registry.{name}",)
    )
    ((column,),) = cursor.fetchall()
    return f"{column} = t.{column}"


VERSIONED = [
    route
    for route, entry in MATRIX["routes"].items()
    if "match" in entry or "versions" in entry.get("body", "")
]


def test_every_route_that_edits_names_a_version() -> None:
    writing = {
        route
        for route in routes()
        if not route.startswith(("GET ", "MOUNT ")) and "answer" not in MATRIX["routes"][route]
    }
    proposing = {"POST /proposals"}  # its body names the object's version
    assert writing - set(VERSIONED) - proposing == set(ONCE)


@pytest.mark.parametrize("route", VERSIONED)
def test_without_a_version_and_with_an_old_one(
    clients: dict[PersonRole | None, httpx.Client],
    things: list[Thing],
    affairs: list[Affair],
    organisations: dict[str, int],
    route: str,
) -> None:
    """Asked by the authority, which may change them all."""
    entry = MATRIX["routes"][route]
    one = next(
        some
        for some in about(entry, things, affairs, organisations)
        if some.plan.visibility in ("partner", "secret")
    )
    client = clients[PersonRole.AUTHORITY]
    silent = {name: value for name, value in entry.items() if name != "match"}
    silent["body"] = entry.get("body", "").replace('"versions": {"<id>": <version>}, ', "")
    silent["body"] = silent["body"].replace(', "versions": {"<id>": <version>}', "")
    assert ask(client, route, silent, one).status_code == 428
    if "{key}" in route:
        return  # tests/flagging/test_thresholds.py
    stale = dict(entry) | ({"match": '"98"'} if "match" in entry else {})
    stale["body"] = stale.get("body", "").replace("<version>", "98")
    late = ask(client, route, stale, one)
    assert late.status_code == 412, late.text
    told = late.json()
    assert (told["your_version"], told["current_version"]) == (98, told["current_version"])
    assert told["current_version"] != 98
    assert "current" in told
    assert {"seen", "sent"} & set(told)
    assert one.fields["id"] in late.text
