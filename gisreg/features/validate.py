"""What people want to write, checked by the layer's description; every fault is told at once."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from gisreg.errors import ForbiddenError, InvalidInputError
from gisreg.features import geometry
from gisreg.features.faults import BOOLEAN, DATE, EMPTY, NEEDED, NUMBER, WHOLE_NUMBER, Fault, one_of, told
from gisreg.said import MeaninglessError, Said, both
from layers import Field, FieldType, Layer

MAX_TEXT = 10_000

_NO_MEMBER = both("không phải là thành phần của một đối tượng GeoJSON", "is no member of a feature")
_NO_OBJECT = both("phải là một đối tượng JSON", "must be an object")
_NOT_REMOVED = both("không được bỏ đi", "cannot be removed")
_NO_FIELD = both("không phải là trường của lớp này", "is no field of this layer")
_DERIVED = both("do sổ đăng ký tự tính, không đặt được", "is derived by the registry and cannot be set")
_PRIVATE = both(
    "là thông tin riêng của chủ sở hữu, không sửa được ở đây",
    "is private to the owner and cannot be set here",
)
_NO_LIST = both("phải là danh sách các đoạn văn bản", "must be a list of texts")
_NO_TEXT = both(
    f"phải là văn bản không quá {MAX_TEXT} ký tự", f"must be a text of at most {MAX_TEXT} letters"
)
_CONTROL = both(
    "có ký tự điều khiển, không phải là văn bản", "has letters that are no text (control characters)"
)


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
            both(
                f"Lớp “{layer.vi}” không sửa được: sổ đăng ký tự tính hoặc quản trị lớp này.",
                f"The layer {layer.key} cannot be edited: the registry derives or administers it.",
            ),
            hint=both(
                "Hãy sửa dữ liệu gốc: cáp và cột đối với đoạn cáp.",
                "Edit what it comes from: cables and poles for segments.",
            ),
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
    faults: list[Fault] = []
    draft = Draft()
    unknown = set(body) - {"type", "id", "properties", "geometry", "links", "bbox"}
    faults += [Fault(name, _NO_MEMBER) for name in sorted(unknown)]
    properties = body.get("properties", {})
    if properties is None:
        properties = {}
    if not isinstance(properties, dict):
        raise _refused([Fault("properties", _NO_OBJECT)])
    known = {item.name: item for item in layer.fields}
    for name, value in properties.items():
        try:
            draft.values[name] = _writable(known, name, value)
        except MeaninglessError as error:
            faults.append(Fault(name, error.said))
    if new:
        for item in layer.public_fields:
            missing = item.required and item.writable and item.name not in properties
            if missing and item.name not in defaulted:
                faults.append(Fault(item.name, NEEDED))
    faults += _geometry(layer, body, draft, new=new, optional="geom" in defaulted)
    if faults:
        raise _refused(faults)
    return draft


def _geometry(layer: Layer, body: dict[str, Any], draft: Draft, *, new: bool, optional: bool) -> list[Fault]:
    given = body.get("geometry")
    if given is None and ("geometry" not in body or layer.geometry is None):
        needed = new and layer.geometry is not None and not optional
        return [Fault("geometry", NEEDED)] if needed else []
    draft.sets_geometry = True
    if given is None:
        return [] if optional else [Fault("geometry", _NOT_REMOVED)]
    try:
        draft.geometry = geometry.check(layer, given)
    except MeaninglessError as error:
        return [Fault("geometry", error.said)]
    return []


def _refused(faults: list[Fault]) -> InvalidInputError:
    return InvalidInputError(
        Said(
            "{0} trường không nhận được: {1}.",
            "{0} field(s) cannot be taken: {1}.",
            (len(faults), told(faults[:5])),
        ),
        hint=both(
            "Hãy sửa các trường nêu trong `errors`; chưa có gì thay đổi.",
            "Correct the fields named in `errors`; nothing was changed.",
        ),
        errors=[one.json() for one in faults],
    )


def _writable(known: dict[str, Field], name: str, value: Any) -> Any:
    item = known.get(name)
    if item is None:
        raise MeaninglessError(_NO_FIELD)
    if not item.writable:
        raise MeaninglessError(_DERIVED)
    if item.private:
        raise MeaninglessError(_PRIVATE)
    return clean(item, value)


def clean(item: Field, value: Any) -> Any:
    """Return a JSON value as a value of the field.

    Raises:
        MeaninglessError: what is wrong with it, as the end of a sentence about the field.
    """
    if value is None:
        if item.required:
            raise MeaninglessError(EMPTY)
        return None
    if item.codelist is not None and value not in item.codelist.values:
        raise MeaninglessError(one_of(item.codelist.values))
    if item.type in (FieldType.TEXT, FieldType.TEXT_LIST):
        return _text(item, value)
    if item.type is FieldType.BOOLEAN:
        if not isinstance(value, bool):
            raise MeaninglessError(BOOLEAN)
        return value
    if item.type in (FieldType.INTEGER, FieldType.ID, FieldType.NUMBER):
        return _number(item, value)
    try:
        if item.type is FieldType.DATE:
            return date.fromisoformat(value)
        return datetime.fromisoformat(value)
    except (TypeError, ValueError):
        raise MeaninglessError(DATE) from None


def _text(item: Field, value: Any) -> Any:
    if item.type is FieldType.TEXT_LIST:
        if not isinstance(value, list) or len(value) > 1_000:
            raise MeaninglessError(_NO_LIST)
        return [_plain(one) for one in value]
    text = _plain(value)
    if item.required and not text.strip():
        raise MeaninglessError(EMPTY)
    return text


def _plain(value: Any) -> str:
    if not isinstance(value, str) or len(value) > MAX_TEXT:
        raise MeaninglessError(_NO_TEXT)
    if any(
        (ord(letter) < 32 and letter not in "\n\t") or 0xD800 <= ord(letter) <= 0xDFFF for letter in value
    ):
        raise MeaninglessError(_CONTROL)
    return value


def _number(item: Field, value: Any) -> float | int:
    whole = item.type is not FieldType.NUMBER
    if type(value) not in (int, float) or (whole and value != int(value) if math.isfinite(value) else True):
        raise MeaninglessError(WHOLE_NUMBER if whole else NUMBER)
    low = item.minimum if item.minimum is not None else -(2.0**53)
    high = item.maximum if item.maximum is not None else 2.0**53
    if item.type is FieldType.INTEGER:
        low, high = max(low, -(2**31)), min(high, 2**31 - 1)
    if not low <= value <= high:
        unit = f" {item.unit}" if item.unit else ""
        raise MeaninglessError(
            Said("phải từ {0:g} đến {1:g}{2}", "must lie between {0:g} and {1:g}{2}", (low, high, unit))
        )
    return int(value) if whole else float(value)
