"""What a map page is told from outside: place, language, base map, revision, carriers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from layers.layer import Layer

Bounds = tuple[float, float, float, float]
"""West, south, east, north in degrees (EPSG:4326)."""


@dataclass(frozen=True)
class Text:
    """A text in both languages of the product."""

    vi: str
    en: str

    def json(self) -> dict[str, str]:
        """Return the text as the browser modules expect it."""
        return {"vi": self.vi, "en": self.en}


@dataclass(frozen=True)
class BaseMap:
    """A raster base map: URL template with {z}, {x}, {y}, and whom to name for it."""

    url: str
    attribution: str


@dataclass(frozen=True)
class Carrier:
    """A carrier whose objects can be picked out: the value of the owner column, and its name."""

    value: int | str
    name: str


@dataclass(frozen=True)
class Link:
    """A link to another map, shown in the page's menu."""

    href: str
    title: Text
    current: bool = False


@dataclass(frozen=True)
class SeenAs:
    """With the eyes of which organisation the reader looks, and why."""

    organisation: str
    reason: str


@dataclass(frozen=True)
class MapConfig:
    """Settings of one map page.

    `layers` are the descriptions this reader may see. `bounds` wins over `centre` and `zoom`;
    `centre` is latitude, longitude. `revision` goes into tile addresses, so that a new revision is
    fetched anew and an old one may be cached for ever. `generated` shows the demonstration banner.
    With `features` (GeoJSON FeatureCollection text by layer key) the page asks no server for data;
    `progress` are then the rows of how far tidying has come by ward, as `gisreg.tidying.progress` returns.
    `seen_as` shows the banner of somebody who looks with the eyes of an organisation.
    Without `base_map`, streets and boundaries of the registry are the base map.
    """

    layers: tuple[Layer, ...]
    title: Text | None = None
    bounds: Bounds | None = None
    centre: tuple[float, float] = (20.45, 106.34)
    zoom: int = 13
    generated: bool = False
    base_map: BaseMap | None = None
    language: Literal["vi", "en"] = "vi"
    revision: str = ""
    attribution: tuple[str, ...] = ()
    carriers: tuple[Carrier, ...] = ()
    links: tuple[Link, ...] = ()
    features: Mapping[str, str] | None = None
    progress: tuple[Mapping[str, Any], ...] = ()
    footer: tuple[Text, ...] = ()
    seen_as: SeenAs | None = None

    def layer(self, key: str) -> Layer | None:
        """Return the layer of that key, or None where this reader has no such layer."""
        return next((item for item in self.layers if item.key == key), None)
