"""Steering the flagging engine: thresholds, waivers, notes by hand."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Request
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field

from api.answers import settle_after
from api.authority import Authority, Said
from api.editions import Version
from api.pages import wants_page
from api.routers import threshold_pages, waivers_page
from api.visitor import Known, Reader, Writer
from gisreg import editions
from gisreg.access.actor import PersonRole
from gisreg.clock import today
from gisreg.database.connection import transaction
from gisreg.errors import ForbiddenError
from gisreg.flagging import decisions, thresholds
from gisreg.flagging.all_rules import rules_that_need
from gisreg.flagging.later import run_later
from gisreg.flagging.subject import numbered
from gisreg.said import both

router = APIRouter(tags=["flagging"])

Number = Annotated[int, Field(ge=0, lt=2**53)]
Key = Annotated[str, Path(max_length=100, pattern=r"^[^\x00]*$")]
DecisionId = Annotated[int, Path(ge=0, lt=2**53)]


INSPECTION = {PersonRole.INSPECTOR, PersonRole.WARD_SUPERVISOR, PersonRole.AUTHORITY}


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Value(_Strict):
    """A value of the province's own for a threshold; `value` null switches the rules that need it off."""

    value: Annotated[float | None, Field(allow_inf_nan=False)]
    unit: Said
    valid_from: date
    valid_to: date | None = None
    source: Said = ""
    article: Said | None = None
    confidence: Said | None = None
    succeed: bool = False
    reason: Said


class End(_Strict):
    """The first day on which something no longer holds (today by default), and why."""

    day: date | None = None
    reason: Said = ""


class NewWaiver(_Strict):
    """What is to pass: rule, object (and zone), why, from when until when."""

    rule: Said
    object_id: Number
    zone_id: Number | None = None
    reason: Said
    legal_ref: Said | None = None
    valid_from: date | None = None
    valid_to: date | None = None


class NewNote(_Strict):
    """What an inspector saw on an object."""

    object_id: Number
    text: Said


class Closing(_Strict):
    """Why a note is closed."""

    reason: Said


@router.get("/thresholds", response_model=None)
def list_thresholds(request: Request, known: Known, actor: Reader) -> dict[str, Any] | Response:
    """Return every value of every threshold with unit, source, days, confidence; `holds` holds today.

    Browsers get the page.
    """
    if wants_page(request):
        return threshold_pages.overview(request, known)
    with transaction(actor=actor) as connection:
        return {"thresholds": [asdict(entry) for entry in thresholds.entries(connection, today())]}


@router.get("/thresholds/{key}", response_model=None)
def one_threshold(
    request: Request, key: Key, known: Known, actor: Reader, done: bool = False
) -> dict[str, Any] | Response:
    """Return a threshold's values, the rules that need it, and what was done to it: when, by whom, why.

    Persons are named to the authority and within their own organisation. Browsers get the page.
    """
    if wants_page(request):
        return threshold_pages.shown(request, known, key, note=threshold_pages.DONE if done else None)
    with transaction(actor=actor) as connection:
        return {
            "key": key,
            "values": [asdict(entry) for entry in thresholds.entries(connection, today(), key)],
            "changes": [asdict(change) for change in thresholds.changes(connection, key)],
            "rules": rules_that_need([key]),
        }


@router.put("/thresholds/{key}")
def set_threshold(key: Key, value: Value, actor: Authority, version: Version) -> dict[str, Any]:
    """Enter the province's own value from a day on; a whole run follows in the background.

    `succeed`: its value that holds before ends on that day. Without it days that have a value are refused.
    `If-Match` names the threshold's `revision`: 412 where somebody changed it meanwhile.
    """
    with transaction(actor=actor.because(value.reason)) as connection:
        thresholds.require_revision(connection, key, version)
        number = thresholds.set_value(connection, key, **value.model_dump())
        run_later(connection)
    return {"id": number}


@router.post("/thresholds/{key}/end")
def end_threshold(key: Key, end: End, actor: Authority, version: Version) -> dict[str, Any]:
    """Let the province's own value end; the national one holds again and a whole run follows.

    `If-Match` names the threshold's `revision`.
    """
    with transaction(actor=actor.because(end.reason)) as connection:
        thresholds.require_revision(connection, key, version)
        thresholds.end_value(connection, key, end.day or today(), end.reason)
        run_later(connection)
    return {"ended": (end.day or today()).isoformat()}


@router.get("/waivers", response_model=None)
def list_waivers(request: Request, known: Known, actor: Reader) -> dict[str, Any] | Response:
    """Return the waivers that hold today or later, as far as one sees their findings; browsers get the
    page."""
    if wants_page(request):
        return waivers_page.shown(request, known)
    with transaction(actor=actor) as connection:
        return {"waivers": [asdict(waiver) for waiver in decisions.waivers(connection, today())]}


@router.post("/waivers", status_code=201, dependencies=[Depends(settle_after)])
def grant_waiver(waiver: NewWaiver, actor: Authority) -> dict[str, int]:
    """Let a finding pass for a time; it stays to be seen as waived."""
    with transaction(actor=actor.because(waiver.reason)) as connection:
        subject = numbered(connection, waiver.object_id)
        number = decisions.grant(
            connection,
            actor,
            waiver.rule,
            subject,
            waiver.reason,
            waiver.valid_to,
            waiver.valid_from,
            waiver.zone_id,
            waiver.legal_ref,
        )
    return {"id": number}


@router.post("/waivers/{id}/end", dependencies=[Depends(settle_after)])
def end_waiver(id: DecisionId, end: End, actor: Authority, version: Version) -> dict[str, str]:
    """Let a waiver end, as it stands at the version of `If-Match`; its finding returns."""
    with transaction(actor=actor.because(end.reason) if end.reason else actor) as connection:
        editions.require(connection, editions.WAIVER, {id: version})
        decisions.end(connection, id, end.day)
    return {"ended": (end.day or today()).isoformat()}


@router.post("/notes", status_code=201, dependencies=[Depends(settle_after)])
def note(note: NewNote, actor: Writer) -> dict[str, int]:
    """Note a finding by hand on a segment, pole, span or tower; runs leave it until somebody closes it."""
    with transaction(actor=actor.because(note.text)) as connection:
        subject = numbered(connection, note.object_id)
        if not actor.roles & INSPECTION:
            raise ForbiddenError(
                both("Ghi nhận bằng tay là việc của thanh tra.", "Notes by hand are inspection's."),
                hint=both("Hãy báo cho thanh tra.", "Tell an inspector."),
            )
        return {"id": decisions.note(connection, actor, subject, note.text)}


@router.post("/notes/{id}/close", dependencies=[Depends(settle_after)])
def close_note(id: DecisionId, closing: Closing, actor: Writer, version: Version) -> dict[str, int]:
    """Close a note with a reason, as it stands at the version of `If-Match`."""
    with transaction(actor=actor.because(closing.reason)) as connection:
        editions.require(connection, editions.NOTE, {id: version})
        decisions.close(connection, actor, id, closing.reason)
    return {"closed": id}
