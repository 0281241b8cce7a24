"""JSON Schemas of a layer, from its description: what it returns, and what may be filtered by."""

from __future__ import annotations

from typing import Any

from gisreg.features.catalogue import readable_fields
from gisreg.features.filters import queryable_names
from layers import Field, FieldType, Layer

_TYPES: dict[FieldType, dict[str, Any]] = {
    FieldType.ID: {"type": "integer", "format": "int64"},
    FieldType.TEXT: {"type": "string"},
    FieldType.TEXT_LIST: {"type": "array", "items": {"type": "string"}},
    FieldType.INTEGER: {"type": "integer", "format": "int32"},
    FieldType.NUMBER: {"type": "number"},
    FieldType.BOOLEAN: {"type": "boolean"},
    FieldType.DATE: {"type": "string", "format": "date"},
    FieldType.TIMESTAMP: {"type": "string", "format": "date-time"},
    FieldType.JSON: {"type": "object"},
}
_GEOMETRY = {
    "Point": "geometry-point",
    "LineString": "geometry-linestring",
    "MultiLineString": "geometry-multilinestring",
    "MultiPolygon": "geometry-multipolygon",
}
_DRAFT = "https://json-schema.org/draft/2020-12/schema"


def property_schema(field: Field) -> dict[str, Any]:
    """Return the JSON Schema of one field with titles in both languages, unit, range, codelist."""
    schema: dict[str, Any] = {"title": field.vi, "x-title-en": field.en, **_TYPES[field.type]}
    if field.unit:
        schema["x-ogc-unit"] = field.unit
    if field.codelist:
        schema["enum"] = list(field.codelist.values)
        schema["x-codelist"] = [
            {"value": code.value, "vi": code.vi, "en": code.en} for code in field.codelist.codes
        ]
    if field.minimum is not None:
        schema["minimum"] = field.minimum
    if field.maximum is not None:
        schema["maximum"] = field.maximum
    if field.references:
        schema["x-references"] = field.references
    if field.shared and field.writable:
        schema["x-shared"] = True
    if not field.writable:
        schema["readOnly"] = True
    if field.note:
        schema["description"] = field.note
    return schema


def layer_schema(layer: Layer, url: str) -> dict[str, Any]:
    """Return the schema of a layer's features' properties (OGC API - Features part 5 words)."""
    properties: dict[str, Any] = {
        "id": {"title": "Mã hệ thống", "x-ogc-role": "id", "type": "integer", "readOnly": True}
    }
    properties |= {item.name: property_schema(item) for item in readable_fields(layer)}
    return _document(layer, url, properties) | {
        "required": [item.name for item in readable_fields(layer) if item.required and item.writable]
    }


def queryables(layer: Layer, url: str) -> dict[str, Any]:
    """Return the schema of the query parameters by which a layer can be filtered."""
    properties = {}
    for name, item in queryable_names(layer).items():
        schema = property_schema(item)
        schema.pop("readOnly", None)
        if name != item.name:
            schema = {"title": item.vi, "x-title-en": f"{item.en}, by its code", "type": "string"}
        properties[name] = schema
    return _document(layer, url, properties) | {"additionalProperties": False}


def _document(layer: Layer, url: str, properties: dict[str, Any]) -> dict[str, Any]:
    if layer.geometry:
        geometry = {"x-ogc-role": "primary-geometry", "format": _GEOMETRY[layer.geometry.value]}
        properties = properties | {"geom": geometry}
    return {
        "$schema": _DRAFT,
        "$id": url,
        "type": "object",
        "title": layer.vi,
        "x-title-en": layer.en,
        "description": layer.description,
        "properties": properties,
    }
