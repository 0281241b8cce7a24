"""Findings over a map: of one rule or all, by severity, as far as the reader may see them."""

from __future__ import annotations

from typing import ClassVar

from gisreg.flagging.words import SEVERITIES
from maps.parts import PagePart

LIMIT = 1_000
"""So many findings are drawn at once, the weightiest of the view."""

# One hue from dark to light: readable with any colour vision, and never taken for a state of tidying.
_COLOURS = {"critical": "#7f1d1d", "major": "#dc2626", "minor": "#f2a3a3"}


class Findings(PagePart):
    """Draws findings of the view by severity; the legend chooses the rule and says what was measured."""

    function: ClassVar[str] = "addFindings"

    def __init__(self, min_zoom: int = 14) -> None:
        """Draw single findings from `min_zoom` on."""
        super().__init__(
            {
                "limit": LIMIT,
                "min_zoom": min_zoom,
                "severities": [
                    {"key": key, "color": _COLOURS[key], "vi": vi, "en": en}
                    for key, (vi, en) in SEVERITIES.items()
                ],
            }
        )
