"""docs/reference/layers.md: every layer, its columns and the closed lists of values."""

from __future__ import annotations

from layers import LAYERS, Codelist, Field, Layer
from scripts.reference.markdown import cell, code, finish, start, table


def page() -> str:
    """Return the page."""
    lines = start(
        "Các lớp dữ liệu / Layers",
        "Mỗi lớp là một bảng trong schema `registry`; hình học luôn lưu ở EPSG:4326. Trang này được sinh "
        "từ thư mục `layers/`.",
        "Each layer is one table in schema `registry`; geometry is always stored in EPSG:4326. "
        "*Needed* columns may not be empty; *wanted* ones should say something, or a rule on quality finds "
        "them. *Derived* columns are kept by the registry and cannot be set. *Private* columns live in a "
        "table of their own, beside the layer's. For *shared* ones others may propose a value to the owner. "
        "The last column holds further column names that an import understands; case, diacritics and the "
        "layer's own titles make no difference.",
    )
    lists: dict[str, Codelist] = {}
    for layer in LAYERS.values():
        lines += _layer(layer)
        lists |= {field.codelist.key: field.codelist for field in layer.fields if field.codelist}
    lines += ["## Danh mục giá trị / Codelists", ""]
    for key in sorted(lists):
        lines += _codelist(lists[key])
    return finish(lines)


def _layer(layer: Layer) -> list[str]:
    kind = layer.geometry.value if layer.geometry else "none"
    facts = [f"Geometry: {kind}."]
    if layer.natural_key:
        facts.append(f"Recognised again by: {', '.join(code(name) for name in layer.natural_key)}.")
    if layer.geometry:
        facts.append(f"Drawn one by one from zoom {layer.min_zoom} on.")
    if layer.shares_position:
        facts.append("Its position is a shared fact.")
    if not layer.editable:
        facts.append("Not edited by people.")
    return [
        f"## {layer.vi} / {layer.en} {{ #{layer.key} }}",
        "",
        f"{cell(layer.description)}",
        "",
        f"Table {code('registry.' + layer.table)}. {' '.join(facts)}",
        "",
        *table(
            ("Column", "Tiếng Việt", "English", "Type", "", "Also understood"),
            (_field(layer, field) for field in layer.fields),
        ),
    ]


def _field(layer: Layer, field: Field) -> list[str]:
    kind = f"{field.type.value}, {field.unit}" if field.unit else field.type.value
    if field.codelist:
        kind = f"[{field.codelist.key}](#list-{field.codelist.key})"
    elif field.references:
        kind = f"id of [{field.references}](#{field.references})"
    if field.minimum is not None or field.maximum is not None:
        kind += f", {_number(field.minimum)} to {_number(field.maximum)}"
    marks = [
        word
        for word, holds in (
            ("needed", field.required and field.writable),
            ("wanted", field.wanted and field.writable),
            ("derived", not field.writable),
            ("private", field.private),
            ("shared", field in layer.shared_fields),
        )
        if holds
    ]
    english = cell(field.en) + (f". {cell(field.note)}" if field.note else "")
    aliases = ", ".join(cell(alias) for alias in field.aliases) if field.writable else ""
    return [code(field.name), cell(field.vi), english, kind, ", ".join(marks), aliases]


def _number(limit: float | None) -> str:
    return "any" if limit is None else f"{limit:g}"


def _codelist(codelist: Codelist) -> list[str]:
    return [
        f"### {codelist.key} {{ #list-{codelist.key} }}",
        "",
        *table(
            ("Value", "Tiếng Việt", "English", "Also understood"),
            (
                [code(item.value), cell(item.vi), cell(item.en), cell(", ".join(item.aliases))]
                for item in codelist.codes
            ),
        ),
    ]
