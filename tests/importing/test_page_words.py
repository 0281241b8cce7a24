"""What the page of an import says of a file that was refused as a whole."""

from __future__ import annotations

from typing import Any

import pytest

from api.import_words import refused_words
from gisreg.errors import InvalidInputError
from gisreg.importing.told import refusal
from gisreg.said import both

WHY = both("a.csv: không có cột vị trí.\n  chi tiết", "a.csv: no column with places.\n  more")
WHAT = both("Hãy nêu cột X và Y.", "Name the columns X and Y.")


def told(**detail: Any) -> str:
    words = refused_words(refusal(InvalidInputError(WHY, hint=WHAT, **detail)))
    assert words is not None
    return words


@pytest.mark.parametrize(
    ("detail", "words"),
    [
        ({}, "Tệp chưa nhập được.\na.csv: không có cột vị trí.\n  chi tiết\nHãy nêu cột X và Y."),
        # Rows stand below one by one, and so do the guesses and the answers to a question.
        ({"problems": [{"row": "row 1"}]}, "Tệp chưa nhập được. a.csv: không có cột vị trí."),
        (
            {"guesses": [{"crs": "EPSG:9209"}]},
            "a.csv: không có cột vị trí.\nChưa rõ hệ tọa độ của tệp. Chọn một hệ dưới đây rồi xem lại.",
        ),
        (
            {"asks": {"choice": "header_row"}},
            "a.csv: không có cột vị trí.\nTệp còn một điều chưa rõ: trả lời dưới đây rồi xem lại.",
        ),
    ],
)
def test_a_refused_file_says_in_vietnamese_why(detail: dict[str, Any], words: str) -> None:
    assert told(**detail) == words


def test_a_report_kept_before_there_was_vietnamese_still_says_that_it_was_refused() -> None:
    kept = {"error": {"code": "usage", "message": "No.", "hint": None, "guesses": []}, "problems": []}
    assert refused_words(kept) == "Tệp chưa nhập được."
    assert refused_words({"read": 3}) is None
