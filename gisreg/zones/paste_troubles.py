"""What can be unclear in a line of a pasted list, said in both languages."""

from __future__ import annotations

from pydantic import ValidationError

from gisreg.faults import said_of
from gisreg.zones.trouble import Trouble


def loose_end(line: int, text: str, field: str) -> Trouble:
    """Return that only "the end of the street" is named, and a street has two."""
    return Trouble(
        line,
        text,
        field,
        "loose_end",
        "chưa rõ là đầu nào của tuyến; ghi tên đường cắt ngang ở đầu ấy",
        "which end of the street is meant is not clear; name the street that crosses there",
    )


def house_number(line: int, text: str, field: str) -> Trouble:
    """Return that a house number cannot be found."""
    return Trouble(
        line,
        text,
        field,
        "house_number",
        "sổ không có số nhà; ghi tên đường cắt ngang, hoặc số mét tính từ đầu tuyến",
        "the registry knows no house numbers; name a crossing street, or metres from the street's beginning",
    )


def width_unclear(line: int, text: str) -> Trouble:
    """Return that a width may be the whole street's."""
    return Trouble(
        line,
        text,
        "width_m",
        "width_unclear",
        "chưa rõ bề rộng là của cả tuyến hay mỗi bên; ghi “mỗi bên ... m”",
        "the width may be the whole street's or that of each side; write “mỗi bên ... m” (each side)",
    )


def width_missing(line: int, text: str) -> Trouble:
    """Return that neither the line nor the list says a width."""
    return Trouble(
        line,
        text,
        "width_m",
        "width_missing",
        "chưa có bề rộng; ghi “mỗi bên ... m”, hoặc đặt bề rộng chung cho cả danh sách",
        "no width; write “mỗi bên ... m” (each side), or give one for the whole list",
    )


def street_missing(line: int, text: str) -> Trouble:
    """Return that a line names no street."""
    return Trouble(
        line,
        text,
        "street",
        "street_missing",
        "không có tên tuyến đường",
        "there is no name of a street",
    )


def no_direction(line: int, text: str) -> Trouble:
    """Return that left and right mean nothing without a direction."""
    return Trouble(
        line,
        text,
        "side",
        "side_needs_section",
        "trái, phải (số lẻ, số chẵn) tính theo chiều đi từ ... đến ...; ghi cả hai đầu",
        "left and right (odd, even) are counted going from ... to ...; give both ends",
    )


def one_end(line: int, text: str) -> Trouble:
    """Return that a section has a beginning and no end, or the other way round."""
    return Trouble(
        line,
        text,
        "to",
        "one_end",
        "đoạn tuyến chỉ có một đầu; ghi cả từ ... đến ...",
        "the section has one end only; give both, from ... to ...",
    )


def unknown_side(line: int, text: str, said: str) -> Trouble:
    """Return that a cell names no side."""
    return Trouble(
        line,
        text,
        "side",
        "side_unknown",
        f"“{said}” không phải trái, phải, chẵn, lẻ hay hai bên",
        f"“{said}” is none of left, right, even, odd, both",
    )


def not_a_number(line: int, text: str, said: str) -> Trouble:
    """Return that a cell holds no width."""
    return Trouble(
        line,
        text,
        "width_m",
        "not_a_number",
        f"“{said}” không phải số mét",
        f"“{said}” is no number of metres",
    )


def line_too_long(line: int, text: str, most: int) -> Trouble:
    """Return that a line is longer than any honest one."""
    return Trouble(
        line,
        f"{text[:60]}...",
        "street",
        "line_too_long",
        f"dòng dài quá {most} ký tự; ghi mỗi tuyến một dòng",
        f"the line has more than {most} letters; write one street a line",
    )


def invalid(line: int, text: str, error: ValidationError) -> Trouble:
    """Return the first thing that a part's own checks refuse."""
    fault = error.errors()[0]
    field = str(fault["loc"][-1]) if fault["loc"] else "street"
    shown = str(fault["input"])[:60]
    what = said_of(fault)
    return Trouble(line, text, field, "out_of_range", f"{field}: {what.vi} ({shown})", f"{field}: {what.en}")
