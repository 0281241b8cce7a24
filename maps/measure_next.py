"""What to measure next over a map: stops in walking order, as far as the reader may see their findings."""

from __future__ import annotations

from typing import ClassVar

from maps.parts import PagePart

LIMIT = 100
"""So many stops are drawn at once, the weightiest of the view: more is no walk for a day."""

# One hue from dark to light, the weightiest quarter darkest: readable with any colour vision.
_COLOURS = ("#3b1259", "#5d2a85", "#7b3fa0", "#9460b4")
_WAY = "#1f2937"


class MeasureNext(PagePart):
    """Draws stops with their number in the walk and the way between them; a press tells their questions."""

    function: ClassVar[str] = "addMeasureNext"

    def __init__(self, near_zoom: int = 17) -> None:
        """Go at least to `near_zoom` where a stop is chosen from the list."""
        super().__init__({"limit": LIMIT, "colours": list(_COLOURS), "way": _WAY, "near_zoom": near_zoom})
