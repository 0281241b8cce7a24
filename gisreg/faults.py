"""What validation found wrong with a field of a request or with a setting, in both languages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gisreg.said import Said, both

IN_VIETNAMESE = {
    "missing": "thiếu",
    "extra_forbidden": "không có trường này",
    "int_parsing": "phải là số nguyên",
    "int_from_float": "phải là số nguyên",
    "int_type": "phải là số nguyên",
    "int_parsing_size": "số quá lớn",
    "float_parsing": "phải là số",
    "float_type": "phải là số",
    "finite_number": "phải là số hữu hạn",
    "bool_parsing": "phải là true hoặc false",
    "bool_type": "phải là true hoặc false",
    "string_type": "phải là chữ",
    "string_too_short": "phải có ít nhất {min_length} ký tự",
    "string_too_long": "nhiều nhất {max_length} ký tự",
    "string_pattern_mismatch": "phải theo mẫu '{pattern}'",
    "string_unicode": "phải là UTF-8",
    "literal_error": "phải là {expected}",
    "enum": "phải là {expected}",
    "greater_than": "phải lớn hơn {gt}",
    "greater_than_equal": "phải từ {ge} trở lên",
    "less_than": "phải nhỏ hơn {lt}",
    "less_than_equal": "nhiều nhất là {le}",
    "too_short": "phải có ít nhất {min_length} mục",
    "too_long": "nhiều nhất {max_length} mục",
    "list_type": "phải là danh sách",
    "dict_type": "phải là đối tượng JSON",
    "model_type": "phải là đối tượng JSON",
    "model_attributes_type": "phải là đối tượng JSON",
    "date_parsing": "phải là ngày dạng NNNN-TT-NN",
    "date_from_datetime_parsing": "phải là ngày dạng NNNN-TT-NN",
    "date_from_datetime_inexact": "phải là ngày, không có giờ",
    "date_type": "phải là ngày dạng NNNN-TT-NN",
    "datetime_parsing": "phải là thời điểm theo ISO 8601",
    "datetime_from_date_parsing": "phải là thời điểm theo ISO 8601",
    "datetime_type": "phải là thời điểm theo ISO 8601",
    "timezone_aware": "phải có múi giờ",
    "json_invalid": "không phải là JSON",
    "json_type": "phải là JSON",
    "union_tag_not_found": "thiếu {discriminator}",
    "union_tag_invalid": "{discriminator} phải là một trong {expected_tags}",
}
"""What pydantic's kinds of faults are in Vietnamese; facts as pydantic names them."""


def field_of(fault: Mapping[str, Any]) -> str:
    """Return the name of the field that a fault of pydantic is about; for a body that is none: `body`."""
    return ".".join(str(part) for part in fault["loc"][1:]) or str(fault["loc"][0])


def said_of(fault: Mapping[str, Any]) -> Said:
    """Return what is wrong; of a kind that is not in the table only that the value cannot be taken.

    A validator of ours that raises `ValueError(Said)` has said it in both languages itself.
    """
    cause = (fault.get("ctx") or {}).get("error")
    if isinstance(cause, ValueError) and cause.args and isinstance(cause.args[0], Said):
        return cause.args[0]
    pattern = IN_VIETNAMESE.get(str(fault["type"]), "giá trị không dùng được")
    return both(pattern.format_map(fault.get("ctx") or {}), str(fault["msg"]))
