"""Shared use: who hangs on a pole, who stands on a tower, which masts could be one."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from fastapi.responses import Response

from api.answers import GEOJSON, ObjectId
from api.visitor import Reader
from gisreg.database.connection import transaction
from gisreg.features.catalogue import layer_of
from gisreg.features.items import read_item
from gisreg.sharing.candidates import candidates as find_candidates
from gisreg.sharing.occupancy import occupancy as read_occupancy
from gisreg.sharing.occupancy import tenants as read_tenants

router = APIRouter(tags=["sharing"])


@router.get("/sharing/candidates", response_class=Response)
def candidates(actor: Reader) -> Response:
    """Return pairs of masts of different owners that stand near enough to be one, as GeoJSON lines."""
    with transaction(actor=actor) as connection:
        return Response(find_candidates(connection).encode(), media_type=GEOJSON)


@router.get("/poles/{id}/occupancy")
def occupancy(id: ObjectId, actor: Reader) -> dict[str, Any]:
    """Return the cables on a pole by organisation, role, medium and state."""
    with transaction(actor=actor) as connection:
        read_item(connection, layer_of("pole"), id)
        return {"pole_id": id, "rows": read_occupancy(connection, id)}


@router.get("/towers/{id}/tenants")
def tenants(id: ObjectId, actor: Reader) -> dict[str, Any]:
    """Return the organisations on a tower."""
    with transaction(actor=actor) as connection:
        read_item(connection, layer_of("tower"), id)
        return {"tower_id": id, "rows": read_tenants(connection, id)}
