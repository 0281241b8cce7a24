"""How coordinates are written where not plainly as (east, north) in metres or (lon, lat) in degrees."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from gisreg.errors import UsageError
from gisreg.said import both

Points = npt.NDArray[np.float64]

_SWAPPED = "swapped"
_KILOMETRES = "km"
_ADDED = "east+"


@dataclass(frozen=True)
class Arrangement:
    """What to do with coordinates before they mean something in their reference system.

    `swapped`: the first number is the northing (Vietnamese sheets: X) or the latitude;
    `unit_m`: metres in one unit; `added_east_m`: metres to add to the easting (a missing false easting).
    """

    swapped: bool = False
    unit_m: float = 1.0
    added_east_m: float = 0.0

    def apply(self, points: Points) -> Points:
        """Return n points (first, second number) as n points (x, y) of the reference system."""
        ordered = points[:, ::-1] if self.swapped else points
        return np.asarray(ordered * self.unit_m + np.array([self.added_east_m, 0.0]))

    def __str__(self) -> str:
        """Return it as `--coordinates` takes it; empty where nothing is to be done."""
        words = [_SWAPPED] if self.swapped else []
        words += [_KILOMETRES] if self.unit_m == 1000 else []
        words += [f"{_ADDED}{self.added_east_m:.0f}"] if self.added_east_m else []
        return ",".join(words)

    @classmethod
    def parse(cls, text: str | None) -> Arrangement:
        """Return what `--coordinates` says, such as `swapped,km` or `east+500000`; raises UsageError."""
        found = cls()
        for word in (text or "").replace(" ", "").lower().split(","):
            if word == _SWAPPED:
                found = replace(found, swapped=True)
            elif word == _KILOMETRES:
                found = replace(found, unit_m=1000.0)
            elif word.startswith(_ADDED) and word.removeprefix(_ADDED).isdigit():
                found = replace(found, added_east_m=float(word.removeprefix(_ADDED)))
            elif word:
                raise UsageError(
                    both(f"--coordinates {word}: không hiểu được.", f"--coordinates {word}: not understood."),
                    hint=both(
                        "Ghi swapped, km, east+500000, hoặc nhiều từ cách nhau bằng dấu phẩy.",
                        "Write swapped, km, east+500000, or several with commas.",
                    ),
                )
        return found


PLAIN = Arrangement()
