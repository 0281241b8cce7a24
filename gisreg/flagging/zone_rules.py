"""The zone rules: a cable segment lies in an area that a decision wants tidied.

Source: the area types of the provincial programme (city, district centre, area of high aesthetic
demand). Each kind of zone stands for one rule; `gisreg.zone_rule` in SQL holds the same pairs. Of any kind,
what lies inside may be only a stub, or a cable that only crosses: then that is the reason. They are computed
apart from the catalogue, because they are the only ones that cut geometries by the million.
"""

from __future__ import annotations

from gisreg.flagging.rule import Rule

PROGRAMME = "Chương trình chỉnh trang cáp viễn thông của tỉnh (văn bản cần kiểm chứng)"

PRECEDENCE = ("underground_only", "heritage", "aesthetic_priority", "district_centre", "urban")
"""Where zones overlap, the first of these kinds that a segment lies in is the reason that stands for it.

Every zone keeps its own finding with its own metres; only the segment's state, its colour on the map and
its priority bear one reason. The rules' identifiers rise the other way round, and the database takes the
highest; a test holds the two together. Kinds that are not named here flag nothing by themselves.
"""

_TOLD = (
    ("Z01", "urban", "Cáp treo trong khu vực đô thị", "Overhead cable in an urban area", "minor"),
    (
        "Z02",
        "district_centre",
        "Cáp treo tại trung tâm huyện",
        "Overhead cable in a district centre",
        "minor",
    ),
    (
        "Z03",
        "aesthetic_priority",
        "Cáp treo tại khu vực yêu cầu cao về mỹ quan",
        "Overhead cable in an area of high aesthetic demand",
        "major",
    ),
    (
        "Z04",
        "heritage",
        "Cáp treo trong khu vực di sản, di tích",
        "Overhead cable in a heritage area",
        "major",
    ),
    (
        "Z05",
        "underground_only",
        "Cáp treo trong khu vực chỉ được đi ngầm",
        "Overhead cable in an area where cable may only run underground",
        "major",
    ),
)
_PARTS = (
    (
        "Z06",
        "Chỉ một mẩu cáp nằm trong khu vực",
        "Only a stub of the cable lies in the area",
        ("zone_stub_m",),
    ),
    ("Z07", "Cáp chỉ vắt qua khu vực", "The cable only crosses the area", ()),
)

ZONE_LIMITS = frozenset({"zone_stub_m", "position_tolerance_max_m", "position_tolerance_unknown_m"})
"""Thresholds on which the answers of all zone rules hang."""

ZONE_RULES = {
    key: Rule(
        id=key,
        layer="segment",
        vi=vi,
        en=en,
        severity=severity,
        legal=PROGRAMME,
        confidence="to_be_verified",
        unit="m",
        zone_kind=kind,
    )
    for key, kind, vi, en, severity in _TOLD
} | {
    key: Rule(
        id=key,
        layer="segment",
        vi=vi,
        en=en,
        severity="minor",
        legal=PROGRAMME,
        confidence="to_be_verified",
        unit="m",
        needs=needs,
        zone_kind="any",
    )
    for key, vi, en, needs in _PARTS
}
