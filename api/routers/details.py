"""What the map's panel and search box show."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query

from api.answers import ObjectId
from api.visitor import Reader
from gisreg.database.connection import transaction
from gisreg.features.catalogue import layer_of
from gisreg.features.details import details as read_details
from gisreg.features.search import search as find

router = APIRouter(tags=["map"])


@router.get("/details/{layer}/{id}")
def details(layer: str, id: ObjectId, actor: Reader) -> dict[str, Any]:
    """Return one object for people: facts, why it is flagged, tables; both languages."""
    described = layer_of(layer)
    with transaction(actor=actor) as connection:
        return read_details(connection, described, id)


@router.get("/search")
def search(q: Annotated[str, Query(max_length=500)], actor: Reader) -> dict[str, Any]:
    """Return streets, places, poles, towers and cables by name (without diacritics) or code."""
    with transaction(actor=actor) as connection:
        return {"results": find(connection, q)}
