"""Random registries for what leaves and comes back: values of every field that its description allows."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from hypothesis import strategies as st

from gisreg.importing.mapping import importable
from layers import LAYERS, Field, FieldType, Geometry

LETTERS = st.characters(codec="utf-8", categories=("L", "N", "P", "S"), exclude_characters="\ufffd")
WORDS = st.lists(
    st.one_of(
        st.text(LETTERS, min_size=1, max_size=6),
        st.sampled_from(
            (
                "Đường",
                "Trần",
                "Hưng",
                "<b>x</b>",
                "=1+1",
                "@SUM(A1)",
                "-5",
                "+84",
                "007",
                "1E5",
                "2024-05-01",
                "12,5",
                "'",
                '"',
                ";",
                "a?b",
                "Ph??ng",
                "Th¸i",
                "%s",
                "{}",
                "NULL",
                "true",
                "10°",
                "\\N",
                "c\\P",
                "&amp;",
            )
        ),
    ),
    min_size=1,
    max_size=4,
)
TEXT = WORDS.map(" ".join).filter(lambda text: len(text.encode()) <= 200 and text[0] not in "{[")
"""Text as the registry keeps it: composed, with single spaces, as long as any format holds, no JSON."""

CODE = TEXT.filter(lambda text: len(text) <= 20)
"""Codes as drawings have room for: release 12 holds 250 letters of ASCII, seven for each other one."""

OWN_NAMES = (
    "Tổ đội",
    "So hop",
    "Mã tủ",
    "rất dài: tên một cột riêng của đơn vị",
    "type",
    "kind",
    "a.b",
    "Ma",
    "ma",
)
OWN_VALUE = st.one_of(
    TEXT, st.integers(-(2**40), 2**40), st.floats(-1e6, 1e6).map(lambda one: round(one, 3)), st.booleans()
)


def _composed(text: str) -> str | None:
    import unicodedata

    made = " ".join(unicodedata.normalize("NFC", text).split())
    return made or None


def value(item: Field) -> st.SearchStrategy[Any]:
    """Return values of a field."""
    if item.codelist is not None:
        return st.sampled_from(item.codelist.values)
    low = item.minimum if item.minimum is not None else 0
    high = item.maximum if item.maximum is not None else 1e6
    return {
        FieldType.TEXT: TEXT.map(_composed),
        FieldType.NUMBER: st.floats(low, high)
        .map(lambda one: round(one, 3))
        .filter(lambda one: low <= one <= high),
        FieldType.INTEGER: st.integers(int(low), int(min(high, 2**31 - 1))),
        FieldType.BOOLEAN: st.booleans(),
        FieldType.DATE: st.dates(date(1990, 1, 1), date(2026, 12, 31)),
    }[item.type]


def shape(geometry: Geometry, number: int) -> st.SearchStrategy[str]:
    """Return a shape as WKT: objects stand 20 m and more apart."""
    step = 0.0002
    west, south = 106.30 + number % 10 * 5 * step, 20.40 + number // 10 * 5 * step
    jitter = st.floats(0, step / 2).map(lambda one: round(one, 9))
    corner = st.tuples(jitter, jitter).map(lambda one: (west + one[0], south + one[1]))
    if geometry is Geometry.POINT:
        return corner.map(lambda one: f"POINT({one[0]!r} {one[1]!r})")

    def line(one: tuple[float, float], east: float) -> str:
        return f"{one[0]!r} {one[1]!r}, {one[0] + step + east!r} {one[1] + step!r}, {one[0] + 2 * step!r} {one[1] + step / 3!r}"

    if geometry is Geometry.LINE:
        return st.builds(lambda one, east: f"LINESTRING({line(one, east)})", corner, jitter)
    if geometry is Geometry.MULTILINE:
        return st.builds(
            lambda one, east: (
                f"MULTILINESTRING(({line(one, east)}), ({line((one[0], one[1] + 3 * step), east)}))"
            ),
            corner,
            jitter,
        )

    def ring(x: float, y: float, size: float) -> str:
        places = ((x, y), (x + size, y), (x + size, y + size), (x, y + size), (x, y))
        return "(" + ", ".join(f"{east!r} {north!r}" for east, north in places) + ")"

    return corner.map(
        lambda one: (
            f"MULTIPOLYGON(({ring(*one, step)}, {ring(one[0] + step / 4, one[1] + step / 4, step / 2)}),"
            f" ({ring(one[0] + 2 * step, one[1], step)}))"
        )
    )


@st.composite
def objects(draw: st.DrawFn, key: str, owners: list[int]) -> list[dict[str, Any]]:
    """Return up to six objects of a layer as values of columns; `geom` is WKT, `extra` are own fields as JSON."""
    layer = LAYERS[key]
    assert layer.geometry is not None
    found = []
    for number in range(draw(st.integers(1, 6))):
        row: dict[str, Any] = {"geom": draw(shape(layer.geometry, number))}
        for item in importable(layer):
            if item.references or item.type is FieldType.JSON:
                continue
            needed = item.name in layer.natural_key or item.required
            if (needed and item.name != "code") or draw(st.booleans()):
                row[item.name] = draw(CODE.map(_composed) if item.name == "code" else value(item))
        if "owner_id" in {item.name for item in layer.fields}:
            row["owner_id"] = draw(st.sampled_from([*owners, None]))
        elif "code" in layer.natural_key:
            row["code"] = f"Z{number} {draw(CODE.map(_composed))}"
        if any(item.type is FieldType.JSON for item in layer.private_fields):
            row["extra"] = json.dumps(
                draw(st.dictionaries(st.sampled_from(OWN_NAMES), OWN_VALUE, max_size=4))
            )
        if row.get("valid_to") is not None and row["valid_to"] <= row["valid_from"]:
            row["valid_to"] = None
        found.append(row)
    codes = [(row.get("owner_id"), row["code"]) for row in found if row.get("code")]
    if len(set(codes)) < len(codes):
        for number, row in enumerate(found):
            row["code"] = f"{number} {row['code']}" if row.get("code") else None
    return found
