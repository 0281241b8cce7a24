"""Map pages: small shells whose data comes by tiles."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import blake2s
from typing import Literal

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from api.answers import cache_headers, not_modified
from api.policy import map_policy
from api.routers.sign_in import sign_in_address
from api.visitor import Reader
from gisreg.access.actor import Actor, PersonRole
from gisreg.database.connection import transaction
from gisreg.errors import NotFoundError
from gisreg.features.front import Front, read_front
from gisreg.said import both
from gisreg.settings import get_settings
from layers import LAYERS
from maps import matching, overview, sharing, survey, tidying
from maps.config import BaseMap, Carrier, Link, MapConfig, SeenAs, Text
from maps.registry_map import RegistryMap

router = APIRouter(prefix="/maps", tags=["map"])

PAGES: dict[str, tuple[Text, Callable[[MapConfig], RegistryMap]]] = {
    "overview": (Text("Tổng quan", "Overview"), overview.build),
    "tidying": (Text("Chỉnh trang", "Tidying"), tidying.build),
    "sharing": (Text("Dùng chung", "Sharing"), sharing.build),
    "survey": (Text("Khảo sát", "Survey"), survey.build),
    "matches": (Text("Cột trùng", "Same poles"), matching.build),
}
FOR_ROLES = {
    "matches": frozenset({PersonRole.ENGINEER, PersonRole.COORDINATOR, PersonRole.AUTHORITY}),
}
"""Maps that show nothing to others (docs/rights.md)."""


@router.get("/{name}", response_class=Response)
def page(request: Request, name: str, actor: Reader, lang: Literal["vi", "en"] = "vi") -> Response:
    """Return a map page: overview, tidying, sharing or survey; who is not signed in is sent to do so."""
    if name not in PAGES:
        raise NotFoundError(
            both(f"Không có bản đồ {name[:40]!r}.", f"There is no map {name[:40]!r}."),
            hint=both(f"Các bản đồ: {', '.join(PAGES)}.", f"The maps are: {', '.join(PAGES)}."),
            maps=list(PAGES),
        )
    if actor is None:
        return RedirectResponse(sign_in_address(request), 303)
    with transaction(actor=actor) as connection:
        front = read_front(connection)
    html = PAGES[name][1](_config(name, lang, front, actor)).page()
    etag = f'"{blake2s(html.encode(), digest_size=8).hexdigest()}"'
    policy = map_policy(html, get_settings().server.basemap_url)
    headers = cache_headers(etag) | {"Content-Security-Policy": policy}
    if known := not_modified(request, etag):
        # A browser replaces the headers of the page that it kept: the policy must be the page's own.
        known.headers.update(headers)
        return known
    return Response(html.encode(), media_type="text/html; charset=utf-8", headers=headers)


def map_links(actor: Actor | None = None, current: str | None = None) -> tuple[Link, ...]:
    """Return links to the maps that are of use for somebody; `current` is the one that is open."""
    roles = frozenset() if actor is None else actor.roles
    return tuple(
        Link(f"/maps/{key}", title, key == current)
        for key, (title, _) in PAGES.items()
        if key not in FOR_ROLES or roles & FOR_ROLES[key]
    )


def _config(name: str, lang: Literal["vi", "en"], front: Front, actor: Actor) -> MapConfig:
    settings = get_settings()
    server = settings.server
    base = BaseMap(server.basemap_url, server.basemap_attribution or "") if server.basemap_url else None
    region = settings.region
    return MapConfig(
        layers=tuple(LAYERS.values()),
        bounds=front.bounds,
        generated=front.is_generated,
        base_map=base,
        language=lang,
        attribution=(region.agency_name_vi if lang == "vi" else region.agency_name_en, *front.attribution),
        carriers=tuple(Carrier(number, called) for number, called in front.carriers),
        links=(*map_links(actor, name), Link("/", Text(actor.really.person, actor.really.person))),
        seen_as=SeenAs(actor.organisation or "", actor.reason or "") if actor.true else None,
    )
