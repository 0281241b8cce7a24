"""RegistryMap: a Folium map that loads everything from ourselves and renders stable bytes."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from typing import Any, ClassVar

import folium
from branca.element import Element
from folium.template import Template

from maps.assets import SCRIPTS, STYLES, inline_script, inline_style
from maps.config import Bounds, MapConfig, Text

_SCRIPT_LINK = re.compile(r'<script src="([^"]+)"></script>')
_STYLE_LINK = re.compile(r'<link rel="stylesheet" href="([^"]+)"/>')
_INLINE_TAG = re.compile(r"<(script|style)(?=[\s>])")
_ZOOMS = (6, 20)


class RegistryMap(folium.Map):  # type: ignore[misc]
    """A Folium map for registry data.

    Leaflet and our modules come from `/static/`; nothing comes from another host. Parts are added
    as Folium elements (`VectorTiles`, `SafeDetail`, `Legend`, ...); each of them writes one call
    with a JSON argument, so registry text is never part of a script.
    """

    # Class attributes of our own: Folium's lists name foreign hosts and are shared by all maps.
    default_js: ClassVar[list[tuple[str, str]]] = SCRIPTS
    default_css: ClassVar[list[tuple[str, str]]] = STYLES

    _template = Template(
        """
        {% macro header(this, kwargs) %}
            <meta name="viewport" content="width=device-width, initial-scale=1" />
            <link rel="icon" href="data:," />
        {% endmacro %}
        {% macro html(this, kwargs) %}
            <div class="folium-map gisreg-map" id={{ this.get_name()|tojson }}></div>
            <noscript>Bản đồ cần JavaScript. / The map needs JavaScript.</noscript>
        {% endmacro %}
        {% macro script(this, kwargs) %}
            var {{ this.get_name() }} = gisreg.createMap(
                {{ this.get_name()|tojson }}, {{ this.settings|tojson }});
        {% endmacro %}
        """
    )

    def __init__(self, config: MapConfig, title: Text) -> None:
        """Make an empty map; `title` is used where the configuration names none."""
        super().__init__(location=config.centre, zoom_start=config.zoom, tiles=None)
        self.config = config
        self.title = config.title or title
        self.settings = {
            "centre": list(config.centre),
            "zoom": config.zoom,
            "bounds": _leaflet_bounds(config.bounds),
            "min_zoom": _ZOOMS[0],
            "max_zoom": _ZOOMS[1],
            "language": config.language,
        }
        self.get_root().title = html.escape(f"{self.title.vi} / {self.title.en}")

    def page(self, *, nonce: str | None = None, inline: bool = False) -> str:
        """Return the whole HTML page; the same input gives the same bytes.

        With `nonce`, every script and style element carries it, for a strict content security
        policy. With `inline`, scripts and style sheets stand in the page itself.

        Raises:
            NotFoundError: `inline` is wanted and the browser assets are not installed.
        """
        figure = self.get_root()
        for place in (figure.header, figure.html, figure.script):
            # Rendering only ever adds elements: a second page would hold some of them twice.
            for name in [n for n in place._children if n != "meta_http"]:
                del place._children[name]
        text: str = figure.render()
        for number, element in enumerate(_walk(self)):
            text = text.replace(element._id, f"{number:04d}")
        text = text.replace("<html>", f'<html lang="{self.config.language}">', 1)
        if nonce is not None:
            text = _INLINE_TAG.sub(rf'<\1 nonce="{html.escape(nonce)}"', text)
        if inline:
            # A function as replacement: the text of a script is full of backslashes.
            text = _SCRIPT_LINK.sub(lambda m: f"<script>{inline_script(m[1])}</script>", text)
            text = _STYLE_LINK.sub(lambda m: f"<style>{inline_style(m[1])}</style>", text)
        return text


def _walk(element: Element) -> Iterator[Element]:
    """Yield an element and all below it, in the order they were added."""
    yield element
    for child in element._children.values():
        yield from _walk(child)


def _leaflet_bounds(bounds: Bounds | None) -> Any:
    """Return west, south, east, north as Leaflet's pair of latitude, longitude corners."""
    if bounds is None:
        return None
    west, south, east, north = bounds
    return [[south, west], [north, east]]
