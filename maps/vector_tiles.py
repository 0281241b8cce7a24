"""VectorTiles: the registry's tiles as a Folium layer, styled by the layer descriptions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

from folium.elements import JSCSSMixin
from folium.map import Layer as FoliumLayer
from folium.template import Template

from layers.layer import Geometry, Layer, Style
from maps.assets import SCRIPTS, STYLES
from maps.config import Text

# Data tiles are drawn over 512 pixels and enlarged beyond this zoom: at zoom 16 one unit of a tile
# is 15 cm, finer than any position in the registry.
MAX_DATA_ZOOM = 16

_KINDS = {
    Geometry.POINT: "point",
    Geometry.LINE: "line",
    Geometry.MULTILINE: "line",
    Geometry.MULTIPOLYGON: "polygon",
}
_DRAWING_ORDER = {"polygon": 0, "line": 1, "point": 2}


@dataclass(frozen=True)
class Paint:
    """How the features are drawn whose `field` passes the test `op` against `value`.

    `is` compares, `at_least` takes numbers from `value` up, `missing` wants no value at all.
    """

    field: str
    op: Literal["is", "at_least", "missing"]
    color: str
    title: Text
    value: str | float | bool | None = None
    width: float | None = None
    dash: tuple[float, ...] | None = None
    off: bool = False

    def json(self) -> dict[str, Any]:
        """Return the rule as the browser modules expect it; `id` is stable between versions."""
        return {
            "id": f"{self.field}:{self.op if self.op == 'missing' else self.value}",
            "field": self.field,
            "op": self.op,
            "value": self.value,
            "color": self.color,
            "width": self.width,
            "dash": self.dash,
            "off": self.off,
            **self.title.json(),
        }


@dataclass(frozen=True)
class Theme:
    """One way to colour a layer; rules are tried in order, `other` draws what none matches."""

    key: str
    title: Text
    rules: tuple[Paint, ...]
    other_color: str
    other: Text | None = None
    other_off: bool = False

    def json(self) -> dict[str, Any]:
        """Return the theme as the browser modules expect it."""
        other = {"id": f"{self.key}:other", "color": self.other_color, "off": self.other_off}
        return {
            "id": self.key,
            "rules": [rule.json() for rule in self.rules],
            "other": other | (self.other.json() if self.other else {}),
            **self.title.json(),
        }


@dataclass(frozen=True)
class Slice:
    """A part of a summary disc: the amount in `field`, less that in `minus`."""

    field: str
    color: str
    title: Text
    minus: str | None = None


@dataclass(frozen=True)
class Cells:
    """How a layer's counts by grid cell are drawn at low zooms.

    The page's visible layer with the least `rank` draws. A disc fills its cell where `field`
    (objects, or metres) reaches `dense_per_km2`.
    """

    rank: int
    field: str
    color: str
    note: Text
    rest: Text
    dense_per_km2: float
    unit: Literal["m", "objects"] = "objects"
    slices: tuple[Slice, ...] = ()

    def json(self) -> dict[str, Any]:
        """Return the description as the browser modules expect it."""
        return {
            "rank": self.rank,
            "field": self.field,
            "color": self.color,
            "note": self.note.json(),
            "rest": self.rest.json(),
            "dense_per_km2": self.dense_per_km2,
            "unit": self.unit,
            "slices": [
                {"field": s.field, "minus": s.minus, "color": s.color, **s.title.json()} for s in self.slices
            ],
        }


@dataclass(frozen=True)
class LayerView:
    """A layer on one map: its description and what this map does with it.

    `themes` default to the rules of the layer's style. `base` layers are the ground: drawn below,
    named last in the legend. `folded` keeps the rules out of sight until they are asked for.
    `carrier_field` lets the carrier filter work.
    """

    layer: Layer
    visible: bool = True
    base: bool = False
    pickable: bool = True
    folded: bool = False
    themes: tuple[Theme, ...] = ()
    style: Style | None = None
    cells: Cells | None = None
    casing: tuple[str, float, int] | None = None
    lanes: bool = False
    grow: float = 0.3
    shape: Literal["circle", "triangle", "square"] = "circle"
    carrier_field: str | None = None

    @property
    def drawn_style(self) -> Style:
        """Return the style in use: the map's own, else the layer's, else plain grey."""
        return self.style or self.layer.style or Style(color="#64748b")


def style_theme(layer: Layer, style: Style) -> Theme:
    """Return the rules of a style as the theme `style`."""
    rules = tuple(
        Paint(rule.field, "is", rule.color, Text(rule.vi, rule.en), rule.value, rule.width, rule.dash)
        for rule in style.rules
    )
    other = Text("Khác", "Other") if rules else Text(layer.vi, layer.en)
    return Theme("style", Text("Loại", "Kind"), rules, style.color, other)


def view_json(view: LayerView, revision: str) -> dict[str, Any]:
    """Return one layer of the page as the browser modules expect it.

    Raises:
        KeyError: the layer has no geometry and cannot be drawn.
    """
    layer, style = view.layer, view.drawn_style
    if layer.geometry is None:
        raise KeyError(layer.key)
    themes = view.themes or (style_theme(layer, style),)
    suffix = f"?v={revision}" if revision else ""
    return {
        "key": layer.key,
        "vi": layer.vi,
        "en": layer.en,
        "kind": _KINDS[layer.geometry],
        "tiles": f"/tiles/{layer.key}/{{z}}/{{x}}/{{y}}.mvt{suffix}",
        "min_zoom": _first_zoom(layer),
        "max_data_zoom": min(MAX_DATA_ZOOM, layer.max_zoom),
        "order": layer.order,
        "visible": view.visible,
        "folded": view.folded,
        "base": view.base,
        "pickable": view.pickable,
        "themes": [theme.json() for theme in themes],
        "width": style.width,
        "radius": style.radius,
        "fill_opacity": style.fill_opacity,
        "dash": style.dash,
        "label": style.label,
        "label_min_zoom": style.label_min_zoom,
        "cells": view.cells.json() if view.cells else None,
        "casing": _casing_json(view),
        "lanes": view.lanes,
        "grow": view.grow,
        "shape": view.shape,
        "carrier_field": view.carrier_field,
        "ends": "valid_to" if any(f.name == "valid_to" for f in layer.tile_fields) else None,
    }


def _first_zoom(layer: Layer) -> int:
    """Return the zoom from which tiles carry objects; areas and streets are generalised instead."""
    return layer.min_zoom if layer.geometry in (Geometry.POINT, Geometry.LINE) else 0


def _casing_json(view: LayerView) -> dict[str, Any] | None:
    if view.casing is None:
        return None
    color, width, min_zoom = view.casing
    return {"color": color, "width": width, "min_zoom": min_zoom}


@dataclass(frozen=True)
class EmbeddedLayer:
    """A layer's GeoJSON text inside the page, with what a server would know about its fields."""

    key: str
    text: str
    fields: list[dict[str, Any]]
    search_fields: tuple[str, ...]
    min_zoom: int = 0

    @property
    def element(self) -> str:
        """Return the id of the element that holds the text."""
        return f"gisreg-data-{self.key}"

    @property
    def safe_text(self) -> str:
        """Return the text such that no value in it can end the element it stands in."""
        return self.text.replace("<", "\\u003c")

    def json(self) -> dict[str, Any]:
        """Return what differs from a layer that is served as tiles."""
        return {
            "data": self.element,
            "fields": self.fields,
            "search_fields": list(self.search_fields),
            "min_zoom": self.min_zoom,
            "cells": None,
        }


class VectorTiles(JSCSSMixin, FoliumLayer):  # type: ignore[misc]
    """A Folium layer over `/tiles/{layer}/{z}/{x}/{y}.mvt`, drawn on canvas by protomaps-leaflet.

    The legend names the layers in the order of `views`. Whatever that order, areas lie below lines,
    lines below points, and base layers below everything. Belongs on a `RegistryMap`.
    """

    default_js: ClassVar[list[tuple[str, str]]] = SCRIPTS
    default_css: ClassVar[list[tuple[str, str]]] = STYLES

    _template = Template(
        """
        {% macro html(this, kwargs) %}
            {%- for layer in this.embedded.values() %}
            <script type="application/json" id="{{ layer.element }}">{{ layer.safe_text }}</script>
            {%- endfor %}
        {% endmacro %}
        {% macro script(this, kwargs) %}
            var {{ this.get_name() }} = gisreg.vectorTiles({{ this.config|tojson }});
        {% endmacro %}
        """
    )

    def __init__(
        self,
        views: list[LayerView],
        revision: str = "",
        features: Mapping[str, EmbeddedLayer] | None = None,
    ) -> None:
        """Describe the layers; `revision` goes into every tile's address.

        With `features`, only the layers named there are drawn, from data inside the page.
        """
        super().__init__(name="registry", overlay=True, control=False)
        self._name = "VectorTiles"
        self.embedded = dict(features or {})
        if features is not None:
            views = [view for view in views if view.layer.key in features]
        described = [
            view_json(view, revision) | self.embedded[view.layer.key].json()
            if view.layer.key in self.embedded
            else view_json(view, revision)
            for view in views
        ]
        described.sort(key=lambda each: (not each["base"], _DRAWING_ORDER[each["kind"]], each["order"]))
        self.config: dict[str, Any] = {
            "layers": described,
            "legend": [view.layer.key for view in views],
        }
