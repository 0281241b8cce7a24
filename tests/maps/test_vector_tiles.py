"""What the layer descriptions become for the browser."""

from __future__ import annotations

import pytest

from layers.layer import Field, FieldType, Geometry, Layer, Rule, Style
from maps.survey import quality_themes
from maps.vector_tiles import EmbeddedLayer, LayerView, VectorTiles, view_json

POLE = Layer(
    key="pole",
    vi="Cột",
    en="Pole",
    description="",
    geometry=Geometry.POINT,
    own_fields=(
        Field("height_m", FieldType.NUMBER, "Cao", "Height", tile=True),
        Field("lean_deg", FieldType.NUMBER, "Nghiêng", "Lean"),
    ),
    min_zoom=15,
    style=Style("#111111", rules=(Rule("kind", "telecom", "#222222", "VT", "Tel", dash=(4, 2)),)),
)
ROAD = Layer("road", "Đường", "Road", "", Geometry.MULTILINE, (), order=90)
AREA = Layer("area", "Vùng", "Area", "", Geometry.MULTIPOLYGON, (), order=99)


def test_rules_keep_value_colour_dash_and_a_stable_id() -> None:
    theme = view_json(LayerView(POLE), "")["themes"][0]
    rule = theme["rules"][0]
    assert (rule["id"], rule["op"], rule["color"]) == ("kind:telecom", "is", "#222222")
    assert rule["dash"] == (4, 2)
    assert theme["other"]["color"] == "#111111"


def test_areas_lie_below_lines_below_points_and_the_legend_keeps_its_order() -> None:
    views = [LayerView(POLE), LayerView(AREA), LayerView(ROAD, base=True)]
    config = VectorTiles(views).config
    assert [layer["key"] for layer in config["layers"]] == ["road", "area", "pole"]
    assert config["legend"] == ["pole", "area", "road"]


def test_a_layer_without_geometry_cannot_be_drawn() -> None:
    table = Layer("organisation", "Đơn vị", "Organisation", "", None, ())
    with pytest.raises(KeyError):
        view_json(LayerView(table), "")


def test_quality_is_only_asked_of_what_tiles_carry() -> None:
    assert [theme.key for theme in quality_themes(POLE)] == ["missing_height_m"]


def test_embedded_text_cannot_end_its_element() -> None:
    layer = EmbeddedLayer("pole", '{"name": "</script>"}', [], ())
    assert "<" not in layer.safe_text
    assert "\\u003c/script" in layer.safe_text
