"""OGC API - Features: pages of features, and single ones."""

from __future__ import annotations

import json
from datetime import UTC
from datetime import datetime as clock
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response

from api.answers import GEOJSON, ObjectId, address, cache_headers, json_only, link, not_modified, scoped
from api.routers.collections import CRS84
from api.visitor import Reader
from gisreg.database.connection import transaction
from gisreg.errors import UsageError
from gisreg.features import cursor as cursors
from gisreg.features.catalogue import layer_of
from gisreg.features.filters import Conditions, add_bbox, add_datetime, add_fields, has_validity
from gisreg.features.items import Page, count_matches, read_item, read_page
from gisreg.history.as_of import read_past
from gisreg.history.moment import parse_moment
from gisreg.said import both
from gisreg.tiles.revision import layer_etag
from layers import Layer

DEFAULT_LIMIT = 100
MAX_LIMIT = 10_000
_RESERVED = {"f", "limit", "cursor", "bbox", "bbox-crs", "datetime", "known_at"}

router = APIRouter(prefix="/collections/{layer}/items", tags=["features"])


@router.get("", response_class=Response, dependencies=[Depends(json_only)])
def items(
    request: Request,
    layer: str,
    actor: Reader,
    limit: Annotated[int, Query(ge=1)] = DEFAULT_LIMIT,
    bbox: str | None = None,
    bbox_crs: Annotated[str, Query(alias="bbox-crs")] = CRS84,
    datetime: str | None = None,
    known_at: str | None = None,
    cursor: str | None = None,
) -> Response:
    """Return a page of features as GeoJSON; any queryable of the layer is a parameter too.

    `datetime` asks for what is valid then where objects have a validity (an instant or interval), else
    for the layer as it was at that instant; `known_at` for the layer as it was known at an instant.

    More than 10,000 are never returned at once; follow the link `next`. The first page tells how
    many match (numberMatched, an estimate on large results, then numberMatchedIsEstimate).
    """
    described = layer_of(layer)
    after = None if cursor is None else cursors.decode(layer, cursor)
    moments = _moments(described, datetime, known_at)
    conditions = _conditions(request, described, bbox, bbox_crs, None if moments else datetime)
    limit = min(limit, MAX_LIMIT)
    with transaction(actor=actor) as connection:
        etag = scoped(layer_etag(connection, described, str(request.url)), actor)
        if known := not_modified(request, etag):
            return known
        matched = ""
        if moments:
            page = read_past(connection, described, conditions, moments, limit, after)
        else:
            page = read_page(connection, described, conditions, limit, after)
            if after is None:
                matched = _matched(page, count_matches(connection, described, conditions))
    links = json.dumps(_links(request, described, page, limit))
    stamp = datetime_now()
    body = (
        f'{{"type":"FeatureCollection","numberReturned":{page.returned}{matched},"timeStamp":"{stamp}",'
        f'"links":{links},"features":[{page.features}]}}'
    )
    return Response(body.encode(), media_type=GEOJSON, headers=cache_headers(etag))


def datetime_now() -> str:
    """Return the present as an RFC 3339 instant in UTC."""
    return clock.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _moments(layer: Layer, moment: str | None, known_at: str | None) -> tuple[clock, clock | None] | None:
    """Return the moments at which the past is asked for, None where the present is."""
    known = None if known_at is None else parse_moment(known_at, "known_at")
    if known is None and (moment is None or has_validity(layer)):
        return None
    at = known if moment is None else parse_moment(moment)
    return None if at is None else (at, known)


def _conditions(
    request: Request, layer: Layer, bbox: str | None, bbox_crs: str, moment: str | None
) -> Conditions:
    if bbox_crs != CRS84:
        raise UsageError(
            both("Không hỗ trợ hệ tọa độ của bbox.", "The reference system of bbox is not offered."),
            hint=both(f"Dùng bbox-crs={CRS84}.", f"Use bbox-crs={CRS84}."),
        )
    conditions = Conditions()
    add_fields(
        conditions, layer, [pair for pair in request.query_params.multi_items() if pair[0] not in _RESERVED]
    )
    if bbox is not None:
        add_bbox(conditions, layer, bbox)
    if moment is not None:
        add_datetime(conditions, layer, moment)
    return conditions


def _matched(page: Page, counted: tuple[int, bool]) -> str:
    number, exact = counted
    told = f',"numberMatched":{number}'
    return told if exact else told + ',"numberMatchedIsEstimate":true'


def _links(request: Request, layer: Layer, page: Page, limit: int) -> list[dict[str, str]]:
    path = f"/collections/{layer.key}/items"
    found = [
        {"href": str(request.url), "rel": "self", "type": GEOJSON},
        link(request, f"/collections/{layer.key}", "collection"),
    ]
    if page.next_after is not None:
        query: dict[str, object] = {}
        for name in request.query_params:
            query[name] = request.query_params.getlist(name)
        query |= {"limit": limit, "cursor": cursors.encode(layer.key, page.next_after)}
        found.append({"href": address(request, path, **query), "rel": "next", "type": GEOJSON})
    return found


@router.get("/{id}", response_class=Response, dependencies=[Depends(json_only)])
def item(request: Request, layer: str, id: ObjectId, actor: Reader) -> Response:
    """Return one feature; its ETag is what `If-Match` of an edit wants."""
    described = layer_of(layer)
    with transaction(actor=actor) as connection:
        found = read_item(connection, described, id)
    etag = scoped(found.etag, actor)
    if known := not_modified(request, etag):
        return known
    return Response(found.body.encode(), media_type=GEOJSON, headers=cache_headers(etag))
