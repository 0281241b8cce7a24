"""Why a part of a recipe could not be found in the registry, said in both languages."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from gisreg.zones.trouble import Trouble
from layers import LAYERS

_WHICH = {
    "street": ("tuyến đường", "street"),
    "from": ("đường ở đầu đoạn", "street at the beginning"),
    "to": ("đường ở cuối đoạn", "street at the end"),
}


def not_found(line: int, text: str, field: str, name: str, like: Sequence[str]) -> Trouble:
    """Return that no street is called so; `like` are names that are."""
    vi, en = _WHICH[field]
    return Trouble(
        line,
        text,
        field,
        "not_found",
        f"không tìm thấy {vi} “{name}”",
        f"there is no {en} “{name}”",
        tuple(like),
    )


def several_names(line: int, text: str, field: str, name: str, names: Iterable[str]) -> Trouble:
    """Return that a name without diacritics may be that of several streets."""
    return Trouble(
        line,
        text,
        field,
        "several_names",
        f"“{name}” viết không dấu có thể là nhiều tuyến; viết đủ dấu",
        f"“{name}” without diacritics may be several streets; write them",
        tuple(names),
    )


def several_streets(line: int, text: str, name: str, wards: Iterable[str]) -> Trouble:
    """Return that there are several streets of a name; `wards` are those in which they lie, with codes."""
    return Trouble(
        line,
        text,
        "ward",
        "several_streets",
        f"có nhiều tuyến “{name}”; ghi thêm phường, xã, hoặc ghi mã tuyến",
        f"there are several streets “{name}”; add the ward, or write the code of one",
        tuple(wards),
    )


def not_in_ward(line: int, text: str, name: str, ward: str, wards: Iterable[str]) -> Trouble:
    """Return that the street lies elsewhere."""
    return Trouble(
        line,
        text,
        "ward",
        "not_in_ward",
        f"tuyến “{name}” không ở {ward}",
        f"the street “{name}” is not in {ward}",
        tuple(wards),
    )


def no_ward(line: int, text: str, ward: str) -> Trouble:
    """Return that no ward is or was called so."""
    return Trouble(
        line,
        text,
        "ward",
        "no_ward",
        f"không có phường, xã nào tên “{ward}”",
        f"there is no ward “{ward}”",
    )


def not_crossing(line: int, text: str, field: str, name: str, street: str, others: Sequence[str]) -> Trouble:
    """Return that a street does not meet another; `others` do."""
    return Trouble(
        line,
        text,
        field,
        "not_crossing",
        f"“{name}” không giao với “{street}”; các đường giao ở trong ngoặc",
        f"“{name}” does not cross “{street}”; streets that do are in brackets",
        tuple(others),
    )


_NO_SECTION = {
    "no_line": ("tuyến không còn trong sổ", "the street is no longer in the registry"),
    "from_not_met": (
        "đường ở đầu đoạn không còn giao với tuyến",
        "the street at the beginning no longer meets this one",
    ),
    "to_not_met": (
        "đường ở cuối đoạn không còn giao với tuyến",
        "the street at the end no longer meets this one",
    ),
    "not_one_line": (
        "tuyến gồm nhiều nhánh nên không đo mét được; ghi tên đường cắt ngang",
        "the street has several lines, metres cannot be counted; name crossing streets",
    ),
    "beyond_end": ("số mét dài hơn cả tuyến", "so many metres are more than the street has"),
    "same_place": ("hai đầu đoạn trùng nhau", "the section begins and ends in one place"),
    "not_connected": (
        "hai đầu đoạn không nối với nhau dọc tuyến; tuyến bị đứt trong sổ",
        "along the street the two ends are not connected; its line in the registry has a gap",
    ),
    "meets_twice": (
        "đường cắt ngang gặp tuyến ở cả hai phía của đoạn; ghi số mét thay cho tên đường",
        "the crossing street meets this one on both sides; give metres instead of its name",
    ),
    "side_unclear": (
        "đoạn gồm nhiều nhánh nên không rõ bên trái, bên phải; lấy cả hai bên",
        "the section has several lines, left and right are not clear; take both sides",
    ),
}
"""By the faults of `gisreg.street_section`."""


def no_section(line: int, text: str, fault: str) -> Trouble:
    """Return why a street has no such section."""
    vi, en = _NO_SECTION[fault]
    return Trouble(line, text, "street", fault, vi, en)


def no_unit(line: int, text: str, name: str, day: str, like: Sequence[str]) -> Trouble:
    """Return that there was no such unit on a day."""
    return Trouble(
        line,
        text,
        "unit",
        "no_unit",
        f"ngày {day} không có đơn vị “{name}”",
        f"on {day} there was no unit “{name}”",
        tuple(like),
    )


def several_units(line: int, text: str, name: str, which: Iterable[str]) -> Trouble:
    """Return that several units bore a name."""
    return Trouble(
        line,
        text,
        "unit",
        "several_units",
        f"có nhiều đơn vị “{name}”; ghi mã hoặc đơn vị cấp trên",
        f"there were several units “{name}”; give the code, or the unit that it lay in",
        tuple(which),
    )


def no_boundary(line: int, text: str, name: str, today: str, others: Iterable[str]) -> Trouble:
    """Return that a former unit has no boundary and is only a part of a later one; `others` are the rest."""
    return Trouble(
        line,
        text,
        "unit",
        "no_boundary",
        f"{name} không có ranh giới trong sổ và chỉ là một phần của {today}; "
        "nhập ranh giới cũ, hoặc thêm các đơn vị trong ngoặc",
        f"{name} has no boundary here and is only a part of {today}; import the former boundary, "
        "or add the units in brackets",
        tuple(others),
    )


def no_object(line: int, text: str, layer: str, code: str) -> Trouble:
    """Return that there is no such object."""
    return Trouble(
        line,
        text,
        "object",
        "no_object",
        f"không có {LAYERS[layer].vi.lower()} mã “{code}”",
        f"there is no {layer} “{code}”",
    )


def several_objects(line: int, text: str, layer: str, code: str, owners: Iterable[str]) -> Trouble:
    """Return that several organisations have an object of a code."""
    return Trouble(
        line,
        text,
        "object",
        "several_objects",
        f"nhiều đơn vị có {LAYERS[layer].vi.lower()} mã “{code}”; ghi chủ quản/mã",
        f"several organisations have a {layer} “{code}”; write OWNER/CODE",
        tuple(owners),
    )


def outside(line: int, text: str) -> Trouble:
    """Return that a place lies outside the registry's area."""
    return Trouble(
        line,
        text,
        "longitude",
        "outside",
        "nằm ngoài địa bàn của sổ; kinh độ đứng trước vĩ độ",
        "lies outside the registry's area; longitude comes before latitude",
    )


def not_drawable(line: int, text: str, why: str) -> Trouble:
    """Return that the database cannot draw a part: its geometry is broken; `why` in the database's words."""
    return Trouble(
        line,
        text,
        "street",
        "not_drawable",
        f"không vẽ được từ hình học trong sổ ({why}); sửa tuyến hoặc đơn vị ấy trước",
        f"cannot be drawn from what the registry holds ({why}); mend that street or unit first",
    )


def more_hidden(line: int, text: str, visibility: str) -> Trouble:
    """Return that a part rests on something more hidden than the zone, which would show where it is."""
    return Trouble(
        line,
        text,
        "visibility",
        "more_hidden",
        f"dùng đối tượng kín hơn khu vực; đặt phạm vi xem của khu vực là “{visibility}”",
        f"it uses something more hidden than the zone; give the zone the visibility “{visibility}”",
    )


def empty(line: int, text: str) -> Trouble:
    """Return that a part has no area."""
    return Trouble(line, text, "street", "empty", "không có diện tích", "it has no area")
