"""A street of a list while it is read, and the part that it becomes."""

from __future__ import annotations

from dataclasses import dataclass, field

from pydantic import ValidationError

from gisreg.zones import paste_troubles as told
from gisreg.zones import phrases
from gisreg.zones.phrases import End
from gisreg.zones.recipe import Side, StreetPart
from gisreg.zones.trouble import Trouble


@dataclass
class Read:
    """What was read of a list: the parts with their line, what was not understood, lines passed over."""

    parts: list[tuple[int, StreetPart]] = field(default_factory=list)
    troubles: list[Trouble] = field(default_factory=list)
    passed_over: list[str] = field(default_factory=list)


@dataclass
class Entry:
    """A street of a list: `line` is its number, `text` what stands there; the rest as far as it is said.

    `width_m` is to each side; `has_other_width`: a width is said that may be the whole street's.
    """

    line: int
    text: str
    street: str
    ward: str | None = None
    start: str | None = None
    end: str | None = None
    side: Side | None = None
    width_m: float | None = None
    has_other_width: bool = False


def finish(entry: Entry, read: Read, width_m: float | None, side: Side) -> None:
    """Make a part of an entry, or say what is lacking or unclear.

    Args:
        entry: as it was read.
        read: takes the part or the troubles.
        width_m: metres to each side where the entry says none.
        side: the side where the entry says none.
    """
    line, text = entry.line, entry.text
    begin, end = phrases.end_of(entry.start or ""), phrases.end_of(entry.end or "")
    if begin.reason == end.reason == "loose_end":
        begin = end = End()  # from the beginning to the end: the whole street
    faults = [
        _END[one.reason](line, text, name) for one, name in ((begin, "from"), (end, "to")) if one.reason
    ]
    chosen = entry.side or side
    wide = entry.width_m or width_m
    # To one side there is only one width; of two sides, a bare one may be that of the whole street.
    if entry.has_other_width and chosen is Side.BOTH:
        faults.append(told.width_unclear(line, text))
    elif wide is None:
        faults.append(told.width_missing(line, text))
    if not entry.street:
        faults.append(told.street_missing(line, text))
    if not faults and (begin == End()) != (end == End()):
        faults.append(told.one_end(line, text))
    if not faults and chosen is not Side.BOTH and begin == End():
        faults.append(told.no_direction(line, text))
    read.troubles += faults
    if faults:
        return
    try:
        part = StreetPart.model_validate(
            {
                "street": entry.street,
                "ward": entry.ward,
                "from": begin.street,
                "to": end.street,
                "from_m": begin.metres,
                "to_m": end.metres,
                "side": chosen,
                "width_m": wide,
                "as_written": text,
            }
        )
    except ValidationError as error:
        read.troubles.append(told.invalid(line, text, error))
        return
    read.parts.append((line, part))


_END = {"loose_end": told.loose_end, "house_number": told.house_number}
