"""What changed between two moments; an object's findings as they were."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse

from api.answers import GEOJSON, ObjectId, address
from api.visitor import Reader
from gisreg.access.actor import Actor
from gisreg.clock import now
from gisreg.database.connection import transaction
from gisreg.errors import UsageError
from gisreg.features.catalogue import layer_of
from gisreg.history.as_of import findings_as_of
from gisreg.history.change_cursor import opened
from gisreg.history.changes import Change, Wanted
from gisreg.history.changes import changes as read_changes
from gisreg.history.moment import parse_moment
from gisreg.said import both

MAX_LIMIT = 1_000

router = APIRouter(tags=["history"])

Name = Annotated[str | None, Query(max_length=200, pattern=r"^[^\x00]*$")]


@router.get("/changes")
def changes(
    request: Request,
    actor: Reader,
    since: Annotated[str, Query(alias="from")],
    to: str | None = None,
    layer: str | None = None,
    organisation: Name = None,
    person: Name = None,
    bbox: str | None = None,
    limit: Annotated[int, Query(ge=1)] = 100,
    cursor: str | None = None,
    f: Literal["json", "geojson"] = "json",
) -> JSONResponse:
    """Return what was changed from a moment (RFC 3339) to another, now by default: who, when, before, after.

    Persons, reasons and request ids are told to the authority and within the same organisation.
    `f=geojson` gives features with the geometry that an object got (or had, where deleted).
    """
    first, last = parse_moment(since, "from", begins_day=True), _until(to)
    if first > last:
        raise UsageError(
            both("Thời điểm `from` nằm sau thời điểm `to`.", "The moment `from` lies after the moment `to`."),
            hint=both("Ghi thời điểm sớm hơn vào `from`.", "Give the earlier moment as `from`."),
        )
    wanted = Wanted(first, last, layer, None, organisation, person, bbox)
    limit = min(limit, MAX_LIMIT)
    after = None if cursor is None else opened(cursor)
    with transaction(actor=actor) as connection:
        found = read_changes(connection, wanted, limit + 1, after)
    page = found[:limit]
    links = [{"href": str(request.url), "rel": "self"}]
    if len(found) > limit:
        # The end is written into the link, so that the pages of one question have the same end.
        query = {**request.query_params, "to": last.isoformat(), "cursor": page[-1].place.sealed()}
        links.append({"href": address(request, "/changes", **query), "rel": "next"})
    if f == "geojson":
        features = [_feature(change) for change in page]
        return JSONResponse(
            {"type": "FeatureCollection", "numberReturned": len(page), "links": links, "features": features},
            media_type=GEOJSON,
        )
    return JSONResponse({"changes": [_told(change) for change in page], "links": links})


@router.get("/collections/{layer}/items/{id}/findings")
def findings_of(
    actor: Reader, layer: str, id: ObjectId, datetime: str | None = None, known_at: str | None = None
) -> dict[str, Any]:
    """Return what was found of an object at a moment (now by default), as it was known at another."""
    return {layer: id, "findings": _found(actor, layer, id, datetime, known_at)}


@router.get("/segments/{id}/findings")
def findings(
    actor: Reader, id: ObjectId, datetime: str | None = None, known_at: str | None = None
) -> dict[str, Any]:
    """Return why a segment was flagged at a moment (now by default), as it was known at another."""
    return {"segment": id, "findings": _found(actor, "segment", id, datetime, known_at)}


def _found(
    actor: Actor | None, layer: str, number: int, moment: str | None, known_at: str | None
) -> list[dict[str, Any]]:
    described = layer_of(layer)
    at = now() if moment is None else parse_moment(moment)
    known = None if known_at is None else parse_moment(known_at, "known_at")
    with transaction(actor=actor) as connection:
        return findings_as_of(connection, described, number, at, known)


def _until(text: str | None) -> datetime:
    # A change set that is recorded in this very moment is not left out.
    return now() + timedelta(seconds=1) if text is None else parse_moment(text, "to")


def _told(change: Change) -> dict[str, Any]:
    told = asdict(change)
    del told["place"]
    told["change_set"] = change.place.change_set
    for name in ("recorded_at", "happened_at"):
        told[name] = told[name].isoformat() if told[name] else None
    return told


def _feature(change: Change) -> dict[str, Any]:
    told = _told(change)
    return {"type": "Feature", "geometry": told.pop("geometry"), "properties": told}
