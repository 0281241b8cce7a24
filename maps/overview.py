"""The map for everyone: wards, zones, flagged cable, poles and towers."""

from __future__ import annotations

from maps.config import MapConfig, Text
from maps.ground import ground
from maps.page import compose
from maps.registry_map import RegistryMap
from maps.subjects import plain, present, segments
from maps.vector_tiles import LayerView

TITLE = Text("Bản đồ hạ tầng cáp viễn thông", "Telecom cable map")
INTRO = Text(
    "Cáp treo bị đánh dấu và tiến độ chỉnh trang. Bấm vào một đoạn để xem lý do.",
    "Flagged overhead cable and its tidying. Click a segment to see why.",
)


def build(config: MapConfig) -> RegistryMap:
    """Return the overview map."""
    views: list[LayerView] = segments(config)
    views += present(config, "zone", folded=False)
    views += [
        plain(layer, folded=True, rank=rank)
        for rank, key in ((1, "pole"), (2, "tower"))
        if (layer := config.layer(key))
    ]
    views += ground(config)
    return compose(config, TITLE, INTRO, views)
