"""What see-through colours look like over the empty ground of a map."""

from __future__ import annotations

GROUND = (244, 241, 234)


def over_ground(colour: tuple[int, ...], share: float) -> str:
    """Return the colour that a see-through one has over the empty ground of the map."""
    mixed = [round(c * share + g * (1 - share)) for c, g in zip(colour, GROUND, strict=True)]
    return "#" + "".join(f"{value:02x}" for value in mixed)
