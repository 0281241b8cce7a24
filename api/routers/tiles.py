"""Vector tiles and their TileJSON."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from api.answers import TILE, address, cache_headers, not_modified, scoped
from api.visitor import Reader
from gisreg.database.connection import transaction
from gisreg.errors import NotFoundError
from gisreg.features.catalogue import layer_of
from gisreg.features.extent import extent
from gisreg.said import both
from gisreg.tiles.grid import Tile
from gisreg.tiles.revision import tile_etag
from gisreg.tiles.tile import build
from gisreg.tiles.tilejson import tilejson
from layers import LAYERS, Layer

router = APIRouter(prefix="/tiles", tags=["tiles"])


def _drawn(key: str) -> Layer:
    layer = layer_of(key)
    if layer.geometry is None:
        drawn = [item.key for item in LAYERS.values() if item.geometry]
        raise NotFoundError(
            both(
                f"Lớp {key} không có hình học nên không có ô bản đồ.",
                f"The layer {key} has no geometry and so no tiles.",
            ),
            hint=both(f"Các lớp có ô bản đồ: {', '.join(drawn)}.", f"Layers with tiles: {', '.join(drawn)}."),
            layers=drawn,
        )
    return layer


@router.get("/{layer}.json")
def description(request: Request, layer: str, actor: Reader) -> dict[str, Any]:
    """Return the TileJSON 3.0 of a layer."""
    described = _drawn(layer)
    with transaction(actor=actor) as connection:
        box = extent(connection, described)
    url = address(request, f"/tiles/{layer}/") + "{z}/{x}/{y}.mvt"
    return tilejson(described, url, box or (-180.0, -85.0511, 180.0, 85.0511))


@router.get("/{layer}/{z}/{x}/{y}.mvt", response_class=Response)
def tile(request: Request, layer: str, z: int, x: int, y: int, actor: Reader) -> Response:
    """Return one vector tile (204 where nothing is)."""
    described = _drawn(layer)
    wanted = Tile(z, x, y)
    with transaction(actor=actor) as connection:
        etag = scoped(tile_etag(connection, described, wanted), actor)
        if known := not_modified(request, etag):
            return known
        content = build(connection, described, wanted)
    headers = cache_headers(etag)
    if not content:
        return Response(status_code=204, headers=headers)
    return Response(content, media_type=TILE, headers=headers)
