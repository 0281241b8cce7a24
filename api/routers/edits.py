"""OGC API - Features part 4: change, add and remove single features, on a stated version."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Body, Depends, Header, Request
from fastapi.responses import Response

from api.answers import GEOJSON, ObjectId, address, cache_headers, scoped, settle_after
from api.editions import IfMatch, required_version
from api.routers.proposals import proposed
from api.visitor import Writer
from gisreg.access.actor import Actor
from gisreg.database.connection import transaction
from gisreg.features.catalogue import layer_of
from gisreg.features.edit import delete, insert
from gisreg.features.items import Item
from gisreg.proposals.propose import update_or_propose
from gisreg.proposals.read import proposal

router = APIRouter(
    prefix="/collections/{layer}/items", tags=["features"], dependencies=[Depends(settle_after)]
)

Prefer = Annotated[str | None, Header(description="`handling=strict`: refuse rather than propose")]
Feature = Annotated[dict[str, Any], Body(description="GeoJSON feature; for PATCH a merge patch of one")]


def _answer(item: Item, actor: Actor, status: int = 200, **headers: str) -> Response:
    tags = cache_headers(scoped(item.etag, actor))
    return Response(item.body.encode(), status, media_type=GEOJSON, headers=tags | headers)


@router.patch("/{id}", response_class=Response, responses={202: {"description": "Proposed to the owner"}})
def change(
    request: Request,
    layer: str,
    id: ObjectId,
    body: Feature,
    actor: Writer,
    if_match: IfMatch = None,
    prefer: Prefer = None,
) -> Response:
    """Apply a merge patch to one feature (428 without If-Match, 412 when somebody was faster).

    An engineer's patch of another organisation's object changes nothing: shared facts become a proposal
    to the owner (202, its address in `Location`); with `Prefer: handling=strict` it is refused (403).
    """
    described = layer_of(layer)
    version = required_version(if_match)
    strict = "handling=strict" in (prefer or "").replace(" ", "").replace('"', "").lower().split(",")
    with transaction(actor=actor) as connection:
        made = update_or_propose(connection, actor, described, id, version, body, strict=strict)
        if isinstance(made, Item):
            return _answer(made, actor)
        return proposed(request, proposal(connection, made), 202)


@router.post("", response_class=Response, status_code=201)
def add(request: Request, layer: str, body: Feature, actor: Writer) -> Response:
    """Add one feature; the answer names its address."""
    described = layer_of(layer)
    with transaction(actor=actor) as connection:
        object_id, item = insert(connection, described, body)
    return _answer(item, actor, 201, Location=address(request, f"/collections/{layer}/items/{object_id}"))


@router.delete("/{id}", response_class=Response, status_code=204)
def remove(layer: str, id: ObjectId, actor: Writer, if_match: IfMatch = None) -> Response:
    """Remove one feature (409 with the reason where something depends on it)."""
    described = layer_of(layer)
    version = required_version(if_match)
    with transaction(actor=actor) as connection:
        delete(connection, described, id, version)
    return Response(status_code=204)
