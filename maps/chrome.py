"""The frame of a page: banner, title, links, buttons, scale bar, attribution, footer."""

from __future__ import annotations

from dataclasses import asdict
from typing import ClassVar

from maps.config import MapConfig, Text
from maps.parts import PagePart


class Chrome(PagePart):
    """The frame round the map; shows the demonstration banner where the data are generated."""

    function: ClassVar[str] = "addChrome"

    def __init__(self, config: MapConfig, title: Text) -> None:
        """Take links, base map, attribution and footer from the page's configuration."""
        attribution = list(config.attribution)
        if config.base_map:
            attribution.append(config.base_map.attribution)
        super().__init__(
            {
                "title": title.json(),
                "generated": config.generated,
                "links": [
                    {"href": link.href, "current": link.current, **link.title.json()} for link in config.links
                ],
                "base_map": config.base_map.url if config.base_map else None,
                "attribution": [*attribution, "Leaflet", "Protomaps"],
                "seen_as": asdict(config.seen_as) if config.seen_as else None,
                "footer": [line.json() for line in config.footer],
            }
        )
