"""Web-mercator tiles: which there are, and what part of the Earth each covers."""

from __future__ import annotations

import math
from dataclasses import dataclass

from gisreg.errors import NotFoundError
from gisreg.said import both

MAX_ZOOM = 22
CELL_ZOOM = 18
REVISION_ZOOM = 12
MARGIN = 64 / 4096
"""How far objects are drawn beyond a tile's edge, as a share of its width."""


@dataclass(frozen=True)
class Tile:
    """A tile of the square web-mercator pyramid: zoom, column from the west, row from the north."""

    z: int
    x: int
    y: int

    def __post_init__(self) -> None:
        """Refuse what is not in the pyramid (NotFoundError)."""
        if not (0 <= self.z <= MAX_ZOOM and 0 <= self.x < 1 << self.z and 0 <= self.y < 1 << self.z):
            raise NotFoundError(
                both(
                    f"Không có mảnh bản đồ {self.z}/{self.x}/{self.y}.",
                    f"There is no tile {self.z}/{self.x}/{self.y}.",
                ),
                hint=both(
                    f"Mức thu phóng từ 0 đến {MAX_ZOOM}; cột và hàng từ 0 đến 2^mức - 1.",
                    f"Zooms are 0 to {MAX_ZOOM}; columns and rows 0 to 2^zoom - 1.",
                ),
            )

    def box(self) -> tuple[float, float, float, float]:
        """Return west, south, east, north in degrees, margin included: an exact rectangle in EPSG:4326."""
        size = 1 << self.z
        west = (self.x - MARGIN) / size * 360 - 180
        east = (self.x + 1 + MARGIN) / size * 360 - 180
        return (
            max(west, -180.0),
            _latitude((self.y + 1 + MARGIN) / size),
            min(east, 180.0),
            _latitude((self.y - MARGIN) / size),
        )

    def cells(self, zoom: int, margin: float = 0.0) -> tuple[int, int, int, int]:
        """Return the cells of a zoom that the tile touches: first and last column, first and last row."""
        factor = 2.0 ** (zoom - self.z)
        last = (1 << zoom) - 1
        return (
            max(0, math.floor((self.x - margin) * factor)),
            min(last, math.ceil((self.x + 1 + margin) * factor) - 1),
            max(0, math.floor((self.y - margin) * factor)),
            min(last, math.ceil((self.y + 1 + margin) * factor) - 1),
        )


def _latitude(share: float) -> float:
    """Return the latitude at a share of the map's height from the north, within the map."""
    return math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * min(1.0, max(0.0, share))))))
