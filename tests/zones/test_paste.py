"""Lists as decisions write them: every spelling on the left, what it means on the right."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gisreg.zones.paste import read_lines
from gisreg.zones.recipe import Side

WHOLE = {
    "Phố Hàng Bạc": "Phố Hàng Bạc",
    "1. Phố Hàng Bạc": "Phố Hàng Bạc",
    "12) Phố Hàng Bạc;": "Phố Hàng Bạc",
    "- Phố Hàng Bạc.": "Phố Hàng Bạc",
    "• Phố Hàng Bạc": "Phố Hàng Bạc",
    "a) P. Hàng Bạc": "P. Hàng Bạc",
    "IV. Đ. Láng": "Đ. Láng",
    "Trần Phú (toàn tuyến)": "Trần Phú",
    "Trần Phú, cả tuyến": "Trần Phú",
    "Tran Phu (ca tuyen)": "Tran Phu",
    "Lê Lợi, từ đầu đường đến cuối đường": "Lê Lợi",
    "19/5": "19/5",
    "Quốc lộ 10": "Quốc lộ 10",
    "Ngõ 12 phố Hàng Bạc": "Ngõ 12 phố Hàng Bạc",
    "Phố Từ Hoa": "Phố Từ Hoa",
    "Trần Hưng Đạo, quận Hoàn Kiếm, TP. Hà Nội": "Trần Hưng Đạo",
}


@pytest.mark.parametrize("line", WHOLE)
def test_whole_streets(line: str) -> None:
    read = read_lines(line, 30)
    assert read.troubles == []
    ((number, part),) = read.parts
    assert (number, part.street, part.from_street, part.to_street, part.from_m) == (
        1,
        WHOLE[line],
        None,
        None,
        None,
    )


SECTIONS: dict[str, tuple[str, Any, Any]] = {
    "Lý Bôn (từ Trần Hưng Đạo đến Quang Trung)": ("Lý Bôn", "Trần Hưng Đạo", "Quang Trung"),
    "Ly Bon (tu Tran Hung Dao den Quang Trung)": ("Ly Bon", "Tran Hung Dao", "Quang Trung"),
    "đường Lê Lợi, đoạn từ Quang Trung đến Trần Phú": ("đường Lê Lợi", "Quang Trung", "Trần Phú"),
    "Lê Lợi từ Quang Trung tới Trần Phú": ("Lê Lợi", "Quang Trung", "Trần Phú"),
    "Lê Lợi, từ Quang Trung, đến Trần Phú": ("Lê Lợi", "Quang Trung", "Trần Phú"),
    "Lê Lợi, đoạn từ ngã tư Quang Trung đến nút giao với Trần Phú": ("Lê Lợi", "Quang Trung", "Trần Phú"),
    "Hai Bà Trưng (Hoàng Hoa Thám - Lý Thường Kiệt)": ("Hai Bà Trưng", "Hoàng Hoa Thám", "Lý Thường Kiệt"),
    "Hai Bà Trưng (Hoàng Hoa Thám – Lý Thường Kiệt)": ("Hai Bà Trưng", "Hoàng Hoa Thám", "Lý Thường Kiệt"),
    # Streets whose names hold the words for "from" and "to".
    "Phố Từ Hoa từ Nghi Tàm đến Xuân Diệu": ("Phố Từ Hoa", "Nghi Tàm", "Xuân Diệu"),
    "Tam Trinh từ Đền Lừ đến Minh Khai": ("Tam Trinh", "Đền Lừ", "Minh Khai"),
    "Lê Lợi từ Km0+200 đến Km1+350": ("Lê Lợi", 200.0, 1350.0),
    "Lê Lợi (từ 100 m đến 1,5 km)": ("Lê Lợi", 100.0, 1500.0),
}  # fmt: skip


@pytest.mark.parametrize("line", SECTIONS)
def test_sections(line: str) -> None:
    read = read_lines(line, 30)
    assert read.troubles == []
    ((_, part),) = read.parts
    begin = part.from_street if part.from_m is None else part.from_m
    end = part.to_street if part.to_m is None else part.to_m
    assert (part.street, begin, end) == SECTIONS[line]


SIDES = {
    "Lê Lợi (từ A đến B), bên trái": (Side.LEFT, 30),
    "Lê Lợi (từ A đến B), phía phải": (Side.RIGHT, 30),
    "Lê Lợi (từ A đến B), bên số lẻ": (Side.LEFT, 30),
    "Lê Lợi phía số chẵn, từ A đến B": (Side.RIGHT, 30),
    "Le Loi (tu A den B), so chan": (Side.RIGHT, 30),
    "Lê Lợi (từ A đến B), dãy nhà số lẻ 12,5 m": (Side.LEFT, 12.5),
    "Lê Lợi (từ A đến B), bên phải 20m": (Side.RIGHT, 20),
    "Lê Lợi, hai bên, mỗi bên 25 m": (Side.BOTH, 25),
    "Lê Lợi, mỗi bên rộng 25m": (Side.BOTH, 25),
    "Lê Lợi, 25 m mỗi bên": (Side.BOTH, 25),
    "Lê Lợi, cả hai bên": (Side.BOTH, 30),
    "Le Loi, moi ben 25 m": (Side.BOTH, 25),
}


@pytest.mark.parametrize("line", SIDES)
def test_sides_and_widths(line: str) -> None:
    read = read_lines(line, 30)
    assert read.troubles == []
    ((_, part),) = read.parts
    assert (part.side, part.width_m) == SIDES[line]


def test_wards_belong_to_the_street_before_them() -> None:
    read = read_lines("Hàng Bạc, P. Hoàn Kiếm; Lê Lợi (phường Thái Bình), Trần Phú, TT. Vũ Thư", 30)
    assert [(part.street, part.ward) for _, part in read.parts] == [
        ("Hàng Bạc", "P. Hoàn Kiếm"), ("Lê Lợi", "phường Thái Bình"), ("Trần Phú", "TT. Vũ Thư"),
    ]  # fmt: skip


def test_several_streets_in_a_line_headings_and_empty_lines() -> None:
    read = read_lines(
        "PHỤ LỤC\n(Kèm theo Quyết định số 12/QĐ-UBND)\nDANH MỤC TUYẾN PHỐ:\n\nI. Khu vực trung tâm:\nCác tuyến phố: Hàng Bạc, Hàng Đào; Hàng Ngang.\n2. Láng\n",
        30,
    )
    assert [(line, part.street) for line, part in read.parts] == [
        (6, "Hàng Bạc"), (6, "Hàng Đào"), (6, "Hàng Ngang"), (7, "Láng"),
    ]  # fmt: skip
    assert read.passed_over == [
        "PHỤ LỤC", "(Kèm theo Quyết định số 12/QĐ-UBND)", "DANH MỤC TUYẾN PHỐ:", "I. Khu vực trung tâm:",
    ]  # fmt: skip
    assert read.troubles == []


UNCLEAR = {
    "Lê Lợi, từ Quang Trung đến hết đường": ("to", "loose_end"),
    "Lê Lợi, từ đầu tuyến đến Quang Trung": ("from", "loose_end"),
    "Lê Lợi từ số nhà 12 đến Quang Trung": ("from", "house_number"),
    "Lê Lợi (toàn tuyến), rộng 30 m": ("width_m", "width_unclear"),
    "Lê Lợi 30 m mỗi bên trái": ("side", "side_needs_section"),
    "Lê Lợi bên trái": ("side", "side_needs_section"),
    "(từ A đến B)": ("street", "street_missing"),
    "Lê Lợi, mỗi bên 900 m": ("width_m", "out_of_range"),
    "x" * 2_001: ("street", "line_too_long"),
}


@pytest.mark.parametrize("line", UNCLEAR)
def test_what_is_not_clear_is_told_and_not_guessed(line: str) -> None:
    read = read_lines(f"Hàng Bạc\n{line}", 30)
    assert [part.street for _, part in read.parts] == ["Hàng Bạc"]
    (trouble,) = read.troubles
    assert (trouble.line, trouble.field, trouble.reason) == (2, *UNCLEAR[line])
    assert trouble.vi
    assert trouble.en


def test_without_a_width_for_the_list_every_line_must_say_it() -> None:
    read = read_lines("Hàng Bạc\nHàng Đào, mỗi bên 20 m")
    assert [part.street for _, part in read.parts] == ["Hàng Đào"]
    assert [trouble.reason for trouble in read.troubles] == ["width_missing"]


@given(st.text(max_size=300) | st.lists(st.sampled_from(
    [*WHOLE, *SECTIONS, *SIDES, *UNCLEAR, ",", "(", ")", ";", " từ ", " đến ", "\n", "km", "mỗi bên 5 m"]), max_size=12
).map("".join))  # fmt: skip
@settings(deadline=None)
def test_no_text_is_too_odd_to_be_read(text: str) -> None:
    read = read_lines(text, 30)
    lines = text.splitlines()
    assert all(1 <= line <= len(lines) for line, _ in read.parts)
    assert all(1 <= trouble.line <= len(lines) for trouble in read.troubles)
    said = {line for line, _ in read.parts} | {trouble.line for trouble in read.troubles}
    silent = [number for number, line in enumerate(lines, 1) if line.strip() and number not in said]
    assert len(silent) <= len(read.passed_over)
