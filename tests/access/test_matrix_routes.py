"""Every route, asked by everybody about everything: the answers are those of the rights page.

`matrix.toml` says for each what it answers; what is not named there fails.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from gisreg.access.actor import PersonRole
from gisreg.database.connection import Role, transaction
from tests.access.affairs import Affair
from tests.access.application import MATRIX, routes
from tests.access.rights import COLUMNS
from tests.access.world import RIGHTS, Plan, Thing, Viewer
from tests.support.served import key_of

ROUTES = MATRIX["routes"]
SAID = ("all", "signed-in", "export")


def test_every_route_is_named() -> None:
    assert set(routes()) == set(ROUTES)


def test_every_entry_says_what_is_answered() -> None:
    for route, entry in ROUTES.items():
        assert {"see", "of", "answer", "write"} & set(entry), route
        assert entry.get("see", "all") in {*SAID, *RIGHTS}, route
        assert entry.get("write", "nobody") in {"nobody", *RIGHTS}, route


@dataclass(frozen=True)
class Asked:
    """One thing that a route is asked about: what stands for it in the address and the body."""

    plan: Plan
    fields: dict[str, str]
    affair: Affair | None = None


def about(
    entry: dict[str, Any], things: list[Thing], affairs: list[Affair], own: dict[str, int]
) -> list[Asked]:
    """Return what a route is asked about: affairs of a kind, or objects of a layer."""
    if "of" in entry:
        return [
            Asked(one.plan, {"id": str(one.id), "number": str(one.extra.get("number", one.id))}, one)
            for one in affairs
            if one.kind == entry["of"]
        ]
    layer = entry.get("thing", "pole")
    found = []
    for thing in things:
        if thing.plan.layer == ("cable" if layer == "segment" else layer):
            number = thing.parts["segment"][0] if layer == "segment" else thing.id
            fields = {"id": str(number), "number": str(number), "layer": layer}
            found.append(Asked(thing.plan, fields | {"owner": str(own[thing.plan.owner or "A"])}))
    return found


@pytest.mark.parametrize("role", COLUMNS, ids=lambda role: role or "visitor")
@pytest.mark.parametrize("route", routes())
def test_answers_of_routes(
    clients: dict[PersonRole | None, httpx.Client],
    things: list[Thing],
    affairs: list[Affair],
    organisations: dict[str, int],
    route: str,
    role: PersonRole | None,
) -> None:
    entry = ROUTES[route]
    viewer, client = Viewer(role, "A"), clients[role]
    asked = about(entry, things, affairs, organisations)
    assert asked, "the world has nothing that this route could be asked about"
    for one in asked:
        if entry.get("only", one.plan.owner) != one.plan.owner:
            continue
        answer = ask(client, route, entry, one)
        wanted = status(entry, viewer, one)
        assert answer.status_code == wanted, (one.plan, answer.text[:300])
        if "restore" in entry and wanted < 300:
            undo(entry, one)
        if "only" in entry or not _is_about_one(route, entry):
            return


def _is_about_one(route: str, entry: dict[str, Any]) -> bool:
    return (
        "{id}" in route
        or "{number}" in route
        or "<id>" in entry.get("body", "")
        or "<owner>" in entry.get("body", "")
    )


def ask(client: httpx.Client, route: str, entry: dict[str, Any], one: Asked) -> httpx.Response:
    method, path = route.split(" ", 1)
    if method == "MOUNT":
        method, path = "GET", "/static/css/map.css"
    fields = {"version": version(one, entry)} | one.fields
    url = (
        path.replace("{format}", "geojson").replace("{z}/{x}/{y}", "10/814/452").replace("{name}", "overview")
    )
    url = (
        url.replace("{kind}", "xlsx")
        .replace("{key}", "nothing")
        .replace("{layer}", fields.get("layer", "pole"))
    )
    for key, value in fields.items():
        url = url.replace(f"{{{key}}}", value)
    url += entry.get("ask", [""])[0].replace("<since>", "2000-01-01")
    headers = {"If-Match": filled(entry["match"], fields)} if "match" in entry else {}
    if "form" in entry:
        return client.request(method, url, data=entry["form"], headers=headers)
    if "body" in entry:
        headers["Content-Type"] = "application/json"
    return client.request(method, url, content=filled(entry.get("body", ""), fields), headers=headers)


UNKNOWN = {"id": "8070450532247928", "number": "8070450532247928"}


@pytest.mark.parametrize("role", COLUMNS, ids=lambda role: role or "visitor")
@pytest.mark.parametrize(
    "route", [one for one in routes() if "{" in one or "<id>" in ROUTES[one].get("body", "")]
)
def test_what_is_hidden_is_as_if_it_were_not(
    clients: dict[PersonRole | None, httpx.Client],
    things: list[Thing],
    affairs: list[Affair],
    organisations: dict[str, int],
    route: str,
    role: PersonRole | None,
) -> None:
    """To who may not see it, a row is answered for like one that does not exist: status, headers, every letter."""
    entry, client, viewer = ROUTES[route], clients[role], Viewer(role, "A")
    if not _is_about_one(route, entry) or "answer" in entry:
        return
    for one in about(entry, things, affairs, organisations):
        see = entry.get("see", "position")
        sees = one.affair.seen_by(viewer) if one.affair else see in SAID or viewer.may(see, one.plan)
        if sees:
            continue
        unknown = dict(UNKNOWN)
        if one.affair is not None and one.affair.kind == "export":
            unknown["number"] = "XK-0ZZZZ-ZZZZZZ"
        there, not_there = (
            ask(client, route, entry, Asked(one.plan, one.fields | other | {"version": "1"}))
            for other in ({}, unknown)
        )
        assert told(there, one.fields) == told(not_there, unknown), (one.plan, there.text)


def told(answer: httpx.Response, fields: dict[str, str]) -> tuple[int, str, set[str]]:
    """Return status, text and names of headers, without what differs from request to request."""
    text = answer.text.replace(answer.headers["X-Request-ID"], "<request>")
    for name in ("number", "id"):
        text = text.replace(fields[name], "<id>")
    return answer.status_code, text, set(answer.headers)


def filled(text: str, fields: dict[str, str]) -> str:
    for key, value in fields.items():
        text = text.replace(f"<{key}>", value)
    return text


def version(one: Asked, entry: dict[str, Any]) -> str:
    """Return the version at which a row is now, as nobody but the worker can always read it."""
    if "version" in one.fields or "<version>" not in entry.get("match", "") + entry.get("body", ""):
        return ""
    query = "SELECT tidying_version FROM registry.segment_state WHERE segment_id = %s"
    if one.affair is not None:
        query = f"SELECT row_version FROM registry.{one.affair.table} WHERE id = %s"
    with transaction(Role.WORKER) as own, own.cursor() as cursor:
        cursor.execute(query, (one.fields["id"],))
        ((found,),) = cursor.fetchall()
        return str(found)


def undo(entry: dict[str, Any], one: Asked) -> None:
    with transaction(Role.WORKER) as own, own.cursor() as cursor:
        cursor.execute(entry["restore"], (one.fields["id"],))
        assert cursor.rowcount == 1


def status(entry: dict[str, Any], viewer: Viewer, one: Asked) -> int:
    """Return the status that the table of answers and the rights page say."""
    if "answer" in entry:
        return int(entry["answer"] if viewer.role else entry.get("visitor", 401))
    see, write = entry.get("see", "position"), entry.get("write")
    if see == "signed-in":
        return 200 if viewer.role else 303
    if see == "export":
        return 200 if viewer.role else 401
    sees = one.affair.seen_by(viewer) if one.affair is not None else see == "all" or viewer.may(see, one.plan)
    if write is None:
        return 200 if sees else 404
    if viewer.role is None:
        return 401
    if entry.get("first") and RIGHTS[write][viewer.role] == "không":
        return 403
    if not sees:
        return int(entry.get("hidden", 404))
    if "own" in entry and one.plan.owner == viewer.organisation and may(write, viewer, one):
        return int(entry["own"])
    if viewer.role in entry.get("denied", ()):
        return 403
    return int(entry["done"]) if may(write, viewer, one) else 403


def may(write: str, viewer: Viewer, one: Asked) -> bool:
    """Return whether the rights page lets somebody do it; a match is the own of either owner."""
    if write == "nobody":
        return False
    if one.affair is not None and viewer.organisation in one.affair.owners:
        return viewer.may(write, Plan("", viewer.organisation, one.plan.visibility))
    return viewer.may(write, one.plan)


ELSEWHERE = (
    "INSERT INTO registry.admin_unit (gso_code, level, kind, name, valid_from, geom)"
    " VALUES ('2', 'commune', 'xa', 'ELSEWHERE', '2020-01-01', ST_Multi(ST_MakeEnvelope(108, 20, 109, 21, 4326)))"
    " ON CONFLICT DO NOTHING"
)

IN_AREAS = {
    "POST /segments/tidying": (422, 403),
    "POST /notes": (422, 422),
    "POST /notes/{id}/close": (200, 403),
    "POST /dead-cables": (409, 403),
}
"""What inspection writes: the status in its area, and elsewhere. An empty note is refused before it is placed."""


@pytest.mark.parametrize("role", [PersonRole.INSPECTOR, PersonRole.WARD_SUPERVISOR])
@pytest.mark.parametrize("area", ["1", "2"], ids=["here", "elsewhere"])
@pytest.mark.parametrize("route", IN_AREAS)
def test_another_area(
    clients: dict[PersonRole | None, httpx.Client],
    things: list[Thing],
    affairs: list[Affair],
    organisations: dict[str, int],
    route: str,
    area: str,
    role: PersonRole,
) -> None:
    """Bound to a commune, one writes what lies there; what lies elsewhere is seen, and refused."""
    with transaction(Role.WORKER) as own, own.cursor() as cursor:
        cursor.execute(ELSEWHERE)
    entry, place = ROUTES[route], "here" if area == "1" else "elsewhere"
    key = key_of(f"{role}-{place}-{list(IN_AREAS).index(route)}".replace("_", "-"), role, area=area)
    with httpx.Client(base_url=clients[None].base_url, headers={"X-Api-Key": key}, timeout=30) as client:
        for one in about(entry, things, affairs, organisations):
            if one.plan.owner != "B" or one.plan.visibility != "partner":
                continue
            answer = ask(client, route, entry, one)
            assert answer.status_code == IN_AREAS[route][area == "2"], answer.text
            if answer.status_code < 300:
                undo(entry, one)
        segment = next(one.parts["segment"][0] for one in things if one.plan == Plan("cable", "B", "partner"))
        assert client.get(f"/segments/{segment}/findings").status_code == 200, "seeing is not bound"


@pytest.mark.parametrize("role", [PersonRole.INSPECTOR, PersonRole.WARD_SUPERVISOR])
@pytest.mark.parametrize("area", ["1", "2"], ids=["here", "elsewhere"])
def test_notes_and_measures_in_another_area(
    clients: dict[PersonRole | None, httpx.Client], things: list[Thing], area: str, role: PersonRole
) -> None:
    with transaction(Role.WORKER) as own, own.cursor() as cursor:
        cursor.execute(ELSEWHERE)
    cable = next(one for one in things if one.plan == Plan("cable", "B", "partner"))
    key = key_of(f"{role}-{area}-x".replace("_", "-"), role, area=area)
    with httpx.Client(base_url=clients[None].base_url, headers={"X-Api-Key": key}, timeout=30) as client:
        noted = client.post("/notes", json={"object_id": cable.parts["segment"][0], "text": "đứt"})
        assert noted.status_code == (201 if area == "1" else 403), noted.text
        path = f"/collections/support/items/{cable.parts['support'][0]}"
        tag = {"If-Match": client.get(path).headers["ETag"]}
        measured = client.patch(path, json={"properties": {"attachment_height_m": 5}}, headers=tag)
        may_measure = area == "1" and role is PersonRole.INSPECTOR
        assert measured.status_code == (200 if may_measure else 403), measured.text
