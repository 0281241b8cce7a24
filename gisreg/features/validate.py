"""What people want to write, checked by the layer's description; every fault is told at once."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from gisreg.errors import ForbiddenError, InvalidInputError
from gisreg.features import geometry
from layers import Field, FieldType, Layer

MAX_TEXT = 10_000


@dataclass
class Draft:
    """Checked values by column, and the geometry as GeoJSON text (None: not given or to be removed)."""

    values: dict[str, Any] = field(default_factory=dict)
    geometry: str | None = None
    sets_geometry: bool = False


def require_editable(layer: Layer) -> None:
    """Refuse to edit what the registry derives (ForbiddenError)."""
    if not layer.editable:
        raise ForbiddenError(
            f"The layer {layer.key} cannot be edited: the registry derives or administers it.",
            hint="Edit what it comes from: cables and poles for segments.",
        )


def check(layer: Layer, body: dict[str, Any], *, new: bool, defaulted: frozenset[str] = frozenset()) -> Draft:
    """Return a feature (GeoJSON, or a merge patch of one) as checked values.

    Args:
        layer: its description.
        body: members `properties` and `geometry`; others of a GeoJSON feature do not count.
        new: required columns without a default (`defaulted`) must be there.
        defaulted: columns that the database fills in itself.

    Raises:
        InvalidInputError: `detail["errors"]` names every field with what is wrong.
    """
    errors: list[dict[str, str]] = []
    draft = Draft()
    unknown = set(body) - {"type", "id", "properties", "geometry", "links", "bbox"}
    errors += [{"field": name, "message": "is no member of a feature"} for name in sorted(unknown)]
    properties = body.get("properties", {})
    if properties is None:
        properties = {}
    if not isinstance(properties, dict):
        raise _refused([{"field": "properties", "message": "must be an object"}])
    known = {item.name: item for item in layer.fields}
    for name, value in properties.items():
        try:
            draft.values[name] = _writable(known, name, value)
        except ValueError as error:
            errors.append({"field": name, "message": str(error)})
    if new:
        for item in layer.public_fields:
            missing = item.required and item.writable and item.name not in properties
            if missing and item.name not in defaulted:
                errors.append({"field": item.name, "message": "is required"})
    errors += _geometry(layer, body, draft, new=new, optional="geom" in defaulted)
    if errors:
        raise _refused(errors)
    return draft


def _geometry(
    layer: Layer, body: dict[str, Any], draft: Draft, *, new: bool, optional: bool
) -> list[dict[str, str]]:
    given = body.get("geometry")
    if given is None and ("geometry" not in body or layer.geometry is None):
        needed = new and layer.geometry is not None and not optional
        return [{"field": "geometry", "message": "is required"}] if needed else []
    draft.sets_geometry = True
    if given is None:
        return [] if optional else [{"field": "geometry", "message": "cannot be removed"}]
    try:
        draft.geometry = geometry.check(layer, given)
    except ValueError as error:
        return [{"field": "geometry", "message": str(error)}]
    return []


def _refused(errors: list[dict[str, str]]) -> InvalidInputError:
    told = "; ".join(f"{one['field']} {one['message']}" for one in errors[:5])
    return InvalidInputError(
        f"{len(errors)} field(s) cannot be taken: {told}.",
        hint="Correct the fields named in `errors`; nothing was changed.",
        errors=errors,
    )


def _writable(known: dict[str, Field], name: str, value: Any) -> Any:
    item = known.get(name)
    if item is None:
        raise ValueError("is no field of this layer")
    if not item.writable:
        raise ValueError("is derived by the registry and cannot be set")
    if item.private:
        raise ValueError("is private to the owner and cannot be set here")
    return clean(item, value)


def clean(item: Field, value: Any) -> Any:
    """Return a JSON value as a value of the field.

    Raises:
        ValueError: what is wrong with it, as the end of a sentence about the field.
    """
    if value is None:
        if item.required:
            raise ValueError("cannot be empty")
        return None
    if item.codelist is not None and value not in item.codelist.values:
        raise ValueError(f"must be one of {', '.join(item.codelist.values)}")
    if item.type in (FieldType.TEXT, FieldType.TEXT_LIST):
        return _text(item, value)
    if item.type is FieldType.BOOLEAN:
        if not isinstance(value, bool):
            raise ValueError("must be true or false")
        return value
    if item.type in (FieldType.INTEGER, FieldType.ID, FieldType.NUMBER):
        return _number(item, value)
    try:
        if item.type is FieldType.DATE:
            return date.fromisoformat(value)
        return datetime.fromisoformat(value)
    except (TypeError, ValueError):
        raise ValueError("must be a date such as 2026-01-31 (ISO 8601)") from None


def _text(item: Field, value: Any) -> Any:
    if item.type is FieldType.TEXT_LIST:
        if not isinstance(value, list) or len(value) > 1_000:
            raise ValueError("must be a list of texts")
        return [_plain(one) for one in value]
    text = _plain(value)
    if item.required and not text.strip():
        raise ValueError("cannot be empty")
    return text


def _plain(value: Any) -> str:
    if not isinstance(value, str) or len(value) > MAX_TEXT:
        raise ValueError(f"must be a text of at most {MAX_TEXT} letters")
    if any(
        (ord(letter) < 32 and letter not in "\n\t") or 0xD800 <= ord(letter) <= 0xDFFF for letter in value
    ):
        raise ValueError("has letters that are no text (control characters)")
    return value


def _number(item: Field, value: Any) -> float | int:
    whole = item.type is not FieldType.NUMBER
    if type(value) not in (int, float) or (whole and value != int(value) if math.isfinite(value) else True):
        raise ValueError("must be a whole number" if whole else "must be a number")
    low = item.minimum if item.minimum is not None else -(2.0**53)
    high = item.maximum if item.maximum is not None else 2.0**53
    if item.type is FieldType.INTEGER:
        low, high = max(low, -(2**31)), min(high, 2**31 - 1)
    if not low <= value <= high:
        unit = f" {item.unit}" if item.unit else ""
        raise ValueError(f"must lie between {low:g} and {high:g}{unit}")
    return int(value) if whole else float(value)
