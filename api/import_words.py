"""What the pages of imports say in Vietnamese about states, refusals and questions."""

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


def refused_words(report: dict[str, Any]) -> str | None:
    """Return in Vietnamese why a file was refused as a whole, None where it was not."""
    error = report.get("error")
    if error is None:
        return None
    # Reports that were kept before refusals had Vietnamese sentences have none.
    lines = (error.get("message_vi") or "").splitlines() or [""]
    if error["guesses"]:
        return f"{lines[0]}\nChưa rõ hệ tọa độ của tệp. Chọn một hệ dưới đây rồi xem lại.".strip()
    if (error.get("asks") or {}).get("choice") in QUESTIONS:
        return f"{lines[0]}\nTệp còn một điều chưa rõ: trả lời dưới đây rồi xem lại.".strip()
    if report.get("problems"):
        return f"Tệp chưa nhập được. {lines[0]}".strip()
    return "\n".join(("Tệp chưa nhập được.", *lines, error.get("hint_vi") or "")).strip()


QUESTIONS: dict[str, tuple[str, str]] = {
    "sheet": ("Tệp có nhiều trang tính. Đọc trang nào?", "Several sheets: which one?"),
    "hidden": ("Trang tính có hàng hoặc cột bị ẩn.", "Rows or columns are hidden."),
    "header_row": ("Hàng nào chứa tên cột?", "Which row has the names of the columns?"),
    "axes": ("X, Y của tệp là trục nào?", "Which axis is X, which is Y?"),
    "source_layer": ("Tệp có nhiều lớp. Đọc lớp nào?", "Several layers: which?"),
    "encoding": (
        "Chữ Việt của tệp theo bảng mã nào? Chọn dòng đọc đúng.",
        "Encoding: choose what reads well.",
    ),
}
ANSWERS: dict[tuple[str, str], tuple[str, str]] = {
    ("hidden", "keep"): ("Đọc cả phần bị ẩn", "read them"),
    ("hidden", "skip"): ("Bỏ phần bị ẩn", "leave them out"),
    ("axes", "yx"): ("X hướng bắc, Y hướng đông (trắc địa)", "X is the northing"),
    ("axes", "xy"): ("X hướng đông, Y hướng bắc", "X is the easting"),
}


def question_words(report: dict[str, Any]) -> dict[str, Any] | None:
    """Return what a refused file leaves open, in words and with its answers; None where nothing."""
    asked = (report.get("error") or {}).get("asks")
    if asked is None or asked["choice"] not in QUESTIONS:
        return None
    choice = asked["choice"]
    answers = [
        {
            "value": f"{choice}={answer}",
            "words": ANSWERS.get((choice, answer), (answer, "")),
            "shown": shown,
        }
        for answer, shown in zip(
            asked["answers"], asked["shown"] or [""] * len(asked["answers"]), strict=True
        )
    ]
    if choice == "sheet":
        answers.append(
            {"value": "all_sheets=true", "words": ("Tất cả các trang", "all of them"), "shown": ""}
        )
    return {
        "choice": choice,
        "words": QUESTIONS[choice],
        "answers": answers,
        "several": asked["several"] and len(answers) > 1,
    }
