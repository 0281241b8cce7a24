"""Puts a page together: frame, data source, tiles, legend, details, search."""

from __future__ import annotations

from collections.abc import Sequence

from maps.chrome import Chrome
from maps.config import MapConfig, Text
from maps.data import EmbeddedData, ServerData, embedded_layers
from maps.detail import SafeDetail
from maps.legend import Legend
from maps.parts import PagePart
from maps.registry_map import RegistryMap
from maps.search import Search
from maps.vector_tiles import LayerView, VectorTiles


def compose(
    config: MapConfig,
    title: Text,
    intro: Text,
    views: list[LayerView],
    extras: Sequence[PagePart] = (),
) -> RegistryMap:
    """Return the map with everything on it; `extras` are the parts that one audience adds."""
    page = RegistryMap(config, title)
    embedded = embedded_layers(config)
    parts = [
        Chrome(config, page.title),
        ServerData() if embedded is None else EmbeddedData(config.progress),
        VectorTiles(views, config.revision, embedded),
        # Most of what an audience adds is computed by the server from more than a saved page holds.
        *(part for part in extras if embedded is None or part.in_saved),
        Legend(intro, config.carriers),
        SafeDetail(),
        Search(),
    ]
    for part in parts:
        page.add_child(part)
    return page
