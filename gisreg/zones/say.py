"""Parts of a recipe as people say them at the command line: circles and former units."""

from __future__ import annotations

import re
from datetime import date
from typing import Any, TypeVar

from pydantic import ValidationError

from gisreg.errors import UsageError
from gisreg.faults import said_of
from gisreg.said import Said, both
from gisreg.zones.recipe import CirclePart, UnitPart

_WRITE_CIRCLE = both(
    "Hãy ghi LON,LAT:METRES theo độ, ví dụ 106.34,20.45:200, hoặc tower=CODE:200.",
    "Write LON,LAT:METRES in degrees, such as 106.34,20.45:200, or tower=CODE:200.",
)
_WRITE_UNIT = both(
    "Hãy ghi NAME@DAY hoặc CODE@DAY, ví dụ 13225@2025-06-30, hoặc all:phuong:336@2025-06-30.",
    "Write NAME@DAY or CODE@DAY, such as 13225@2025-06-30, or all:phuong:336@2025-06-30.",
)

_Made = TypeVar("_Made", CirclePart, UnitPart)
_PLACE = re.compile(r"^(?P<longitude>-?\d+(?:\.\d+)?)\s*,\s*(?P<latitude>-?\d+(?:\.\d+)?)$")
_OBJECT = re.compile(r"^(?P<object_layer>[a-z]+)=(?:(?P<object_owner>[^/]+)/)?(?P<object_code>.+)$")


def circle(text: str) -> CirclePart:
    """Return the circle that `LON,LAT:METRES` or `tower=OWNER/CODE:METRES` means.

    Raises:
        UsageError: it is neither.
    """
    centre, _, radius = text.rpartition(":")
    found = _PLACE.match(centre.strip()) or _OBJECT.match(centre.strip())
    if found is None:
        raise UsageError(
            both(
                f"--around {text} không phải là tọa độ hoặc đối tượng kèm bán kính.",
                f"--around {text} is neither a place nor an object with a radius.",
            ),
            hint=_WRITE_CIRCLE,
        )
    given = {name: value for name, value in found.groupdict().items() if value is not None}
    return _made(
        CirclePart, given | {"radius_m": radius, "as_written": text}, f"--around {text}", _WRITE_CIRCLE
    )


def unit(text: str) -> UnitPart:
    """Return the units that `NAME@DAY` or `all:KIND:WITHIN@DAY` means; the name may be a code.

    Raises:
        UsageError: it is neither.
    """
    which, _, day = text.rpartition("@")
    try:
        on = date.fromisoformat(day.strip())
    except ValueError:
        raise UsageError(
            both(
                f"--unit {text} chưa nêu ngày đơn vị có hiệu lực.",
                f"--unit {text} names no day on which the unit was valid.",
            ),
            hint=_WRITE_UNIT,
        ) from None
    given: dict[str, Any] = {"unit_on": on, "as_written": text}
    if which.startswith("all:"):
        kind, _, within = which.removeprefix("all:").partition(":")
        given |= {"unit_kind": kind or None, "unit_within": within or None}
    else:
        given |= {"unit": which.strip() or None}
    return _made(UnitPart, given, f"--unit {text}", _WRITE_UNIT)


def _made(model: type[_Made], given: dict[str, Any], option: str, hint: Said) -> _Made:
    try:
        return model.model_validate(given)
    except ValidationError as error:
        fault = said_of(error.errors()[0])
        raise UsageError(both(f"{option}: {fault.vi}.", f"{option}: {fault.en}."), hint=hint) from error
