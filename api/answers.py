"""What several routers share: links, conditional answers, what caches may keep."""

from __future__ import annotations

from hashlib import blake2s
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import BackgroundTasks, Path, Request
from fastapi.responses import JSONResponse, Response

from gisreg.access.actor import Actor
from gisreg.errors import UsageError
from gisreg.said import both
from gisreg.tiles.cells import settle

GEOJSON = "application/geo+json"
SCHEMA = "application/schema+json"
TILE = "application/vnd.mapbox-vector-tile"

ObjectId = Annotated[int, Path(ge=0, lt=2**53, description="Id of an object, unique over all layers")]


def scoped(etag: str, actor: Actor | None) -> str:
    """Return an ETag that is also one of what this actor may see: organisation, roles, communes."""
    if actor is None:
        return etag
    areas = None if actor.areas is None else sorted(actor.areas)
    scope = repr((actor.organisation_id, sorted(actor.roles), areas))
    return f'{etag[:-1]}-{blake2s(scope.encode(), digest_size=4).hexdigest()}"'


def link(
    request: Request, path: str, rel: str, kind: str = "application/json", title: str = ""
) -> dict[str, str]:
    """Return a link object to a path of this service."""
    href = str(request.base_url).rstrip("/") + path
    return {"href": href, "rel": rel, "type": kind, **({"title": title} if title else {})}


def address(request: Request, path: str, **query: Any) -> str:
    """Return a full URL of this service with query parameters; lists repeat, None is left out."""
    pairs = [(k, v) for k, v in query.items() if v is not None]
    tail = f"?{urlencode(pairs, doseq=True)}" if pairs else ""
    return str(request.base_url).rstrip("/") + path + tail


def json_only(request: Request) -> None:
    """Refuse formats that are not offered (`f=json` is the only one). Dependency of JSON routes."""
    wanted = request.query_params.get("f", "json")
    if wanted not in ("json", "geojson"):
        raise UsageError(
            both(f"Không có định dạng f={wanted[:20]}.", f"The format f={wanted[:20]} is not offered."),
            hint=both("Dùng f=json.", "Use f=json."),
        )


def not_modified(request: Request, etag: str) -> Response | None:
    """Return a 304 where the caller already has what bears this ETag (weak comparison, RFC 9110)."""
    given = request.headers.get("if-none-match")
    if given is None:
        return None
    tags = {tag.strip().removeprefix("W/") for tag in given.split(",")}
    if given.strip() == "*" or etag.removeprefix("W/") in tags:
        return Response(status_code=304, headers=cache_headers(etag))
    return None


def cache_headers(etag: str) -> dict[str, str]:
    """Return headers with which caches must ask again but need not fetch again."""
    return {"ETag": etag, "Cache-Control": "private, no-cache"}


def settle_after(background: BackgroundTasks) -> None:
    """Bring counts by cell up to date after a large edit was answered. Dependency of writing routes."""
    background.add_task(settle)


class SchemaResponse(JSONResponse):
    """A JSON Schema document."""

    media_type = SCHEMA
