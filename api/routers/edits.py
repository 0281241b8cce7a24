"""OGC API - Features part 4: change, add and remove single features, on a stated version."""

from __future__ import annotations

import re
from typing import Annotated, Any

from fastapi import APIRouter, Body, Depends, Header, Request
from fastapi.responses import Response

from api.answers import GEOJSON, ObjectId, actor, address, cache_headers, settle_after
from gisreg.database.connection import transaction
from gisreg.errors import UsageError, VersionRequiredError
from gisreg.features.catalogue import layer_of
from gisreg.features.edit import delete, insert, update
from gisreg.features.items import Item

router = APIRouter(
    prefix="/collections/{layer}/items", tags=["features"], dependencies=[Depends(settle_after)]
)

IfMatch = Annotated[str | None, Header(description="ETag of the version the edit was made on")]
Feature = Annotated[dict[str, Any], Body(description="GeoJSON feature; for PATCH a merge patch of one")]

_TAG = re.compile(r'"(\d{1,9})(?:\.[0-9a-f]{8})?"', re.ASCII)


def required_version(if_match: str | None) -> int:
    """Return the version that an `If-Match` header names (derived counts in the tag do not matter).

    Raises:
        VersionRequiredError: there is no such header.
        UsageError: it is no ETag of a feature.
    """
    if if_match is None:
        raise VersionRequiredError(
            "The header If-Match is missing.", hint="Send the ETag of the feature as you read it."
        )
    found = _TAG.fullmatch(if_match.strip())
    if found is None:
        raise UsageError(
            "The header If-Match is no ETag of a feature.", hint='It looks like "3" or "3.0a1b2c3d".'
        )
    return int(found[1])


def _answer(item: Item, status: int = 200, **headers: str) -> Response:
    return Response(
        item.body.encode(), status, media_type=GEOJSON, headers=cache_headers(item.etag) | headers
    )


@router.patch("/{id}", response_class=Response)
def change(request: Request, layer: str, id: ObjectId, body: Feature, if_match: IfMatch = None) -> Response:
    """Apply a merge patch to one feature (428 without If-Match, 412 when somebody was faster)."""
    described = layer_of(layer)
    version = required_version(if_match)
    with transaction(actor=actor(request)) as connection:
        return _answer(update(connection, described, id, version, body))


@router.post("", response_class=Response, status_code=201)
def add(request: Request, layer: str, body: Feature) -> Response:
    """Add one feature; the answer names its address."""
    described = layer_of(layer)
    with transaction(actor=actor(request)) as connection:
        object_id, item = insert(connection, described, body)
    return _answer(item, 201, Location=address(request, f"/collections/{layer}/items/{object_id}"))


@router.delete("/{id}", response_class=Response, status_code=204)
def remove(request: Request, layer: str, id: ObjectId, if_match: IfMatch = None) -> Response:
    """Remove one feature (409 with the reason where something depends on it)."""
    described = layer_of(layer)
    version = required_version(if_match)
    with transaction(actor=actor(request)) as connection:
        delete(connection, described, id, version)
    return Response(status_code=204)
