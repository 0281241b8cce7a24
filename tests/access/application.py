"""What there is to be asked: the application's routes, the database's tables, and the table of answers."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

from api.app import create_app
from layers import LAYERS
from tests.access.affairs import Affair
from tests.access.world import OWNED, SHARED, VISIBILITIES, Plan, Thing

MATRIX: dict[str, dict[str, dict[str, Any]]] = tomllib.loads(
    Path(__file__).with_name("matrix.toml").read_text(encoding="utf-8")
)
SCHEMAS = ("registry", "gisreg", "access", "staging")
"""Schemas of which every table is named; those of history follow from the table of the same name."""


def routes() -> list[str]:
    """Return method and path of every route of the application."""
    return sorted(set(_walk(create_app().routes)))


def _walk(found: Iterable[Any]) -> Iterator[str]:
    for route in found:
        if hasattr(route, "original_router"):
            yield from _walk(route.original_router.routes)
        elif getattr(route, "methods", None):
            yield from (f"{method} {route.path}" for method in route.methods if method != "HEAD")
        else:
            yield f"MOUNT {route.path}"


def asked(route: str, things: Sequence[Thing], since: str, affairs: Sequence[Affair] = ()) -> Iterator[str]:
    """Return the addresses at which a GET route is asked: every layer, object, map, some tiles, its queries."""
    path = route.removeprefix("GET ").replace("{kind}", "xlsx")
    if "of" in MATRIX["routes"][route] or "{number}" in path:
        kind = MATRIX["routes"][route].get("of", "upload")
        for one in (one for one in affairs if one.kind == kind):
            number = str(one.extra.get("number", one.id))
            yield path.replace("{id}", str(one.id)).replace("{number}", number)
        return
    then = quote(max(thing.entered for thing in things).isoformat())
    queries = MATRIX["routes"][route].get("ask", [""])
    if "{id}" in path and "{layer}" in path:
        for thing in things:
            for layer, ids in ({thing.plan.layer: [thing.id]} | thing.parts).items():
                for number in ids:
                    yield path.replace("{layer}", layer).replace("{id}", str(number))
        return
    if "{id}" in path:
        yield from {path.replace("{id}", str(number)) for thing in things for number in thing.ids}
        return
    for layer in LAYERS if "{layer}" in path else [""]:
        for place in ("0/0/0", "10/814/452", "15/26062/14476") if "{z}" in path else [""]:
            for name in ("overview", "tidying", "sharing", "survey") if "{name}" in path else [""]:
                filled = (
                    path.replace("{format}", "geojson")
                    .replace("{layer}", layer)
                    .replace("{z}/{x}/{y}", place)
                    .replace("{name}", name)
                )
                for query in queries:
                    yield filled + query.replace("<since>", quote(since)).replace("<then>", then)


def every_kind(owners: Iterable[str]) -> Iterator[Plan]:
    """Return a plan for every layer, owner and visibility."""
    for visibility in VISIBILITIES:
        for layer in SHARED:
            yield Plan(layer, None, visibility)
        for owner in owners:
            for layer in OWNED:
                yield Plan(layer, owner, visibility)
