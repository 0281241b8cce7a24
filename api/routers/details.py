"""What the map's panel and search box show."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query

from api.answers import ObjectId
from api.routers.dead_cable_pages import may_open
from api.visitor import Reader
from gisreg.access.actor import Actor
from gisreg.database.connection import transaction
from gisreg.features.catalogue import layer_of
from gisreg.features.details import details as read_details
from gisreg.features.search import search as find
from gisreg.flagging.all_rules import all_rules
from gisreg.flagging.subject import shown

router = APIRouter(tags=["map"])

_RULED = frozenset(rule.layer for rule in all_rules().values())


@router.get("/details/{layer}/{id}")
def details(layer: str, id: ObjectId, actor: Reader) -> dict[str, Any]:
    """Return one object for people: facts, why it is flagged, tables, pages that go on from here; both
    languages."""
    described = layer_of(layer)
    with transaction(actor=actor) as connection:
        told = read_details(connection, described, id)
        return told | {"links": _links(actor, layer, id, shown(connection, id))}


def _links(actor: Actor | None, layer: str, number: int, sees_findings: bool) -> list[dict[str, str]]:
    """Return links to the pages of this service that go on from an object, as far as they are the
    reader's."""
    links = []
    if actor is not None and sees_findings and layer in _RULED:
        links.append(
            {
                "href": f"/why/{number}",
                "vi": "Mọi quy tắc, lịch sử, miễn trừ, ghi nhận",
                "en": "Every rule, history, waivers, notes",
            }
        )
    if actor is not None and may_open(actor) and layer in ("cable", "segment", "span"):
        links.append(
            {
                "href": f"/dead-cables/new/form?layer={layer}&id={number}",
                "vi": "Mở hồ sơ cáp không sử dụng",
                "en": "Open a case of dead cable",
            }
        )
    return links


@router.get("/search")
def search(q: Annotated[str, Query(max_length=500)], actor: Reader) -> dict[str, Any]:
    """Return streets, places, poles, towers and cables by name (without diacritics) or code."""
    with transaction(actor=actor) as connection:
        return {"results": find(connection, q)}
