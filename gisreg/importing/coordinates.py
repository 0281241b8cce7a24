"""Coordinates written as text: degrees with minutes and seconds, decimal commas, thousands separators."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

_HEMISPHERE = {"N": 1, "B": 1, "E": 1, "Đ": 1, "D": 1, "S": -1, "W": -1, "T": -1}
"""Also in Vietnamese: Bắc, Đông, Tây. N is north: Nam (south) would be outside Vietnam."""

_MINUTE, _SECOND = "'’‘′´`", '"”“″'
_SEXAGESIMAL = re.compile(
    rf"(?P<sign>[-+]?)(?P<before>[NSEWBĐDT]?)\s*(?P<degrees>\d{{1,3}})\s*[°º˚:\s]\s*"
    rf"(?P<minutes>\d{{1,2}}(?:[.,]\d+)?)\s*(?:[{_MINUTE}:\s]\s*|$)"
    rf"(?:(?P<seconds>\d{{1,2}}(?:[.,]\d+)?)\s*[{_MINUTE}{_SECOND}]*\s*)?(?P<after>[NSEWBĐDT]?)"
)
_DEGREES = re.compile(
    r"(?P<before>[NSEWBĐDT]?)\s*(?P<number>[-+]?[\d.,'’\s]*\d)\s*[°º˚]?\s*(?P<after>[NSEWBĐDT]?)"
)
_UNIT = re.compile(r"(?<=[\d\s])(?P<unit>k?m)$")
_GROUPED = re.compile(
    r"\d{1,3}(?P<separator>[ ,.'’])\d{3}(?:(?P=separator)\d{3})*(?P<rest>(?!(?P=separator))[.,]\d+)?"
)
_EITHER = re.compile(r"[-+]?\d{1,3}[.,]\d{3}")


@dataclass
class Numbers:
    """A column of n coordinates as numbers; NaN where a cell is empty or no coordinate.

    `wrong`: index -> text that is no coordinate; `ways`: how they were written, for the report.
    """

    values: npt.NDArray[np.float64]
    wrong: dict[int, str] = field(default_factory=dict)
    ways: tuple[str, ...] = ()


def numbers(cells: Sequence[object]) -> Numbers:
    """Return a column's cells as numbers: degrees, or lengths in the column's unit (`km` in a cell: metres).

    Where a single separator could be of decimals or of thousands (601,887), the column's other cells
    decide; where all are so, degrees that lie in Vietnam are decimals and the rest thousands.
    """
    found = Numbers(np.full(len(cells), np.nan))
    ways: dict[str, None] = {}
    open_cells: dict[int, str] = {}
    for index, cell in enumerate(cells):
        text = _plain(cell)
        if text is None:
            continue
        if _EITHER.fullmatch(text):
            open_cells[index] = text
            continue
        number, way = _number(text)
        if math.isfinite(number):
            found.values[index] = number
            ways |= {way: None} if way else {}
        else:
            found.wrong[index] = str(cell)
    for index, text in open_cells.items():
        found.values[index], way = _settle(text, found.values)
        ways |= {way: None} if way else {}
    found.ways = tuple(ways)
    return found


def _plain(cell: object) -> str | None:
    if cell is None or (isinstance(cell, float) and math.isnan(cell)):
        return None
    if isinstance(cell, int | float):
        return repr(float(cell))
    return " ".join(unicodedata.normalize("NFC", str(cell)).split()).upper().replace("KM", "km") or None


def _number(text: str) -> tuple[float, str]:
    """Return (number, how it was written); NaN where it is none."""
    sexagesimal = _SEXAGESIMAL.fullmatch(text)
    if sexagesimal and not _GROUPED.fullmatch(text):
        return _of_sexagesimal(sexagesimal), "degrees, minutes, seconds"
    text = re.sub(r"(?<=[\d\s])M$", "m", text)
    unit = _UNIT.search(text)
    if unit:
        number, way = _decimal(text[: unit.start()].strip())
        return (number * 1000, "km") if unit["unit"] == "km" else (number, way)
    degrees = _DEGREES.fullmatch(text)
    if degrees is None or (degrees["before"] and degrees["after"]):
        return math.nan, ""
    number, way = _decimal(degrees["number"])
    return number * _HEMISPHERE.get(degrees["before"] or degrees["after"], 1), way


def _of_sexagesimal(found: re.Match[str]) -> float:
    minutes, seconds = (float((found[part] or "0").replace(",", ".")) for part in ("minutes", "seconds"))
    if minutes >= 60 or seconds >= 60 or (found["before"] and found["after"]):
        return math.nan
    letter = found["before"] or found["after"]
    sign = -1 if found["sign"] == "-" else _HEMISPHERE.get(letter, 1)
    return sign * (int(found["degrees"]) + minutes / 60 + seconds / 3600)


def _decimal(text: str) -> tuple[float, str]:
    """Read 1.190.851,5 and 1,190,851.5 and 1 190 851,5 and 20,4463; the last separator is the decimal one."""
    grouped = _GROUPED.fullmatch(text.lstrip("+-"))
    if grouped is None:
        return _float(text.replace(",", ".")), "decimal comma" if "," in text else ""
    rest = grouped["rest"] or ""
    whole = text.removesuffix(rest).replace(grouped["separator"], "")
    return _float(whole + rest.replace(",", ".")), "thousands separators"


def _float(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return math.nan


def _settle(text: str, others: npt.NDArray[np.float64]) -> tuple[float, str]:
    """Return what 601,887 means beside the column's other numbers."""
    decimal = float(text.replace(",", "."))
    whole = float(text.replace(",", "").replace(".", ""))
    usual = np.nanmedian(np.abs(others)) if np.isfinite(others).any() else math.nan
    if math.isnan(usual) or usual == 0:
        is_decimal = "." in text or 7 <= abs(decimal) <= 24 or 102 <= abs(decimal) <= 118
    else:
        is_decimal = abs(math.log(abs(decimal or 1) / usual)) < abs(math.log(abs(whole or 1) / usual))
    if is_decimal:
        return decimal, "decimal comma" if "," in text else ""
    return whole, "thousands separators"
