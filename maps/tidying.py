"""The map for inspectors: segments by tidying state and reason, wards by progress."""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar

from layers.layer import Layer, Style
from maps.config import MapConfig, Text
from maps.findings import Findings
from maps.ground import ground
from maps.page import compose
from maps.parts import PagePart
from maps.registry_map import RegistryMap
from maps.subjects import plain, present, segments
from maps.vector_tiles import LayerView

TITLE = Text("Bản đồ chỉnh trang cáp", "Cable tidying map")
INTRO = Text(
    "Màu đoạn cáp: trạng thái chỉnh trang. Màu xã, phường: phần đã nghiệm thu.",
    "Segments by tidying state; wards by accepted share.",
)

# One hue from light to dark: readable with any colour vision, and never taken for a state.
_CLASSES = (
    (0.2, "#e8e1f0", Text("Dưới 20 %", "Below 20 %")),
    (0.4, "#c9bddd", Text("20–40 %", "20–40 %")),
    (0.6, "#a593c6", Text("40–60 %", "40–60 %")),
    (0.8, "#7d68a8", Text("60–80 %", "60–80 %")),
    (9.9, "#54407f", Text("Từ 80 %", "80 % and more")),
)
_WARD = Style(color="#75698c", width=1.4, fill_opacity=0.0, label="name", label_min_zoom=11)


class Progress(PagePart):
    """Shades the areas of one layer by their share of accepted length; the legend explains it."""

    function: ClassVar[str] = "addProgress"
    in_saved: ClassVar[bool] = True

    def __init__(self, layer: str) -> None:
        """`layer` is the key of the areas that `/progress` has rows for."""
        super().__init__(
            {
                "layer": layer,
                "classes": [
                    {"below": below, "color": colour, **title.json()} for below, colour, title in _CLASSES
                ],
            }
        )


def _outline(zone: Layer) -> Style:
    """Return the zones' style without fill: the colour of the ground tells progress here."""
    return replace(zone.style or Style(color="#7c6f9c"), fill_opacity=0.0)


def build(config: MapConfig) -> RegistryMap:
    """Return the inspectors' map."""
    views: list[LayerView] = segments(config)
    if unit := config.layer("admin_unit"):
        views.append(LayerView(unit, style=_WARD))
    if zone := config.layer("zone"):
        views.append(replace(plain(zone, folded=True), style=_outline(zone)))
    views += present(config, "pole", "fitting", visible=False)
    views += ground(config, boundaries=False)
    return compose(config, TITLE, INTRO, views, [Progress("admin_unit"), Findings()])
