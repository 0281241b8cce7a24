"""Asking the flagging engine: why an object is flagged, findings listed and counted, what to measure next."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import JSONResponse, Response
from pydantic import BeforeValidator, Field

from api.answers import GEOJSON, ObjectId, address
from api.pages import wants_page
from api.routers import findings_page, why_page
from api.visitor import Known, Reader
from gisreg.access.actor import Actor
from gisreg.database.connection import transaction
from gisreg.errors import NotSignedInError
from gisreg.flagging import priority
from gisreg.flagging.finding_counts import count_findings
from gisreg.flagging.finding_coverage import coverage
from gisreg.flagging.finding_filter import FindingFilter
from gisreg.flagging.finding_history import history
from gisreg.flagging.findings import parse_place, read_findings
from gisreg.flagging.measure_next import measure_next as find_next
from gisreg.flagging.subject import numbered, parts
from gisreg.flagging.told import everything
from gisreg.said import both

MAX_LIMIT = 1_000

router = APIRouter(tags=["flagging"])

Text = Annotated[str | None, Query(max_length=200, pattern=r"^[^\x00]*$")]
Days = Annotated[int, Field(ge=0, le=36_500)]


def known_reader(actor: Reader) -> Actor:
    """Return who asks; findings are nobody's business but the owners', inspection's and the authority's.

    Raises:
        NotSignedInError: nobody is signed in.
    """
    if actor is None:
        raise NotSignedInError(
            both("Phát hiện chỉ hiện cho người đã đăng nhập.", "Findings are shown to signed-in people."),
            hint=both("Hãy đăng nhập hoặc gửi khóa.", "Sign in, or send a key."),
        )
    return actor


KnownReader = Annotated[Actor, Depends(known_reader)]


def _or_none(text: Any) -> Any:
    """Return None for what a form sends empty."""
    return None if text == "" else text


def wanted(
    rule: Text = None,
    severity: Text = None,
    outcome: Text = None,
    zone: Text = None,
    ward: Text = None,
    street: Text = None,
    carrier: Text = None,
    state: Text = None,
    age: Annotated[Days | None, BeforeValidator(_or_none), Query()] = None,
    bbox: Text = None,
    layer: Text = None,
) -> FindingFilter:
    """Return which findings a request asks for."""
    return FindingFilter(rule, severity, outcome, zone, ward, street, carrier, state, age, bbox, layer)


Wanted = Annotated[FindingFilter, Depends(wanted)]


@router.get("/why/{id}", response_model=None)
def why(
    request: Request, id: ObjectId, known: Known, actor: Reader, all: bool = False
) -> dict[str, Any] | Response:
    """Return what every rule says of an object: outcome, value against threshold, zone, source; notes,
    priority.

    Of a pole also what the rules say of what hangs on it (`parts`). With `all` also the rules that do not
    apply. For whoever may see the object's findings, else 404. Browsers get the page.
    """
    if wants_page(request):
        return why_page.shown(request, known, id)
    with transaction(actor=actor) as connection:
        return everything(connection, numbered(connection, id), all_rules=all)


@router.get("/why/{id}/history")
def former(id: ObjectId, actor: Reader) -> dict[str, Any]:
    """Return what the findings of an object said before: each value with its threshold, from when until when.

    Of a pole also of what hangs on it. `closed`: the finding ended by itself, what failed does so no more.
    """
    with transaction(actor=actor) as connection:
        subject = numbered(connection, id)
        ids = [subject.id, *(part.id for part in parts(connection, subject))]
        return {"layer": subject.layer, "id": id, "history": history(connection, ids)}


@router.get("/findings", response_class=Response)
def findings(
    request: Request,
    wanted: Wanted,
    known: Known,
    actor: Reader,
    order: Literal["object", "priority"] = "object",
    limit: Annotated[int, Query(ge=1)] = 100,
    cursor: Text = None,
    f: Literal["json", "geojson"] = "geojson",
) -> Response:
    """Return a page of findings as GeoJSON (`f=json`: a plain list) with what could be evaluated at all.

    Filters: rule, severity, outcome, layer and state (several with commas), zone, carrier (codes), ward
    (code of a unit of today, or of a former one: then what lies in its outline), street (code or name), age
    (days at least), bbox. `order=priority` gives the
    weightiest.
    The first page bears `coverage`; where too little was measured it says so instead of "no findings".
    Browsers get the page.
    """
    if wants_page(request):
        return findings_page.shown(request, known, wanted)
    known_reader(actor)
    limit = min(limit, MAX_LIMIT)
    after = None if cursor is None else parse_place(cursor)
    with transaction(actor=actor) as connection:
        page = read_findings(connection, wanted, limit, after, weightiest=order == "priority")
        covered = coverage(connection, wanted, len(page.features)) if after is None else None
    links = [{"href": str(request.url), "rel": "self"}]
    if page.last is not None:
        query = {**request.query_params, "cursor": page.last.told()}
        links.append({"href": address(request, "/findings", **query), "rel": "next"})
    head = {"numberReturned": len(page.features), "coverage": covered, "links": links}
    body = JSONResponse(_plain(head)).body[:-1]
    inside = b",".join(feature.encode() for feature in page.features)
    if f == "json":
        return Response(bytes(body) + b',"findings":[' + inside + b"]}", media_type="application/json")
    kind = b',"type":"FeatureCollection","features":['
    return Response(bytes(body) + kind + inside + b"]}", media_type=GEOJSON)


def _plain(value: Any) -> Any:
    """Return dicts and lists with moments as RFC 3339 texts."""
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_plain(one) for one in value]
    return value.isoformat() if hasattr(value, "isoformat") else value


@router.get("/findings/counts")
def counts(wanted: Wanted, actor: KnownReader, by: Text = "rule") -> dict[str, Any]:
    """Return findings and metres by one or two of rule, severity, layer, zone, ward, street, carrier, state,
    outcome, age.

    `ward@2025-06-01` counts by the wards of a day. Beside each count stands how many objects could be
    evaluated; `coverage_by` says which of these the coverage tells apart, elsewhere it is the coverage over
    all of them. `count` is null, and `told` says that not enough was measured, where nothing was found and
    less than `least_share` was evaluated. `off` are rules that are switched off.
    """
    with transaction(actor=actor) as connection:
        found = count_findings(connection, wanted, [one for one in (by or "").split(",") if one])
    return {
        "by": list(found.by),
        "filter": wanted.as_told(),
        "least_share": found.least_share,
        "counted_at": found.counted_at,
        "coverage_by": list(found.coverage_by),
        "off": found.off,
        "rows": found.rows,
    }


@router.get("/measure-next")
def measure_next(
    actor: KnownReader,
    zone: Text = None,
    bbox: Text = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> JSONResponse:
    """Return the poles and spans whose measurement decides most open questions, in walking order.

    `rank` is 1 for the weightiest, `order` the place in the walk; `rules` says of each rule how many of its
    questions lack a measurement and how many came out borderline. Of one zone, of a box, or of all zones.
    """
    with transaction(actor=actor) as connection:
        stops = find_next(connection, limit, zone, bbox)
    features = [stop.feature(order) for order, stop in enumerate(stops, 1)]
    return JSONResponse({"type": "FeatureCollection", "features": features}, media_type=GEOJSON)


@router.get("/priorities/streets")
def streets(actor: KnownReader, limit: Annotated[int, Query(ge=1, le=500)] = 50) -> dict[str, Any]:
    """Return the streets along which tidying weighs most, with the parts of their score."""
    with transaction(actor=actor) as connection:
        ranked = priority.of_streets(connection, limit)
    return {"streets": [facts | score.json() for facts, score in ranked]}
