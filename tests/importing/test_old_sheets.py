"""Text of workbooks, text tables and drawings in old fonts: decoded column by column, lost letters named by row."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from tests.importing.encoders import tcvn3, viscii, vni

HEAD = ("Mã cột", "Tuyến đường", "Kinh độ", "Vĩ độ", "Ghi chú")
NAMES = ("Phường Trần Lãm", "Đường Lý Bôn", "Phố Hai Bà Trưng", "Đường Trần Hưng Đạo", "Xã Vũ Phúc")
NOTE = "cột bê tông ly tâm, nghiêng"
DEGREES = {"crs": "EPSG:4326"}
STORED = "SELECT extra ->> 'Tuyến đường', note FROM registry.pole JOIN registry.pole_private ON pole_id = id ORDER BY code"


def typed(font: Callable[[str], bytes]) -> Callable[[str], str]:
    """Return what a workbook holds of text typed in an old font: its bytes, taken for Latin letters."""
    return lambda text: font(text).decode("latin-1")


def same(text: str) -> str:
    return text


def workbook(path: Path, head: Callable[[str], str], body: Callable[[str], str], note=None) -> Path:
    book = openpyxl.Workbook()
    book.active.append([head(one) for one in HEAD])
    for number, name in enumerate(NAMES):
        book.active.append([f"C-{number}", body(name), 106.34 + number / 1000, 20.45, (note or body)(NOTE)])
    book.save(path)
    return path


@pytest.mark.parametrize("font", [tcvn3, vni])
@pytest.mark.parametrize("is_head_old", [True, False])
def test_workbooks_typed_in_an_old_font(tmp_path, take, rows, font, is_head_old):
    path = workbook(tmp_path / "a.xlsx", typed(font) if is_head_old else same, typed(font))
    report = take("pole", path, **DEGREES)
    assert any(text.encoding.endswith(font.__name__) and "Trần Lãm" in text.told for text in report.texts)
    assert rows(STORED) == [(name, NOTE) for name in NAMES]


def test_each_column_of_a_workbook_by_itself(tmp_path, take, rows):
    path = workbook(tmp_path / "a.xlsx", same, typed(tcvn3), typed(vni))
    report = take("pole", path, **DEGREES)
    assert any("not all in one encoding" in note for note in report.notes)
    assert rows(STORED) == [(name, NOTE) for name in NAMES]


@pytest.mark.parametrize(("first", "second"), [(tcvn3, vni), (vni, tcvn3), (tcvn3, str.encode)])
def test_each_column_of_a_text_table_by_itself(tmp_path, take, rows, first, second):
    lines = [b"ma;" + b"Tuyen duong;lon;lat;ghi chu"]
    for number, name in enumerate(NAMES):
        lines.append(
            f"C-{number};".encode() + first(name) + f";106.{34 + number};20.45;".encode() + second(NOTE)
        )
    path = tmp_path / "a.csv"
    path.write_bytes(b"\r\n".join(lines))
    take("pole", path, **DEGREES)
    assert rows(STORED.replace("Tuyến đường", "Tuyen duong")) == [(name, NOTE) for name in NAMES]


def test_the_sign_of_degrees_is_no_letter(tmp_path, take, rows):
    """In one byte as the letters are: columns of angles say nothing of the encoding."""
    angles = [(f"106°2{number}'11.76\"E", "20°27'12.5\"N") for number in range(len(NAMES))]
    lines = [b"ma;Tuyen duong;lon;lat"]
    lines += [
        f"C-{number};".encode() + tcvn3(name) + f";{lon};{lat}".encode("cp1252")
        for number, (name, (lon, lat)) in enumerate(zip(NAMES, angles, strict=True))
    ]
    path = tmp_path / "a.csv"
    path.write_bytes(b"\n".join(lines))
    take("pole", path, **DEGREES)
    west = 106 + 20 / 60 + 11.76 / 3600
    assert rows("SELECT count(*), min(ST_X(geom)) FROM registry.pole") == [(5, pytest.approx(west, abs=1e-9))]


@pytest.mark.parametrize(
    ("spoil", "what", "bad"),
    [
        (lambda text: text.encode("cp1252", "replace").decode("cp1252"), "letters were replaced by ?", 5),
        (lambda text: typed(tcvn3)(text).replace("\xad", ""), "the letter ư was deleted from", 4),
        (lambda text: text[:-1] + "\ufffd", "its last letter was cut off", 5),
    ],
)
def test_lost_letters_reject_their_rows(tmp_path, take, rows, refused, spoil, what, bad):
    path = workbook(tmp_path / "a.xlsx", same, spoil, same)
    assert "nothing was imported" in refused("pole", path, **DEGREES).message
    report = take("pole", path, dry_run=True, **DEGREES)
    assert (report.inserted, report.rejected) == (5 - bad, bad)
    assert all(what in one.what.en and "Tuyến đường" in one.what.en for one in report.problems.found)
    taken = take("pole", path, accept_damaged=True, **DEGREES)
    assert taken.inserted == 5
    assert len(taken.warnings.found) == bad


def drawing(path: Path, texts: list[bytes], layer: bytes = b"COT", version: bytes = b"AC1015") -> Path:
    """Write a drawing as AutoCAD does for Windows in Vietnam: it names the code page 1258, whatever the fonts are."""
    pairs: list[tuple[int, object]] = [(0, "SECTION"), (2, "HEADER"), (9, "$ACADVER"), (1, version)]
    pairs += [(9, "$DWGCODEPAGE"), (3, "ANSI_1258"), (0, "ENDSEC"), (0, "SECTION"), (2, "ENTITIES")]
    for number, text in enumerate(texts):
        x, y = 587095.876 + 30 * number, 2261880.297
        pairs += [(0, "POINT"), (8, layer), (10, x), (20, y)]
        pairs += [(0, "TEXT"), (8, b"CHU"), (10, x + 1), (20, y + 1), (40, 1.0), (1, text)]
    pairs += [(0, "ENDSEC"), (0, "EOF")]
    content = b"".join(
        f"{code:>3}\n".encode() + (value if isinstance(value, bytes) else str(value).encode()) + b"\n"
        for code, value in pairs
    )
    path.write_bytes(content)
    return path


CODES = [f"Cột số {number} đường Nguyễn Trãi" for number in range(1, 6)]


@pytest.mark.parametrize("font", [tcvn3, vni, viscii, lambda text: text.encode()])
def test_drawings_with_texts_in_old_fonts(tmp_path, take, rows, font):
    take("pole", drawing(tmp_path / "a.dxf", [font(code) for code in CODES]), crs="EPSG:9209")
    assert rows("SELECT code FROM registry.pole ORDER BY code") == [(code,) for code in CODES]


def test_drawings_that_have_lost_letters(tmp_path, take):
    texts = [code.encode("ascii", "replace") for code in CODES]
    report = take("pole", drawing(tmp_path / "a.dxf", texts), crs="EPSG:9209", dry_run=True)
    assert (report.inserted, report.rejected) == (0, 5)


def test_owners_are_read_from_drawing_layers(tmp_path, take, rows, columns):
    rows(
        "INSERT INTO registry.organisation (code, name, kind, aliases) VALUES"
        " ('VNPT', 'Viễn thông Hưng Yên', 'carrier', '{vinaphone}'), ('VTL', 'Viettel', 'carrier', '{}') RETURNING id"
    )
    for layer, owner in (
        ("COT-VNPT", "VNPT"), ("Cot_Viettel 2024", "VTL"), ("0-VINAPHONE", "VNPT"), ("COT_VNPT_VIETTEL", None),
        ("COT", None), ("VNPTX", None),
    ):  # fmt: skip
        path = drawing(tmp_path / "a.dxf", [b"C-1"], layer.encode())
        report = take("pole", path, crs="EPSG:9209", dry_run=True)
        assert any(note.endswith(f"{layer} -> {owner}.") for note in report.notes) is (owner is not None), (
            layer
        )
    path = drawing(tmp_path / "b.dxf", [b"C-1"], b"COT-VNPT")
    take("pole", path, crs="EPSG:9209")
    assert rows(
        "SELECT p.code, o.code, extra ->> 'dxf_layer' FROM registry.pole p JOIN registry.organisation o ON o.id = owner_id"
        " JOIN registry.pole_private ON pole_id = p.id"
    ) == [("C-1", "VNPT", "COT-VNPT")]
    stated = take(
        "pole", path, crs="EPSG:9209", dry_run=True, columns=columns({"dxf_layer": "drop"}), owner="VTL"
    )
    assert stated.inserted == 1


def test_remarks_under_the_name_of_a_codelist_are_kept(tmp_path, take, rows, columns):
    path = workbook(tmp_path / "a.xlsx", lambda text: "Tình trạng" if text == "Tuyến đường" else text, same)
    report = take("pole", path, **DEGREES)
    assert any("Tình trạng is not taken for status" in note for note in report.notes)
    assert rows("SELECT extra ->> 'Tình trạng' FROM registry.pole_private LIMIT 1") != [(None,)]
    stated = take("pole", path, dry_run=True, columns=columns({"Tình trạng": "status"}), **DEGREES)
    assert stated.rejected == 5
