"""What several routers share: who asks, links, conditional answers."""

from __future__ import annotations

from typing import Annotated, Any
from urllib.parse import unquote, urlencode

from fastapi import BackgroundTasks, Path, Request
from fastapi.responses import JSONResponse, Response

from api.request_id import request_id
from gisreg.access.actor import Actor, PersonRole
from gisreg.errors import UsageError
from gisreg.tiles.cells import settle

GEOJSON = "application/geo+json"
SCHEMA = "application/schema+json"
TILE = "application/vnd.mapbox-vector-tile"
_DEFAULT_PERSON = "demo"

ObjectId = Annotated[int, Path(ge=0, lt=2**53, description="Id of an object, unique over all layers")]


def actor(request: Request, reason: str | None = None) -> Actor:
    """Return who acts: the headers X-Gisreg-Person and X-Gisreg-Organisation until there is sign-in.

    Values are percent-encoded UTF-8, so that names may have diacritics. Raises UsageError when one
    cannot be read.
    """
    return Actor(
        person=_name(request, "X-Gisreg-Person") or _DEFAULT_PERSON,
        organisation=_name(request, "X-Gisreg-Organisation"),
        request_id=request_id(),
        reason=reason,
        roles=frozenset({PersonRole.AUTHORITY}),
    )


def _name(request: Request, header: str) -> str | None:
    text = unquote(request.headers.get(header, ""), errors="replace").strip()
    if len(text) > 200 or any(ord(letter) < 32 for letter in text):
        raise UsageError(
            f"The header {header} is no name.", hint="At most 200 letters, percent-encoded UTF-8."
        )
    return text or None


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
        raise UsageError(f"The format f={wanted[:20]} is not offered.", hint="Use f=json.")


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
