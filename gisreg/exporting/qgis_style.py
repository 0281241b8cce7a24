"""A layer's style as QGIS keeps it (QML), out of the same description as map and legend."""

from __future__ import annotations

import xml.etree.ElementTree as ET

from layers import Geometry, Layer, Style
from layers.layer import Rule

_MM_PER_PIXEL = 25.4 / 96
_DOCTYPE = "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n"
_KINDS = {
    Geometry.POINT: "marker",
    Geometry.LINE: "line",
    Geometry.MULTILINE: "line",
    Geometry.MULTIPOLYGON: "fill",
}


def qml(layer: Layer) -> str | None:
    """Return the layer's symbols as QML, one rule a rule of the style; None where it is not drawn."""
    if layer.style is None or layer.geometry is None:
        return None
    root = ET.Element("qgis", version="3.22.0", styleCategories="Symbology")
    add_renderer(root, layer, layer.geometry, layer.style)
    return _DOCTYPE + ET.tostring(root, encoding="unicode")


def add_renderer(root: ET.Element, layer: Layer, geometry: Geometry, style: Style) -> None:
    """Put how a layer is drawn into an element of a style or project file of QGIS."""
    renderer = ET.SubElement(
        root, "renderer-v2", type="RuleRenderer", symbollevels="0", forceraster="0", enableorderby="0"
    )
    rules = ET.SubElement(renderer, "rules", key="root")
    symbols = ET.SubElement(renderer, "symbols")
    tried: list[str] = []
    for place, rule in enumerate(style.rules):
        # QGIS draws every rule that holds; ours stop at the first.
        condition = _condition(rule)
        words = " AND ".join([condition, *(f"NOT {one}" for one in tried)])
        tried.append(condition)
        ET.SubElement(
            rules, "rule", key=f"r{place}", filter=words, symbol=str(place), label=f"{rule.vi} / {rule.en}"
        )
        symbols.append(_symbol(str(place), geometry, style, rule))
    last = str(len(style.rules))
    other = ET.SubElement(rules, "rule", key="other", symbol=last, label=f"{layer.vi} / {layer.en}")
    if tried:
        other.set("filter", "ELSE")
    symbols.append(_symbol(last, geometry, style, None))


def _condition(rule: Rule) -> str:
    if isinstance(rule.value, bool):
        value = "true" if rule.value else "false"
    elif isinstance(rule.value, int):
        value = str(rule.value)
    else:
        value = "'" + rule.value.replace("'", "''") + "'"
    # An empty field is unlike any value; without coalesce it would be unlike nothing.
    return f'coalesce("{rule.field}" = {value}, false)'


def _symbol(name: str, geometry: Geometry, style: Style, rule: Rule | None) -> ET.Element:
    kind = _KINDS[geometry]
    color = rule.color if rule else style.color
    width = (rule.width if rule and rule.width else style.width) * _MM_PER_PIXEL
    dash = rule.dash if rule and rule.dash else style.dash
    symbol = ET.Element("symbol", type=kind, name=name, alpha="1", clip_to_extent="1", force_rhr="0")
    line = {
        "line_color": _rgba(color),
        "line_width": f"{width:.2f}",
        "line_width_unit": "MM",
        "capstyle": "round",
        "joinstyle": "round",
        "use_custom_dash": "1" if dash else "0",
        "customdash": ";".join(f"{part * _MM_PER_PIXEL:.2f}" for part in dash or (5, 2)),
        "customdash_unit": "MM",
    }
    if kind == "marker":
        options = {
            "name": "circle",
            "color": _rgba(color),
            "outline_color": "255,255,255,255",
            "outline_width": "0.2",
            "size": f"{2 * style.radius * _MM_PER_PIXEL:.2f}",
            "size_unit": "MM",
        }
        _layer(symbol, "SimpleMarker", options)
    elif kind == "line":
        _layer(symbol, "SimpleLine", line)
    else:
        fill = {"color": _rgba(color, style.fill_opacity), "style": "solid", "outline_style": "no"}
        _layer(symbol, "SimpleFill", fill)
        _layer(symbol, "SimpleLine", line)
    return symbol


def _layer(symbol: ET.Element, kind: str, options: dict[str, str]) -> None:
    layer = ET.SubElement(symbol, "layer", {"class": kind, "enabled": "1", "locked": "0", "pass": "0"})
    listed = ET.SubElement(layer, "Option", type="Map")
    for name, value in options.items():
        ET.SubElement(listed, "Option", name=name, type="QString", value=value)


def _rgba(color: str, opacity: float = 1.0) -> str:
    red, green, blue = (int(color[place : place + 2], 16) for place in (1, 3, 5))
    return f"{red},{green},{blue},{round(255 * opacity)}"
