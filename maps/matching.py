"""The map of same poles: what several organisations' rows propose, decided on in bulk."""

from __future__ import annotations

from typing import ClassVar

from maps.config import MapConfig, Text
from maps.ground import ground
from maps.page import compose
from maps.parts import PagePart
from maps.registry_map import RegistryMap
from maps.subjects import plain, present
from maps.vector_tiles import LayerView

TITLE = Text("Cột trùng giữa các đơn vị", "Same poles of several organisations")
INTRO = Text(
    "Mỗi nhóm là những dòng của các đơn vị có thể là cùng một cột. Chọn nhóm để đồng ý, gộp hoặc bác.",
    "Each group holds rows of several organisations that may be one pole. Choose some, then decide.",
)
PAGE = 200
"""Groups that are listed and drawn at a time."""

SURE = 0.9
"""From this certainty on a group is offered for deciding on together with others."""

MOST_MATCHES = 900
"""Matches sent at a time: whole groups, below the limit of the service (gisreg.matching.decide.MOST)."""


class Matches(PagePart):
    """Groups of matches on the map, and the panel in which they are decided on."""

    function: ClassVar[str] = "addMatches"

    def __init__(self) -> None:
        """Say how many are shown and sent at a time."""
        super().__init__({"page": PAGE, "sure": SURE, "most": MOST_MATCHES})


def build(config: MapConfig) -> RegistryMap:
    """Return the map of same poles."""
    views: list[LayerView] = []
    if pole := config.layer("pole"):
        views.append(plain(pole, rank=0))
    views += present(config, "cable", visible=True)
    views += ground(config)
    return compose(config, TITLE, INTRO, views, [Matches()])
