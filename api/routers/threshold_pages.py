"""The pages of thresholds: all of them with their sources, one with its values, its history and a trial."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Path, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import BaseModel, ConfigDict, Field

from api.authority import require_authority
from api.editions import plainly
from api.forms import Person, answer, day, number, to_sign_in
from api.problems import status_of
from api.routers.what_if import Attempt, difference
from api.visitor import Visitor
from gisreg.access.actor import Actor, PersonRole
from gisreg.clock import today
from gisreg.database.connection import transaction
from gisreg.errors import GisregError, InvalidInputError
from gisreg.flagging import thresholds
from gisreg.flagging.all_rules import all_rules, rules_that_need
from gisreg.flagging.finding_filter import queries as finding_queries
from gisreg.flagging.later import run_later
from gisreg.flagging.words import CONFIDENCES, words
from gisreg.said import both

router = APIRouter(prefix="/thresholds", include_in_schema=False)

Key = Annotated[str, Path(max_length=100, pattern=r"^[^\x00]*$")]
Said = Annotated[str, Field(max_length=2_000, pattern=r"^[^\x00]*$")]

GROUPS = {
    "H": ("Độ cao của cáp", "Heights of cable"),
    "E": ("Khoảng cách tới điện lực", "Distances to power"),
    "R": ("Đường sắt", "Railways"),
    "P": ("Cột", "Poles"),
    "A": ("Cáp và phụ kiện trên cột", "Cables and fittings on poles"),
    "D": ("Cáp không sử dụng, hạ ngầm", "Dead cable, undergrounding"),
    "T": ("Thẻ nhận biết", "Tags"),
    "C": ("Kỳ chỉnh trang, kế hoạch", "Cadence of tidying, plans"),
    "S": ("Dùng chung", "Sharing"),
    "Q": ("Chất lượng dữ liệu", "Quality of data"),
    "Z": ("Khu vực", "Zones"),
    "priority": ("Điểm ưu tiên", "Points of priority"),
    "": ("Khác", "Others"),
}
"""Titles of the groups, by the letter of the first of their rules."""


class ThresholdForm(BaseModel):
    """The form of a value as the page sends it: all text, empty where nothing is said.

    `revision` is the threshold's as the page showed it.
    """

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    csrf_token: Said = ""
    decision: Said = "try"
    revision: Annotated[int, Field(ge=0, lt=2**53)] = 0
    value: Said = ""
    unit: Said = ""
    valid_from: Said = ""
    valid_to: Said = ""
    source: Said = ""
    article: Said = ""
    confidence: Said = ""
    reason: Said = ""
    off: bool = False
    succeed: bool = False

    def number(self) -> float | None:
        """Return the value; None switches off. Raises InvalidInputError."""
        if self.off:
            return None
        found = number(self.value, "Giá trị / value")
        if found is None:
            raise InvalidInputError(
                both("Chưa ghi giá trị.", "No value is given."),
                hint=both(
                    "Ghi một số, hoặc đánh dấu ô tắt quy tắc.",
                    "Write a number, or tick the box that switches off.",
                ),
            )
        return found

    def begins(self) -> date:
        """Return the first day. Raises InvalidInputError."""
        return day(self.valid_from) or today()


def overview(request: Request, known: Visitor) -> Response:
    """Return the page of all thresholds that hold today, grouped by what they are about, and what is off."""
    if known.actor is None:
        return to_sign_in(request)
    with transaction(actor=known.actor) as connection:
        entries = [entry for entry in thresholds.entries(connection, today()) if entry.holds]
        off = list(finding_queries.off(connection, day=today()))
    grouped: dict[str, list[dict[str, Any]]] = {group: [] for group in GROUPS}
    for entry in entries:
        grouped[_group(entry.key)].append(_told(entry) | {"rules": rules_that_need([entry.key])[:8]})
    return answer(
        known,
        "thresholds.html",
        groups=[
            {"vi": vi, "en": en, "rows": grouped[group]}
            for group, (vi, en) in GROUPS.items()
            if grouped[group]
        ],
        off=[
            {"rule": rule, "vi": all_rules()[rule].vi, "en": all_rules()[rule].en, "threshold": key}
            for rule, key in off
        ],
    )


def shown(
    request: Request,
    known: Visitor,
    key: str,
    *,
    form: ThresholdForm | None = None,
    tried: dict[str, Any] | None = None,
    trouble: GisregError | None = None,
    note: dict[str, str] | None = None,
    status: int = 200,
) -> Response:
    """Return the page of one threshold."""
    if known.actor is None:
        return to_sign_in(request)
    with transaction(actor=known.actor) as connection:
        entries = thresholds.entries(connection, today(), key)
        changes = thresholds.changes(connection, key)
    if form is None:
        form = ThresholdForm(valid_from=today().isoformat())
    return answer(
        known,
        "threshold.html",
        status,
        threshold=thresholds.require(key),
        revision=entries[0].revision,
        entries=[_told(entry) for entry in entries],
        changes=changes,
        rules=[all_rules()[rule] for rule in rules_that_need([key])],
        own=any(
            entry.scope == "province" and (entry.valid_to is None or entry.valid_to > today())
            for entry in entries
        ),
        form=form,
        tried=tried,
        trouble=trouble,
        note=note,
        confidences=CONFIDENCES,
        may_change=_may(known.actor),
    )


@router.post("/{key}/page", response_class=Response)
def decide(
    request: Request,
    key: Key,
    person: Annotated[Person, Depends(Person)],
    form: Annotated[ThresholdForm, Form()],
) -> Response:
    """Try the value that the form says; apply it, or end the present one, as the page showed them."""
    actor = person.sent(form.csrf_token)
    require_authority(actor)
    try:
        if form.decision == "try":
            tried = difference(actor, Attempt(set={key: form.number()}))
            return shown(request, person.known, key, form=form, tried=tried)
        with transaction(actor=actor.because(form.reason)) as connection:
            thresholds.require_revision(connection, key, form.revision)
            if form.decision == "end":
                thresholds.end_value(connection, key, form.begins(), form.reason)
            else:
                thresholds.set_value(
                    connection,
                    key,
                    form.number(),
                    form.unit,
                    form.begins(),
                    day(form.valid_to),
                    form.source,
                    form.article or None,
                    form.reason,
                    form.confidence or None,
                    succeed=form.succeed,
                )
            run_later(connection)
    except GisregError as error:
        return shown(request, person.known, key, form=form, trouble=plainly(error), status=status_of(error))
    return RedirectResponse(f"/thresholds/{key}?done=1", 303)


DONE = {
    "vi": "Đã ghi. Phát hiện được cập nhật khi lượt chạy nền xong.",
    "en": "Written. Findings follow when the run in the background is done.",
}


def _may(actor: Actor) -> bool:
    return PersonRole.AUTHORITY in actor.roles and actor.true is None


def _told(entry: thresholds.Entry) -> dict[str, Any]:
    sure = {"key": entry.confidence, **words(CONFIDENCES[entry.confidence])}
    return asdict(entry) | {"confidence": sure}


def _group(key: str) -> str:
    if key.startswith("priority_"):
        return "priority"
    letters = {rule[0] for rule in rules_that_need([key])}
    return next((group for group in GROUPS if group in letters), "")
