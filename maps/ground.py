"""The ground of every map: boundaries, water, streets and rails of the registry, drawn calmly."""

from __future__ import annotations

from layers.layer import Rule, Style
from maps.config import MapConfig
from maps.vector_tiles import LayerView

_STREET = Style(
    color="#fffefb",
    width=3.0,
    label="name",
    label_min_zoom=15,
    rules=(
        Rule("street_class", "trunk", "#fbe9c4", "Quốc lộ", "Trunk road", width=7.0),
        Rule("street_class", "primary", "#fdf3d8", "Đường chính", "Primary road", width=6.0),
        Rule("street_class", "secondary", "#fffefb", "Liên khu vực", "Secondary road", width=4.6),
        Rule("street_class", "alley", "#fffefb", "Ngõ, hẻm", "Alley", width=1.8),
        Rule("street_class", "path", "#f2ede2", "Lối đi bộ", "Footway", width=1.2),
    ),
)
_STREET_CASING = ("#d3cbbb", 1.6, 10)
_BOUNDARY = Style(color="#9a8fb0", width=1.3, fill_opacity=0.0, dash=(7, 3), label="name", label_min_zoom=11)


def ground(config: MapConfig, *, boundaries: bool = True) -> list[LayerView]:
    """Return the base layers: boundaries; water, streets and rails where no other base map is set.

    Over a raster base map the latter are only layers that can be switched on.
    """
    views: list[LayerView] = []
    unit, street = config.layer("admin_unit"), config.layer("street")
    if unit and boundaries:
        views.append(LayerView(unit, base=True, pickable=False, style=_BOUNDARY))
    if water := config.layer("waterway"):
        views.append(LayerView(water, visible=config.base_map is None, base=True, grow=0.55))
    if street:
        views.append(
            LayerView(
                street,
                visible=config.base_map is None,
                base=True,
                style=_STREET,
                casing=_STREET_CASING,
                grow=0.55,
            )
        )
    if railway := config.layer("railway"):
        views.append(LayerView(railway, visible=config.base_map is None, base=True))
    return views
