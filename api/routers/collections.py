"""OGC API - Features: collections, their schemas and queryables."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Depends, Request

from api.answers import GEOJSON, SCHEMA, SchemaResponse, address, json_only, link
from api.visitor import Reader
from gisreg.database.connection import PgConnection, transaction
from gisreg.features.catalogue import layer_of
from gisreg.features.extent import extent
from gisreg.features.schema import layer_schema, queryables
from layers import LAYERS, Layer

CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"

router = APIRouter(prefix="/collections", tags=["collections"], dependencies=[Depends(json_only)])


def _describe(request: Request, connection: PgConnection, layer: Layer) -> dict[str, Any]:
    path = f"/collections/{layer.key}"
    box = extent(connection, layer)
    spatial = {"extent": {"spatial": {"bbox": [list(box)], "crs": CRS84}}, "crs": [CRS84]} if box else {}
    return {
        "id": layer.key,
        "title": f"{layer.vi} / {layer.en}",
        "description": layer.description,
        "itemType": "feature",
        **spatial,
        "links": [
            link(request, path, "self"),
            link(request, f"{path}/items", "items", GEOJSON),
            link(request, f"{path}/schema", "describedby", SCHEMA),
            link(request, f"{path}/queryables", "http://www.opengis.net/def/rel/ogc/1.0/queryables", SCHEMA),
            *([link(request, f"/tiles/{layer.key}.json", "tiles")] if layer.geometry else []),
        ],
    }


@router.get("")
def collections(request: Request, actor: Reader) -> dict[str, Any]:
    """Return every collection: one per layer."""
    with transaction(actor=actor) as connection:
        found = [_describe(request, connection, layer) for layer in LAYERS.values()]
    return {"links": [link(request, "/collections", "self")], "collections": found}


@router.get("/{layer}")
def collection(request: Request, layer: str, actor: Reader) -> dict[str, Any]:
    """Return one collection."""
    described = layer_of(layer)
    with transaction(actor=actor) as connection:
        return _describe(request, connection, described)


@router.get("/{layer}/schema", response_class=SchemaResponse)
def schema(request: Request, layer: str) -> SchemaResponse:
    """Return the JSON Schema of the properties of a layer's features."""
    return SchemaResponse(layer_schema(layer_of(layer), address(request, f"/collections/{layer}/schema")))


@router.get("/{layer}/queryables", response_class=SchemaResponse)
def queryable(request: Request, layer: str) -> SchemaResponse:
    """Return the JSON Schema of what a layer can be filtered by."""
    return SchemaResponse(queryables(layer_of(layer), address(request, f"/collections/{layer}/queryables")))
