"""What pydantic finds wrong with a request is said in both languages."""

from __future__ import annotations

from datetime import date, datetime
from enum import Enum
from typing import Annotated, Any, Literal

import pytest
from pydantic import (
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    FiniteFloat,
    Json,
    TypeAdapter,
    ValidationError,
)

from gisreg.faults import IN_VIETNAMESE, field_of, said_of
from gisreg.zones.recipe import Part
from tests.importing.in_both import MARKED


class Colour(Enum):
    RED = "red"


class Inner(BaseModel):
    model_config = ConfigDict(extra="forbid")
    id: int


WRONG: tuple[tuple[Any, Any, str, str], ...] = (
    (Inner, {}, "missing", "thiếu"),
    (Inner, {"id": 1, "x": 2}, "extra_forbidden", "không có trường này"),
    (Inner, "x", "model_type", "JSON"),
    (int, "x", "int_parsing", "số nguyên"),
    (int, 1.5, "int_from_float", "số nguyên"),
    (int, None, "int_type", "số nguyên"),
    (int, "9" * 5000, "int_parsing_size", "quá lớn"),
    (float, "x", "float_parsing", "phải là số"),
    (float, None, "float_type", "phải là số"),
    (FiniteFloat, "inf", "finite_number", "hữu hạn"),
    (bool, "x", "bool_parsing", "true"),
    (bool, None, "bool_type", "true"),
    (str, 1, "string_type", "chữ"),
    (str, b"\xff", "string_unicode", "UTF-8"),
    (Annotated[str, Field(min_length=3)], "x", "string_too_short", "3 ký tự"),
    (Annotated[str, Field(max_length=3)], "xxxx", "string_too_long", "nhiều nhất 3 ký tự"),
    (Annotated[str, Field(pattern="^a{2}$")], "b", "string_pattern_mismatch", "'^a{2}$'"),
    (Literal["a", "b"], "c", "literal_error", "'a' or 'b'"),
    (Colour, "blue", "enum", "'red'"),
    (Annotated[int, Field(gt=1)], 1, "greater_than", "lớn hơn 1"),
    (Annotated[int, Field(ge=1)], 0, "greater_than_equal", "từ 1 trở lên"),
    (Annotated[int, Field(lt=1)], 1, "less_than", "nhỏ hơn 1"),
    (Annotated[int, Field(le=1)], 2, "less_than_equal", "nhiều nhất là 1"),
    (Annotated[list[int], Field(min_length=1)], [], "too_short", "1 mục"),
    (Annotated[list[int], Field(max_length=1)], [1, 2], "too_long", "nhiều nhất 1 mục"),
    (list[int], 1, "list_type", "danh sách"),
    (dict[str, int], 1, "dict_type", "JSON"),
    (date, "x", "date_from_datetime_parsing", "NNNN-TT-NN"),
    (date, "2026-01-01T05:00", "date_from_datetime_inexact", "không có giờ"),
    (date, [], "date_type", "NNNN-TT-NN"),
    (datetime, "x", "datetime_from_date_parsing", "ISO 8601"),
    (datetime, [], "datetime_type", "ISO 8601"),
    (AwareDatetime, "2026-01-01T05:00", "timezone_aware", "múi giờ"),
    (Json, "{", "json_invalid", "JSON"),
    (Json, 1, "json_type", "JSON"),
    (Part, {}, "union_tag_not_found", "thiếu 'kind'"),
    (Part, {"kind": "x"}, "union_tag_invalid", "'street'"),
    (Part, {"kind": "circle", "radius_m": 5}, "value_error", "kinh độ và vĩ độ"),
)


@pytest.mark.parametrize(("kind", "given", "fault", "words"), WRONG)
def test_a_fault_in_vietnamese_names_what_the_english_one_does(
    kind: Any, given: Any, fault: str, words: str
) -> None:
    with pytest.raises(ValidationError) as caught:
        TypeAdapter(kind).validate_python(given)
    (found,) = caught.value.errors()
    assert found["type"] == fault
    said = said_of(found)
    assert said.en == found["msg"].removeprefix("Value error, ")
    assert words in said.vi
    assert MARKED.search(said.vi) or fault.startswith("json")


def test_what_has_no_words_yet_says_that_the_value_is_wrong() -> None:
    fault = {"type": "url_scheme", "loc": ("body", "address", 0), "msg": "URL scheme should be 'https'"}
    assert said_of(fault).vi == "giá trị không dùng được"
    assert field_of(fault) == "address.0"
    assert field_of({"loc": ("body",)}) == "body"


def test_every_kind_of_fault_in_the_table_is_tried() -> None:
    tried = {fault for _, _, fault, _ in WRONG}
    assert set(IN_VIETNAMESE) - tried <= {
        # Made by FastAPI's own reading of bodies, or the same check by another door.
        "model_attributes_type",
        "date_parsing",
        "datetime_parsing",
    }
