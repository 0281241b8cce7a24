"""Proposals: what others say about an owner's objects, and the owner's decision."""

from __future__ import annotations

import json
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field

from api.answers import GEOJSON, ObjectId, address, settle_after
from api.editions import Versions, versions_of
from api.pages import wants_page
from api.routers import proposal_page
from api.visitor import Known, Reader, Writer
from gisreg import editions
from gisreg.database.connection import PgConnection, transaction
from gisreg.features.catalogue import layer_of
from gisreg.proposals import decide as decisions
from gisreg.proposals.propose import propose
from gisreg.proposals.read import Wanted
from gisreg.proposals.read import proposal as read_proposal
from gisreg.proposals.read import proposals as read_proposals
from gisreg.proposals.words import lines

router = APIRouter(prefix="/proposals", tags=["proposals"])

Id = Annotated[int, Field(ge=0, lt=2**53)]
Text = Annotated[str, Field(min_length=1, max_length=2_000, pattern=r"^[^\x00]*$")]
ShortText = Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f]*$")]


class Draft(BaseModel):
    """What is proposed about one object; `version` is the object's as the proposer knows it."""

    model_config = ConfigDict(extra="forbid")

    layer: Annotated[str, Field(max_length=40)]
    object_id: Id
    version: Annotated[int, Field(ge=1, lt=2**31)]
    properties: dict[str, Any] = Field(default_factory=dict)
    geometry: dict[str, Any] | None = None
    reason: Text | None = None
    evidence: Annotated[Text | None, Field(description="Reference of a photo or document")] = None
    batch: Annotated[ShortText | None, Field(description="Name under which several are decided")] = None


class Decision(BaseModel):
    """A decision on some proposals, all or none."""

    model_config = ConfigDict(extra="forbid")

    ids: Annotated[list[Id], Field(min_length=1, max_length=decisions.MOST)]
    versions: Versions = {}
    decision: Annotated[str, Field(description="confirm or dispute")]
    note: Text | None = None
    although_outdated: Annotated[
        bool, Field(description="Confirm also where the object was changed meanwhile")
    ] = False


class Withdrawal(BaseModel):
    """Proposals of one's own organisation to take back, all or none."""

    model_config = ConfigDict(extra="forbid")

    ids: Annotated[list[Id], Field(min_length=1, max_length=decisions.MOST)]
    versions: Versions = {}
    note: Text | None = None


def proposed(request: Request, row: dict[str, Any], status: int) -> Response:
    """Return the answer to a new proposal: itself, and its address."""
    headers = {
        "Location": address(request, f"/proposals/{row['id']}"),
        "Cache-Control": "no-store",
    }
    return Response(_json(_feature(row)), status, media_type=GEOJSON, headers=headers)


def _json(document: Any) -> bytes:
    return json.dumps(document, ensure_ascii=False, default=str).encode()


def _feature(row: dict[str, Any]) -> dict[str, Any]:
    properties = {name: value for name, value in row.items() if name not in ("id", "geometry")}
    return {
        "type": "Feature",
        "id": row["id"],
        "geometry": row["geometry"],
        "properties": properties | {"proposed_geometry": row["proposed"].get("geometry")},
    }


def _with_lines(connection: PgConnection, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [row | {"fields": lines(connection, row)} for row in rows]


@router.get("", response_class=Response)
def proposals(
    request: Request,
    actor: Reader,
    known: Known,
    state: Annotated[str | None, Query(description="A state, or `waiting` for open and escalated")] = None,
    batch: str | None = None,
    street: int | None = None,
    owner: int | None = None,
    overdue: bool = False,
    layer: str | None = None,
    object_id: int | None = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
    after: int | None = None,
) -> Response:
    """Return proposals as GeoJSON: the geometry is the object's, `proposed_geometry` where it should be.

    `base`, `now` and `proposed` hold the values of then, of now and as proposed; `fields` the same for
    people. Only the proposing organisation, the owner, inspectors and the authority see one. Browsers
    get the page on which the waiting ones are decided.
    """
    wanted = Wanted(state, batch, street, owner, overdue, layer, object_id)
    if wants_page(request):
        return proposal_page.show(request, known, wanted, after)
    with transaction(actor=actor) as connection:
        rows, more = read_proposals(connection, wanted, limit, after)
        features = [_feature(row) for row in _with_lines(connection, rows)]
    links = [{"href": str(request.url), "rel": "self", "type": GEOJSON}]
    if more is not None:
        href = str(request.url.include_query_params(after=more))
        links.append({"href": href, "rel": "next", "type": GEOJSON})
    body = {
        "type": "FeatureCollection",
        "numberReturned": len(features),
        "links": links,
        "features": features,
    }
    return Response(_json(body), media_type=GEOJSON, headers={"Cache-Control": "no-store", "Vary": "Accept"})


@router.post("", response_class=Response, status_code=201)
def add(request: Request, draft: Draft, actor: Writer) -> Response:
    """Propose shared facts about an object of another organisation; the object stays as it is."""
    patch: dict[str, Any] = {"properties": draft.properties}
    if draft.geometry is not None:
        patch["geometry"] = draft.geometry
    with transaction(actor=actor) as connection:
        number = propose(
            connection,
            actor,
            layer_of(draft.layer),
            draft.object_id,
            draft.version,
            patch,
            reason=draft.reason,
            evidence=draft.evidence,
            batch=draft.batch,
        )
        return proposed(request, read_proposal(connection, number), 201)


@router.post("/decisions", dependencies=[Depends(settle_after)])
def decide(decision: Decision, actor: Writer) -> dict[str, Any]:
    """Confirm or dispute proposals, all or none; a confirmed one is applied as an edit.

    412 where one of them moved on after it was read (`versions`).
    """
    seen = versions_of(decision.ids, decision.versions)
    with transaction(actor=actor) as connection:
        editions.require(connection, editions.PROPOSAL, seen)
        states = decisions.decide(
            connection,
            actor,
            decision.ids,
            decision.decision,
            decision.note,
            although_outdated=decision.although_outdated,
        )
    return {"proposals": [{"id": number, "state": state} for number, state in sorted(states.items())]}


@router.post("/withdrawals")
def withdraw(withdrawal: Withdrawal, actor: Writer) -> dict[str, int]:
    """Take back proposals of one's own organisation."""
    seen = versions_of(withdrawal.ids, withdrawal.versions)
    with transaction(actor=actor) as connection:
        editions.require(connection, editions.PROPOSAL, seen)
        return {"withdrawn": decisions.withdraw(connection, actor, withdrawal.ids, withdrawal.note)}


@router.get("/{id}", response_class=Response)
def one(id: ObjectId, actor: Reader) -> Response:
    """Return one proposal."""
    with transaction(actor=actor) as connection:
        rows = _with_lines(connection, [read_proposal(connection, id)])
    return Response(_json(_feature(rows[0])), media_type=GEOJSON, headers={"Cache-Control": "no-store"})
