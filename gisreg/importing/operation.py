"""The operation from a reference system to EPSG:4326, chosen by PROJ from EPSG's own, and told."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt
from pyproj import CRS, Transformer
from pyproj.transformer import AreaOfInterest, TransformerGroup

from gisreg.errors import InvalidInputError
from gisreg.said import Said, both

Bounds = tuple[float, float, float, float]
Points = npt.NDArray[np.float64]

_AXES = "axis order change (2D)"

WGS84 = CRS.from_epsg(4326)


@dataclass(frozen=True)
class Operation:
    """One way from a reference system to EPSG:4326: PROJ's name of it, its accuracy in metres (or None).

    `area` is where it is meant for, by EPSG; `others` how many more ways PROJ knows for the region.
    """

    transformer: Transformer
    name: str
    accuracy_m: float | None
    area: str
    others: int

    def place(self, points: Points) -> Points:
        """Return n points (x, y) as n points (lon, lat); infinite where there is no such place."""
        return np.column_stack(self.transformer.transform(points[:, 0], points[:, 1]))

    def __str__(self) -> str:
        """Return name, accuracy and area as one English text."""
        return self.said.en

    @property
    def said(self) -> Said:
        """Return name, accuracy and area as one text; name and area are EPSG's English ones."""
        accuracy = Said("chưa rõ độ chính xác", "accuracy unknown")
        if self.accuracy_m is not None:
            accuracy = Said("độ chính xác {0:g} m", "accuracy {0:g} m", (self.accuracy_m,))
        if not self.area:
            return Said("{0} ({1})", "{0} ({1})", (self.name, accuracy))
        return Said("{0} ({1}; dùng cho {2})", "{0} ({1}; for {2})", (self.name, accuracy, self.area))


@lru_cache(maxsize=64)
def operation(crs: CRS, bounds: Bounds) -> Operation:
    """Return the most accurate operation for an area that PROJ can run here.

    Args:
        crs: the reference system of the coordinates, taken as (east, north) or (lon, lat).
        bounds: west, south, east, north of the area in degrees.

    Raises:
        InvalidInputError: PROJ knows none: the system is tied to no place on earth.
    """
    group = TransformerGroup(
        crs, WGS84, always_xy=True, area_of_interest=AreaOfInterest(*bounds), allow_ballpark=False
    )
    if not group.transformers:
        raise InvalidInputError(
            both(
                f"{crs.name}: không có phép chuyển nào từ hệ này sang WGS 84 trong khu vực này.",
                f"{crs.name}: there is no operation from it to WGS 84 in this area.",
            ),
            hint=both(
                "Nêu hệ tọa độ khác bằng --crs, ví dụ --crs EPSG:9209.",
                "Name another reference system with --crs, for example --crs EPSG:9209.",
            ),
        )
    best = group.transformers[0]
    return Operation(
        best,
        name=_name(crs, best.description),
        accuracy_m=best.accuracy if best.accuracy >= 0 else None,
        area="" if best.area_of_use is None else best.area_of_use.name.rstrip("."),
        others=len(group.transformers) - 1 + len(group.unavailable_operations),
    )


def _name(crs: CRS, description: str) -> str:
    """Return the steps that change the datum; the projection is named by the reference system."""
    projection = None if crs.coordinate_operation is None else f"Inverse of {crs.coordinate_operation.name}"
    steps = [step for step in description.split(" + ") if step not in (projection, _AXES)]
    return " + ".join(steps) or "no change of datum"
