"""Rows of several organisations that are one pole: matches, decisions on them, merges, undoing."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, ConfigDict, Field

from api.answers import ObjectId, settle_after
from api.editions import Versions, versions_of
from api.visitor import Reader, Writer
from gisreg import editions
from gisreg.database.connection import transaction
from gisreg.errors import UsageError
from gisreg.matching import decide as deciding
from gisreg.matching.read import matches as read_matches
from gisreg.matching.read import merges as read_merges

router = APIRouter(tags=["matches"])

Id = Annotated[int, Field(ge=0, lt=2**53)]


class MatchDecision(BaseModel):
    """A decision on some matches, all or none."""

    model_config = ConfigDict(extra="forbid")

    ids: Annotated[list[Id], Field(min_length=1, max_length=deciding.MOST)]
    versions: Versions = {}
    decision: Annotated[str, Field(description="agree, refuse or merge")]
    keep: Annotated[list[Id], Field(max_length=deciding.MOST, description="Poles that stay")] = []
    seen: Annotated[bool, Field(description="They were looked at, also beside double poles")] = False
    note: Annotated[str | None, Field(max_length=2_000, pattern=r"^[^\x00]*$")] = None


@router.get("/matches")
def matches(
    actor: Reader,
    state: Annotated[
        str | None, Query(description="open, agreed, merged, refused, split, superseded")
    ] = None,
    beside_double: bool | None = None,
    limit: Annotated[int, Query(ge=1, le=1_000)] = 100,
    after: int | None = None,
) -> dict[str, Any]:
    """Return pairs of poles that may be one, each with the address of its place on the map.

    Only the two organisations concerned and the authority see one. `beside_double`: somebody of the group has
    two poles close together, so that the pair wants looking at.
    """
    with transaction(actor=actor) as connection:
        found = read_matches(
            connection, state=state, beside_double=beside_double, after=after, most=limit + 1
        )
    more = found[limit - 1].id if len(found) > limit else None
    return {"matches": [one.told() for one in found[:limit]], "next_after": more}


@router.post("/matches/decisions", dependencies=[Depends(settle_after)])
def decide(decision: MatchDecision, actor: Writer) -> dict[str, Any]:
    """Agree to matches, refuse them, or merge their poles: all or none.

    An owner agrees or refuses for his own pole; poles are merged once both owners agreed, or by the
    authority. 412 where one of them moved on after it was read (`versions`).
    """
    seen = versions_of(decision.ids, decision.versions)
    with transaction(actor=actor) as connection:
        deciding.hold(connection)
        editions.require(connection, editions.MATCH, seen)
        if decision.decision == "agree":
            return {"agreed": deciding.agree(connection, decision.ids, seen=decision.seen)}
        if decision.decision == "refuse":
            return {"refused": deciding.refuse(connection, decision.ids, decision.note)}
        if decision.decision == "merge":
            into = deciding.merge(connection, actor, decision.ids, keep=decision.keep, seen=decision.seen)
            return {"merged": [{"from": one, "into": other} for one, other in sorted(into.items())]}
    raise UsageError(f"'{decision.decision[:40]}' is no decision.", hint="Use one of: agree, refuse, merge.")


@router.get("/merges")
def merges(actor: Reader, limit: Annotated[int, Query(ge=1, le=1_000)] = 100) -> dict[str, Any]:
    """Return merges of poles, the newest first, as far as the caller's organisation had one of the poles."""
    with transaction(actor=actor) as connection:
        return {"merges": [one.told() for one in read_merges(connection, limit)]}


@router.post("/merges/{id}/undo", dependencies=[Depends(settle_after)])
def undo(id: ObjectId, actor: Writer) -> dict[str, int]:
    """Undo a merge: the pole stands again with what was its own; the two are not proposed again."""
    with transaction(actor=actor) as connection:
        return {"id": deciding.split(connection, id)}
