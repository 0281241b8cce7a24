"""Vietnamese text in old encodings is recognised and comes back letter for letter."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gisreg.importing.encoding import (
    CERTAIN,
    decode,
    decode_one,
    detect,
    detect_columns,
    detect_file,
    find_damage,
    is_known,
    preview,
)
from tests.importing.encoders import ENCODERS, tcvn3, vni

NAMES = [
    "Phường Trần Hưng Đạo",
    "Xã Đông Thái Ninh",
    "Đường Nguyễn Huệ",
    "Phố Lý Thường Kiệt",
    "Thị trấn Diêm Điền",
    "Xã Quỳnh Phụ",
    "Ngõ 12 Hoàng Văn Thụ",
    "Đường Võ Thị Sáu",
    "Cột bê tông ly tâm",
    "Tỉnh Hưng Yên",
    "Xã Kiến Xương",
    "Huyện Vũ Thư",
    "Quốc lộ 39",
    "Cầu Thái Bình",
    "Chợ Bo",
    "Khu đô thị Kỳ Bá",
    "Đường Trưng Nữ Vương",
    "Xã Hữu Bằng",
    "Phường Mỹ Hào",
    "Xã Nghĩa Dân",
    "Đường Ỷ Lan",
    "Ngách 5 Bùi Sĩ Tiêm",
    "Tổ dân phố số 3",
    "Thôn Thượng Tầm",
]
TEXTS = st.lists(st.sampled_from(NAMES), min_size=2, max_size=12, unique=True)
LETTERS = "àáảãạăằắẳẵặâầấẩẫậèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵđ"


@pytest.mark.parametrize("encoding", ENCODERS)
@settings(max_examples=25, deadline=None)
@given(texts=TEXTS)
def test_names_are_recognised_and_decoded_exactly(encoding, texts):
    column = [ENCODERS[encoding](text) for text in texts]

    guess = detect(column)

    assert guess.encoding == encoding
    assert guess.certain, guess
    assert decode(column, guess.encoding) == texts


@pytest.mark.parametrize("encoding", sorted(ENCODERS.keys() - {"utf-8"}))
@settings(max_examples=25, deadline=None)
@given(texts=TEXTS)
def test_the_same_letters_stored_as_unicode(encoding, texts):
    """So a worksheet or a GeoPackage holds text that was typed in an old font."""
    column = [_typed(ENCODERS[encoding](text)) for text in texts]

    guess = detect(column)

    assert guess.encoding == encoding
    assert decode(column, guess.encoding) == texts


@settings(max_examples=25, deadline=None)
@given(texts=TEXTS, wide=st.sampled_from(["utf-16", "utf-16-le", "utf-16-be", "utf-8-sig"]))
def test_files_in_unicode(texts, wide):
    text = "\n".join(texts)

    guess = detect_file(text.encode(wide))

    assert guess.certain
    assert decode_one(text.encode(wide), guess.encoding) == text


@settings(max_examples=25, deadline=None)
@given(texts=TEXTS)
def test_letters_and_marks_apart_are_composed(texts):
    column = [unicodedata.normalize("NFD", text) for text in texts]

    assert detect(column).encoding == "unicode"
    assert decode(column, "unicode") == texts
    assert "NFD" in detect([text.encode() for text in column]).evidence.en


@settings(max_examples=100, deadline=None)
@given(data=st.lists(st.binary(max_size=40), max_size=5))
def test_no_bytes_break_it(data):
    guess = detect(data)
    assert 0 <= guess.confidence <= 1
    assert is_known(guess.encoding)
    detect_file(b"\n".join(data))


@pytest.mark.parametrize("encoding", ["tcvn3", "vni", "viscii", "cp1258"])
def test_every_letter_of_every_table(encoding):
    for letter in LETTERS:
        assert decode_one(ENCODERS[encoding](letter), encoding) == letter
        word = f"T{letter.upper()}NG"
        assert decode_one(ENCODERS[encoding](word), encoding) == word


def test_capitals_with_tones_of_tcvn3():
    assert decode_one("Aµ".encode("latin-1"), "tcvn3") == "À"
    assert decode_one(tcvn3("ĐƯỜNG HÀ NỘI"), "tcvn3") == "ĐƯỜNG HÀ NỘI"
    assert decode_one(tcvn3("Đường Hà Nội, VNPT"), "tcvn3") == "Đường Hà Nội, VNPT"
    assert decode_one(tcvn3("Hà"), "tcvn3") == "Hà"


def test_doubled_marks_and_mixed_case_of_vni():
    assert decode_one("Tuyeáán ñöôøøng".encode("latin-1"), "vni") == "Tuyến đường"
    assert decode_one("Aù".encode("latin-1"), "vni") == decode_one(vni("Á"), "vni") == "Á"


def test_short_and_plain_text_does_not_matter():
    guess = detect([b"C-01", b"VNPT", "Quoc lo 10"])
    assert (guess.encoding, guess.confidence) == ("ascii", 1.0)
    assert "every encoding" in guess.evidence.en


@pytest.mark.parametrize("text", ["Straße 5", "Côte d'Ivoire", "São Paulo", "Ærø"])
def test_foreign_text_is_not_claimed(text):
    assert detect([text.encode("latin-1")]).confidence < CERTAIN
    assert detect([text]).encoding == "unicode"


def test_one_word_is_not_enough():
    assert not detect([tcvn3("lý")]).certain


def test_two_columns_in_two_encodings():
    columns = {
        "TEN": [tcvn3(text) for text in NAMES],
        "DUONG": [vni(text) for text in NAMES],
        "LOAI": [tcvn3("cột"), b"BTLT"],
        "SO": [1, 2, None],
        "MA": [b"C-01"],
    }

    guess = detect_columns(columns)

    assert guess.certain
    assert {name: one.encoding for name, one in guess.columns.items()} == {
        "TEN": "tcvn3",
        "DUONG": "vni",
        "LOAI": "tcvn3",
        "MA": "ascii",
    }
    assert "different encodings (TEN: tcvn3; DUONG: vni" in guess.table.evidence.en
    assert guess.columns["LOAI"].evidence.en.startswith("as the other columns")


def test_a_column_that_mixes_is_not_certain():
    guess = detect([_typed(tcvn3(text)) for text in NAMES] + ["Đường Trần Phú"])

    assert guess.encoding == "tcvn3"
    assert not guess.certain
    assert "mixes encodings" in guess.evidence.en


def test_words_of_the_registry_decide_where_little_text_is():
    short = [tcvn3("Xã Mứn")]
    assert detect(short, words={"mứn"}).confidence > detect(short).confidence


def test_a_preview_shows_before_and_after():
    assert preview([b"C-01", tcvn3("Trần Phú"), tcvn3("Trần Phú")], "tcvn3") == [("TrÇn Phó", "Trần Phú")]


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("Hà N?i", "replaced by ?"),
        ("X? Tân Tiến", "replaced by ?"),
        ("Ph??ng Trần Lãm", "replaced by ?"),
        ("Đường Trần Ph�", "cut off"),
        ("Đư�ng", "replaced by �"),
    ],
)
def test_lost_letters_are_found(text, what):
    (damage,) = find_damage(["Xã Tân Tiến", None, 5, text])
    assert (damage.index, damage.text) == (3, text)
    assert what in damage.what.en


@pytest.mark.parametrize("text", ["Đường nào?", "?", "http://a.vn/x?y=1", "a@b.vn?c=d", "1?2"])
def test_question_marks_that_are_no_loss(text):
    assert find_damage([text]) == []


def test_soft_hyphens_that_a_program_has_deleted():
    eaten = [tcvn3(text).replace(b"\xad", b"") for text in NAMES]

    guess = detect(eaten)
    damaged = find_damage(decode(eaten, guess.encoding), guess.encoding)

    assert guess.encoding == "tcvn3"
    assert {one.text for one in damaged} >= {"Phờng Trần Hng Đạo", "Tỉnh Hng Yên", "Huyện Vũ Th"}
    assert all("soft hyphen (byte AD)" in one.what.en for one in damaged)
    assert find_damage(list(NAMES), "tcvn3") == []


def test_unknown_encodings():
    assert not is_known("tcvn4")
    assert not is_known("utf-8+tcvn4")
    assert not is_known("base64")
    assert is_known("utf-16-le+vni")
    with pytest.raises(LookupError):
        decode_one(b"x", "tcvn4")
    with pytest.raises(UnicodeDecodeError):
        decode_one(b"\xe0", "tcvn3")


def _typed(data: bytes) -> str:
    """Return what a program shows that takes bytes for Western European text."""
    return "".join(
        bytes([byte]).decode("cp1252") if byte not in (0x81, 0x8D, 0x8F, 0x90, 0x9D) else chr(byte)
        for byte in data
    )
