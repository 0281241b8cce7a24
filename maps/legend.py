"""Legend and layer control in one."""

from __future__ import annotations

from typing import ClassVar

from maps.config import Carrier, Text
from maps.parts import PagePart


class Legend(PagePart):
    """Explains what is drawn and switches it: layers, rule values, carriers, colour themes."""

    function: ClassVar[str] = "addLegend"

    def __init__(self, intro: Text | None = None, carriers: tuple[Carrier, ...] = ()) -> None:
        """`intro` is a sentence at the top; `carriers` make the carrier filter."""
        super().__init__(
            {
                "intro": intro.json() if intro else None,
                "carriers": [{"value": each.value, "name": each.name} for each in carriers],
            }
        )
