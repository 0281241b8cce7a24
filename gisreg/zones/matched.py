"""Parts of a recipe with what they were found to mean."""

from __future__ import annotations

from dataclasses import dataclass, field

from gisreg.zones.recipe import CirclePart, StreetPart, UnitPart


@dataclass
class Matched:
    """A part and the ids of what it means; `names` are what those are called in the registry.

    `line` is where the part stands in the list; `earlier` holds the ids that it meant before, where it is
    matched anew. `visibilities` are those of all that it uses.
    """

    line: int
    part: StreetPart | CirclePart | UnitPart
    street_ids: list[int] = field(default_factory=list)
    from_ids: list[int] = field(default_factory=list)
    to_ids: list[int] = field(default_factory=list)
    unit_ids: list[int] = field(default_factory=list)
    object_id: int | None = None
    names: dict[str, str] = field(default_factory=dict)
    visibilities: set[str] = field(default_factory=set)
    earlier: Matched | None = None

    @property
    def text(self) -> str:
        """Return the part as it was written, or as one would write it."""
        return self.part.as_written or describe(self.part)

    @property
    def uses(self) -> list[int]:
        """Return the ids of everything that the part rests on."""
        return [*self.street_ids, *self.from_ids, *self.to_ids, *self.unit_ids, *_some(self.object_id)]


def describe(part: StreetPart | CirclePart | UnitPart) -> str:
    """Return a part in words, as a list would have it."""
    if isinstance(part, StreetPart):
        begin, end = part.from_street or part.from_m, part.to_street or part.to_m
        section = "" if begin is None else f" (từ {_end(begin)} đến {_end(end)})"
        ward = f", {part.ward}" if part.ward else ""
        return f"{part.street}{section}{ward}"
    if isinstance(part, CirclePart):
        if part.object_code is not None:
            owner = f"{part.object_owner}/" if part.object_owner else ""
            return f"{part.object_layer} {owner}{part.object_code}, {part.radius_m:g} m"
        return f"{part.longitude:.6f} {part.latitude:.6f}, {part.radius_m:g} m"
    which = part.unit or " ".join(filter(None, (part.unit_kind, part.unit_within)))
    return f"{which} ({part.unit_on.isoformat()})"


def _end(value: str | float | None) -> str:
    return f"{value:g} m" if isinstance(value, float) else str(value)


def _some(value: int | None) -> list[int]:
    return [] if value is None else [value]
