"""The map for carriers: how full poles and towers are, and which masts could be one."""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar

from maps.config import MapConfig, Text
from maps.ground import ground
from maps.page import compose
from maps.parts import PagePart
from maps.registry_map import RegistryMap
from maps.subjects import count_theme, own_theme, plain, points_cells, present
from maps.vector_tiles import LayerView

TITLE = Text("Bản đồ dùng chung hạ tầng", "Infrastructure sharing map")
INTRO = Text(
    "Số đơn vị trên mỗi cột và cột ăng ten; đường nét đứt: cặp cột ăng ten khác chủ gần nhau.",
    "Organisations on each pole and tower; dashed lines: near masts of different owners.",
)
SAVED_INTRO = Text(
    "Số đơn vị trên mỗi cột và cột ăng ten. Bấm vào một cột để xem chi tiết.",
    "Organisations on each pole and tower. Click one to see more.",
)
CANDIDATE_LIMIT = 2_000

_UNIT = Text("đơn vị", "organisations")
# Radii within which masts of two owners are looked at for sharing (rule S03).
_CLASSES = (
    (100, "#d55e00", Text("Trong 100 m", "Within 100 m")),
    (500, "#8a6d1f", Text("Từ 100 đến 500 m", "100 to 500 m")),
)


class Candidates(PagePart):
    """Lines between masts of different owners that stand within the sharing radii."""

    function: ClassVar[str] = "addCandidates"

    def __init__(self, limit: int = CANDIDATE_LIMIT) -> None:
        """Draw at most `limit` pairs, the nearest first."""
        super().__init__(
            {
                "limit": limit,
                "classes": [
                    {"metres": metres, "color": colour, **title.json()} for metres, colour, title in _CLASSES
                ],
            }
        )


def build(config: MapConfig) -> RegistryMap:
    """Return the carriers' map."""
    views: list[LayerView] = []
    if pole := config.layer("pole"):
        theme = count_theme(
            "carrier_count",
            Text("Mức dùng chung", "Occupancy"),
            Text("Chưa có đơn vị", "Empty"),
            _UNIT,
        )
        views.append(replace(plain(pole), themes=(theme, own_theme(pole)), cells=points_cells(0, "#3a9cb8")))
    if tower := config.layer("tower"):
        theme = count_theme(
            "tenant_count",
            Text("Số đơn vị dùng chung", "Tenants"),
            Text("Chưa dùng chung", "None"),
            _UNIT,
        )
        views.append(
            replace(
                plain(tower),
                themes=(theme, own_theme(tower)),
                cells=points_cells(1, "#2a6fa8", 20),
            )
        )
    views += present(config, "cable", "zone", visible=False)
    views += ground(config)
    intro = INTRO if config.features is None else SAVED_INTRO
    return compose(config, TITLE, intro, views, [Candidates()])
