"""Conditions of a request: bounding box, time, and any readable field, checked by its description."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from psycopg2 import sql

from gisreg.errors import UsageError
from gisreg.features.catalogue import column, has_own_fields, readable_fields
from gisreg.features.faults import BOOLEAN, DATE, NUMBER, WHOLE_NUMBER, Fault, one_of, told
from gisreg.said import MeaninglessError, Said, both
from layers import LAYERS, Field, FieldType, Layer

_INTEGER = {FieldType.INTEGER: 2**31 - 1, FieldType.ID: 2**63 - 1}
OWN = "extra."
"""Before the name of an owner's own field: `extra.Tuyến=Lý Bôn`."""

_BOOLEANS = {"true": True, "false": False, "1": True, "0": False}


@dataclass
class Conditions:
    """SQL conditions that all must hold, with whether they need the state table."""

    parts: list[sql.Composable] = field(default_factory=list)
    needs_state: bool = False

    def where(self) -> sql.Composable:
        """Return the conditions joined by AND (TRUE where there are none)."""
        return sql.SQL(" AND ").join(self.parts) if self.parts else sql.SQL("TRUE")


def queryable_names(layer: Layer) -> dict[str, Field]:
    """Return what may be filtered by: every readable field, and `owner` for `owner_id` by its code."""
    names = {item.name: item for item in readable_fields(layer) if item.type is not FieldType.JSON}
    for item in readable_fields(layer):
        if item.references and LAYERS[item.references].natural_key == ("code",):
            names.setdefault(item.name.removesuffix("_id"), item)
    return names


def add_fields(conditions: Conditions, layer: Layer, given: Iterable[tuple[str, str]]) -> None:
    """Add one condition per field; a field given twice means any of the values.

    Raises:
        UsageError: unknown field, or a value that the field cannot have (all faults at once).
    """
    names = queryable_names(layer)
    wanted: dict[str, list[Any]] = {}
    own: dict[str, list[str]] = {}
    faults: list[Fault] = []
    for name, text in given:
        item = names.get(name)
        is_own = name.startswith(OWN) and has_own_fields(layer)
        if item is None and not is_own:
            faults.append(
                Fault(
                    name,
                    both(
                        f"không phải là tham số hay trường của lớp “{layer.vi}”",
                        f"is no parameter or field of {layer.key}",
                    ),
                )
            )
            continue
        try:
            if item is None:
                own.setdefault(_clean(name.removeprefix(OWN)), []).append(_clean(text))
                continue
            by_code = name != item.name
            wanted.setdefault(name, []).append(_clean(text) if by_code else parse(item, text))
        except MeaninglessError as error:
            faults.append(Fault(name, error.said))
    if faults:
        raise UsageError(
            Said(
                "Không hiểu được bộ lọc: {0}.",
                "The filter cannot be understood: {0}.",
                (told(faults, "{0}: {1}"),),
            ),
            hint=both(
                f"Các trường của lớp “{layer.vi}”: {', '.join(names)}.",
                f"Fields of {layer.key}: {', '.join(names)}.",
            ),
            errors=[one.json() for one in faults],
        )
    conditions.parts += [_own_condition(layer, name, values) for name, values in own.items()]
    for name, values in wanted.items():
        item = names[name]
        conditions.needs_state |= item.state
        conditions.parts.append(_condition(item, values, by_code=name != item.name))


def _own_condition(layer: Layer, name: str, values: list[str]) -> sql.Composable:
    """Compare an own field as text; rows whose private part the actor may not see never match."""
    return sql.SQL(
        "EXISTS (SELECT FROM {table} AS own WHERE own.{key} = t.id AND own.extra ->> {name} = ANY ({values}))"
    ).format(
        table=sql.Identifier("registry", str(layer.private_table)),
        key=sql.Identifier(f"{layer.key}_id"),
        name=sql.Literal(name),
        values=sql.Literal(values),
    )


def _condition(item: Field, values: list[Any], *, by_code: bool) -> sql.Composable:
    bound = sql.Literal(values)
    if by_code and item.references:
        return sql.SQL("{} IN (SELECT id FROM {} WHERE code = ANY ({}))").format(
            column(item), sql.Identifier("registry", item.references), bound
        )
    if item.type is FieldType.TEXT_LIST:
        return sql.SQL("{} && {}::text[]").format(column(item), bound)
    return sql.SQL("{} = ANY ({}::{}[])").format(column(item), bound, sql.SQL(item.type.value))


def parse(item: Field, text: str) -> Any:
    """Return the text as a value of the field's type.

    Raises:
        MeaninglessError: it is none; what was expected.
    """
    text = _clean(text)
    if item.codelist is not None:
        if text not in item.codelist.values:
            raise MeaninglessError(one_of(item.codelist.values))
        return text
    if item.type in _INTEGER:
        if not re.fullmatch(r"-?\d{1,19}", text, re.ASCII) or abs(int(text)) > _INTEGER[item.type]:
            raise MeaninglessError(WHOLE_NUMBER)
        return int(text)
    if item.type is FieldType.NUMBER:
        return _number(text)
    if item.type is FieldType.BOOLEAN:
        if text.lower() not in _BOOLEANS:
            raise MeaninglessError(BOOLEAN)
        return _BOOLEANS[text.lower()]
    try:
        if item.type is FieldType.DATE:
            return date.fromisoformat(text)
        if item.type is FieldType.TIMESTAMP:
            return datetime.fromisoformat(text)
    except ValueError:
        raise MeaninglessError(DATE) from None
    return text


def _clean(text: str) -> str:
    if "\x00" in text:
        raise MeaninglessError(both("không được chứa ký tự NUL", "must not contain the character NUL"))
    return text


def _number(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise MeaninglessError(NUMBER)
    return value


def add_bbox(conditions: Conditions, layer: Layer, text: str, alias: str = "t") -> None:
    """Add a bounding box in degrees: west,south,east,north (or with heights, which do not count).

    A box whose west lies east of its east crosses the antimeridian. Raises UsageError when it is
    no box on Earth. Layers without geometry are not touched by it.
    """
    if layer.geometry is None:
        parse_bbox(text)
        return
    boxes = [
        sql.SQL("({g} && {b} AND ST_Intersects({g}, {b}))").format(
            g=sql.Identifier(alias, "geom"),
            # Unlike ST_MakeEnvelope, a box without width becomes a line or a point that intersects.
            b=sql.SQL("ST_SetSRID(ST_MakeBox2D(ST_Point({}, {}), ST_Point({}, {}))::geometry, 4326)").format(
                *map(sql.Literal, box)
            ),
        )
        for box in parse_bbox(text)
    ]
    conditions.parts.append(sql.SQL("({})").format(sql.SQL(" OR ").join(boxes)))


def parse_bbox(text: str) -> list[tuple[float, float, float, float]]:
    """Return one box, or two where it crosses the antimeridian (degrees, EPSG:4326)."""
    try:
        numbers = [_number(part) for part in text.split(",")]
        west, south, east, north = numbers if len(numbers) == 4 else (*numbers[:2], *numbers[3:5])
        if len(numbers) not in (4, 6):
            raise ValueError("four or six numbers")
    except ValueError:
        raise UsageError(
            both(
                "Tham số bbox không phải là bốn (hoặc sáu) số cách nhau bằng dấu phẩy.",
                "The parameter bbox is not four (or six) numbers separated by commas.",
            ),
            hint=both(
                "Hãy ghi bbox=tây,nam,đông,bắc tính bằng độ, ví dụ bbox=106.2,20.3,106.5,20.6.",
                "Give bbox=west,south,east,north in degrees, for example bbox=106.2,20.3,106.5,20.6.",
            ),
        ) from None
    if not (-180 <= west <= 180 and -180 <= east <= 180 and -90 <= south <= north <= 90):
        raise UsageError(
            both(
                "Tham số bbox không phải là một khung trên Trái Đất.",
                "The parameter bbox is no box on Earth.",
            ),
            hint=both(
                "Kinh độ từ -180 đến 180, vĩ độ từ -90 đến 90, cạnh nam không cao hơn cạnh bắc.",
                "Longitudes lie within -180 and 180, latitudes within -90 and 90, south not above north.",
            ),
        )
    if west > east:
        return [(west, south, 180.0, north), (-180.0, south, east, north)]
    return [(west, south, east, north)]


def add_datetime(conditions: Conditions, layer: Layer, text: str) -> None:
    """Add a time (RFC 3339 instant or interval with `..` as an open end).

    Only layers with valid_from and valid_to have a time of their own; the others match any.
    Raises UsageError when it is no time.
    """
    begin, end = _interval(text)
    if not has_validity(layer):
        return
    if end is not None:
        conditions.parts.append(sql.SQL("t.valid_from <= {}").format(sql.Literal(end)))
    if begin is not None:
        conditions.parts.append(sql.SQL("(t.valid_to IS NULL OR t.valid_to > {})").format(sql.Literal(begin)))


def has_validity(layer: Layer) -> bool:
    """Tell whether a layer's objects have a time of their own, from valid_from to valid_to."""
    return {"valid_from", "valid_to"} <= {item.name for item in layer.public_fields}


def _interval(text: str) -> tuple[date | None, date | None]:
    parts = text.split("/")
    try:
        if len(parts) not in (1, 2):
            raise ValueError(text)
        ends = [
            None if part in ("", "..") and len(parts) == 2 else datetime.fromisoformat(part).date()
            for part in parts
        ]
        if ends == [None, None] or (len(ends) == 2 and ends[0] and ends[1] and ends[0] > ends[1]):
            raise ValueError(text)
    except ValueError:
        raise UsageError(
            both(
                "Tham số datetime không phải là thời điểm hay khoảng thời gian.",
                "The parameter datetime is no instant or interval.",
            ),
            hint=both(
                "Hãy ghi datetime=2026-01-31, hoặc datetime=2026-01-01/.. cho khoảng còn mở (RFC 3339).",
                "Give datetime=2026-01-31, or datetime=2026-01-01/.. for an open interval (RFC 3339).",
            ),
        ) from None
    return ends[0], ends[-1]
