"""What outcomes, severities and confidences are called, in Vietnamese and English."""

from __future__ import annotations

OUTCOMES: dict[str, tuple[str, str]] = {
    "fail": ("Không đạt", "Fails"),
    "manual": ("Thanh tra ghi nhận", "Noted by hand"),
    "borderline": ("Sát ngưỡng, chưa kết luận", "Borderline"),
    "not_evaluable": ("Chưa đo, chưa đánh giá được", "Not evaluable"),
    "waived": ("Được miễn", "Waived"),
    "pass": ("Đạt", "Passes"),
    "off": ("Quy tắc đang tắt", "Rule is off"),
    "not_applicable": ("Không áp dụng", "Does not apply"),
}
"""What each outcome is called, in the order in which people should look at them."""

SEVERITIES: dict[str, tuple[str, str]] = {
    "critical": ("Nguy hiểm", "Critical"),
    "major": ("Nặng", "Major"),
    "minor": ("Nhẹ", "Minor"),
}

CONFIDENCES: dict[str, tuple[str, str]] = {
    "confirmed": ("đã đối chiếu", "confirmed"),
    "partial": ("đối chiếu một phần", "partly confirmed"),
    "to_be_verified": ("cần kiểm chứng", "to be verified"),
}


def words(pair: tuple[str, str]) -> dict[str, str]:
    """Return a text in both languages as the answers bear it."""
    return {"vi": pair[0], "en": pair[1]}
