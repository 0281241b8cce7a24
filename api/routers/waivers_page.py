"""The page of waivers that hold today or later, the next to end first."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from fastapi import Request
from fastapi.responses import Response

from api.forms import answer, to_sign_in
from api.visitor import Visitor
from gisreg.clock import today
from gisreg.database.connection import transaction
from gisreg.flagging import decisions
from gisreg.flagging.all_rules import all_rules
from gisreg.flagging.subject import Named, named
from layers import LAYERS


def shown(request: Request, known: Visitor) -> Response:
    """Return the page, as far as the reader sees the findings that are waived."""
    if known.actor is None:
        return to_sign_in(request)
    with transaction(actor=known.actor) as connection:
        found = decisions.waivers(connection, today())
        names = named(connection, [one.object_id for one in found])
    return answer(known, "waivers.html", rows=[_row(one, names.get(one.object_id)) for one in found])


def _row(waiver: decisions.Waiver, called: Named | None) -> dict[str, Any]:
    layer = LAYERS[called.layer if called else all_rules()[waiver.rule_id].layer]
    tail = f" {called.name}" if called and called.name else ""
    return asdict(waiver) | {
        "object": {"vi": layer.vi + tail, "en": layer.en + tail},
        "days": None if waiver.valid_to is None else (waiver.valid_to - today()).days,
    }
