"""The map for engineers: every layer, and where the data are poor."""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar

from layers.layer import Layer
from maps.config import MapConfig, Text
from maps.ground import ground
from maps.measure_next import MeasureNext
from maps.page import compose
from maps.parts import PagePart
from maps.registry_map import RegistryMap
from maps.subjects import own_theme, plain, segments
from maps.vector_tiles import LayerView, Paint, Theme

TITLE = Text("Bản đồ khảo sát", "Survey map")
INTRO = Text(
    "Mọi lớp và chất lượng dữ liệu. Chọn “Tô màu theo” để xem chỗ thiếu số đo.",
    "All layers and data quality. Choose “Colour by” to see what is not measured.",
)

_POOR, _FAIR, _GOOD, _UNKNOWN = "#d55e00", "#e0a100", "#009e73", "#6b7280"
_VISIBLE_AT_FIRST = frozenset({"segment", "pole", "tower"})
_GROUND = frozenset({"street", "railway", "waterway", "admin_unit"})
# What a survey should have filled in, and what to call its absence.
_MEASURED = (
    ("height_m", Text("Thiếu chiều cao", "Height missing"), Text("Có chiều cao", "Height known")),
    ("code", Text("Thiếu mã, thẻ", "Code or tag missing"), Text("Có mã", "Code known")),
    (
        "lowest_height_m",
        Text("Chưa đo độ cao", "Clearance not measured"),
        Text("Đã đo độ cao", "Clearance measured"),
    ),
    ("owner_id", Text("Chưa rõ chủ quản", "Owner unknown"), Text("Rõ chủ quản", "Owner known")),
)


def quality_themes(layer: Layer) -> tuple[Theme, ...]:
    """Return a theme for every quality question that the layer's tiles can answer."""
    carried = {field.name for field in layer.tile_fields}
    themes = [
        Theme(f"missing_{name}", missing, (Paint(name, "missing", _POOR, missing),), _GOOD, known)
        for name, missing, known in _MEASURED
        if name in carried
    ]
    if "position_accuracy_m" in carried:
        themes.append(_accuracy_theme())
    return tuple(themes)


def _accuracy_theme() -> Theme:
    field = "position_accuracy_m"
    return Theme(
        "accuracy",
        Text("Độ chính xác vị trí", "Position accuracy"),
        (
            Paint(field, "missing", _UNKNOWN, Text("Không rõ", "Unknown")),
            Paint(field, "at_least", _POOR, Text("Từ 5 m", "5 m and worse"), 5),
            Paint(field, "at_least", _FAIR, Text("1–5 m", "1–5 m"), 1),
        ),
        _GOOD,
        Text("Dưới 1 m", "Better than 1 m"),
    )


class Proposals(PagePart):
    """Where others propose that objects stand elsewhere, as far as the reader may know."""

    function: ClassVar[str] = "addProposals"


class Changes(PagePart):
    """What changed between two dates, as far as the reader may know."""

    function: ClassVar[str] = "addChanges"


def build(config: MapConfig) -> RegistryMap:
    """Return the engineers' map."""
    views: list[LayerView] = []
    for layer in sorted(config.layers, key=lambda each: each.key not in _VISIBLE_AT_FIRST):
        if layer.geometry is None or layer.key in _GROUND:
            continue
        if layer.key == "segment":
            views += segments(config)
            continue
        rank = 1 if layer.key == "pole" else None
        view = plain(layer, visible=layer.key in _VISIBLE_AT_FIRST, folded=layer.key != "pole", rank=rank)
        views.append(replace(view, themes=(own_theme(layer), *quality_themes(layer))))
    views += ground(config)
    return compose(config, TITLE, INTRO, views, [MeasureNext(), Proposals(), Changes()])
