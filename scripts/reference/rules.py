"""docs/rules.md: every rule of the trade with its source, and every threshold with its confidence."""

from __future__ import annotations

from gisreg.flagging.all_rules import all_rules
from gisreg.flagging.rule import Rule
from gisreg.flagging.thresholds import Shipped, shipped
from scripts.reference.markdown import cell, code, finish, start, table

CONFIDENCE = {
    "confirmed": "đã đối chiếu / confirmed",
    "partial": "đối chiếu một phần / partly confirmed",
    "to_be_verified": "**cần kiểm chứng / to be verified**",
}
SEVERITY = {"critical": "nguy hiểm / critical", "major": "nặng / major", "minor": "nhẹ / minor"}


def page() -> str:
    """Return the page."""
    lines = start(
        "Quy tắc và ngưỡng / Rules and thresholds",
        "Mỗi phát hiện nêu quy tắc, số đo, ngưỡng và nguồn. Ngưỡng là dữ liệu: cơ quan quản lý đặt giá trị "
        "của tỉnh bằng `gisreg threshold set`, có ngày hiệu lực và lý do. Chưa đo thì **không** phải là đạt.",
        "A finding names its rule, the measured value, the threshold and the source. Thresholds are data: "
        "the authority enters the province's own with `gisreg threshold set`, with days and a reason. What "
        "was not measured never passes. A value on the failing side that may lie on the other side within "
        "its measurement's tolerance is *borderline*. A rule whose first threshold has no value is off.",
        "## Quy tắc / Rules",
    )
    lines += table(
        (
            "",
            "Đối tượng / Layer",
            "Nội dung / Says",
            "Mức / Severity",
            "Ngưỡng / Threshold",
            "Nguồn / Source",
            "",
        ),
        (_rule(one) for one in all_rules().values()),
    )
    lines += ["## Ngưỡng / Thresholds", ""]
    lines += table(
        ("", "Tên / Name", "Giá trị / Value", "Nguồn / Source", ""),
        (_threshold(one) for one in shipped().values()),
    )
    return finish(lines)


def _rule(rule: Rule) -> list[str]:
    severity = SEVERITY[rule.severity]
    if rule.critical_at:
        severity += f"; {SEVERITY['critical']}: {code(rule.critical_at)}"
    sign = {"below": "&lt;", "above": "&gt;"}[rule.fails]
    limit = "> 0 m" if rule.zone_kind else "có / yes"
    if rule.limit:
        # Some rules that say yes or no cannot do without a threshold that they do not compare with.
        is_compared = (shipped()[rule.limit].unit.replace("1", "")) == rule.unit.replace("1", "")
        limit = f"{sign} {code(rule.limit)}" if is_compared else f"có / yes ({code(rule.limit)})"
    return [
        code(rule.id),
        code(rule.layer),
        f"{cell(rule.vi)}<br>{cell(rule.en)}",
        severity,
        limit,
        cell(rule.legal),
        CONFIDENCE[rule.confidence],
    ]


def _threshold(entry: Shipped) -> list[str]:
    unit = "" if entry.unit == "1" else f" {entry.unit}"
    value = "chưa có / none" if entry.value is None else f"{entry.value:g} {cell(unit)}".strip()
    source = cell(entry.source + (f", {entry.article}" if entry.article else ""))
    return [
        code(entry.key),
        f"{cell(entry.vi)}<br>{cell(entry.en)}",
        value,
        source,
        CONFIDENCE[entry.confidence],
    ]
