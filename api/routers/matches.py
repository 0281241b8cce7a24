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
from gisreg.features.filters import parse_bbox
from gisreg.importing.batches import organisation_id
from gisreg.matching import asking
from gisreg.matching import decide as deciding
from gisreg.matching import groups as grouping
from gisreg.matching.read import matches as read_matches
from gisreg.said import both

router = APIRouter(tags=["matches"])

Id = Annotated[int, Field(ge=0, lt=2**53)]


class Proposing(BaseModel):
    """Where same poles are looked for: west,south,east,north in degrees; nothing for everywhere."""

    model_config = ConfigDict(extra="forbid")

    bbox: Annotated[str | None, Field(max_length=200)] = None


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


@router.get("/matches/groups")
def match_groups(
    actor: Reader,
    state: Annotated[str, Query(description="of the matches; open where not said, * for all")] = "open",
    owner: Annotated[str | None, Query(max_length=100, description="code of an organisation")] = None,
    beside_double: bool | None = None,
    sure: Annotated[float, Query(ge=0, le=1)] = 0.0,
    bbox: str | None = None,
    limit: Annotated[int, Query(ge=1, le=grouping.MOST)] = 100,
    skip: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
) -> dict[str, Any]:
    """Return groups of matches that may be one pole, with all its rows, and how many there are by state.

    The surest groups come first, those beside double poles last.
    """
    with transaction(actor=actor) as connection:
        wanted = grouping.Wanted(
            None if state == "*" else state,
            None if owner is None else organisation_id(connection, owner),
            beside_double,
            sure,
            None if bbox is None else parse_bbox(bbox)[0],
            limit + 1,
            skip,
        )
        found = grouping.groups(connection, wanted)
        counted = grouping.counts(connection)
    return {"groups": found[:limit], "more": len(found) > limit, "counts": counted}


@router.post("/matches/propose", status_code=202)
def propose(asked: Proposing, actor: Writer) -> dict[str, str]:
    """Look for same poles anew, in a box or everywhere, as a job; for the authority."""
    with transaction(actor=actor) as connection:
        asking.ask(connection, actor, None if asked.bbox is None else parse_bbox(asked.bbox)[0])
    return {"state": "waiting"}


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
    raise UsageError(
        both(
            f"'{decision.decision[:40]}' không phải là một quyết định.",
            f"'{decision.decision[:40]}' is no decision.",
        ),
        hint=both("Dùng một trong: agree, refuse, merge.", "Use one of: agree, refuse, merge."),
    )


@router.get("/merges")
def merges(
    actor: Reader,
    undone: bool = False,
    limit: Annotated[int, Query(ge=1, le=grouping.MOST)] = 100,
    skip: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
) -> dict[str, Any]:
    """Return merges of poles, the newest first, as far as the caller's organisation had one of the poles."""
    with transaction(actor=actor) as connection:
        return {"merges": grouping.merges(connection, undone=undone, most=limit, skipped=skip)}


@router.post("/merges/{id}/undo", dependencies=[Depends(settle_after)])
def undo(id: ObjectId, actor: Writer) -> dict[str, int]:
    """Undo a merge: the pole stands again with what was its own; the two are not proposed again."""
    with transaction(actor=actor) as connection:
        return {"id": deciding.split(connection, id)}
