"""What the pages of imports say in Vietnamese about states and refusals; errors themselves are English."""

from __future__ import annotations

from typing import Any

STATES = {
    "waiting": ("đang kiểm tra", "being checked"),
    "previewed": ("đã kiểm tra, chờ xác nhận", "checked, to be confirmed"),
    "refused": ("chưa nhận được", "cannot be taken yet"),
    "confirmed": ("đang nhập", "being imported"),
    "done": ("đã nhập", "imported"),
    "cancelled": ("đã bỏ", "given up"),
    "expired": ("đã hết hạn", "expired"),
}

ENCODINGS = ("utf-8", "tcvn3", "vni", "viscii", "cp1258", "unicode")
"""What the form offers; a program may name any code page."""

REASONS = {
    "usage": "yêu cầu chưa đúng",
    "invalid-input": "dữ liệu của tệp chưa dùng được",
    "conflict": "tệp đã được quyết định, hoặc có dòng bị loại, hoặc đối tượng đã được sửa sau đó",
    "stale-version": "tệp đã được người khác kiểm tra lại hoặc quyết định sau khi trang được mở",
    "forbidden": "bạn không có quyền nhập dữ liệu này",
    "not-found": "không tìm thấy",
    "error": "mục trong biểu mẫu chưa đúng",
}


def refused_words(report: dict[str, Any]) -> str | None:
    """Return in Vietnamese why a file was refused as a whole, None where it was not."""
    error = report.get("error")
    if error is None:
        return None
    if error["guesses"]:
        return "Chưa rõ hệ tọa độ của tệp. Chọn một hệ dưới đây rồi xem lại."
    if str(error.get("confirm") or "").startswith("--encoding"):
        return "Chưa rõ bảng mã chữ Việt của tệp. Chọn bảng mã rồi xem lại."
    return f"Tệp chưa nhập được: {REASONS.get(error['code'], 'có lỗi')}."
