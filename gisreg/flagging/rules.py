"""The zone rules: a cable segment lies in an area that a decision wants tidied.

Source: the area types of the provincial programme (city, district centre, area of high aesthetic
demand). Each kind of zone stands for one rule; `gisreg.zone_rule` in SQL holds the same pairs.
"""

from __future__ import annotations

from dataclasses import dataclass

import psycopg2.extensions


@dataclass(frozen=True)
class ZoneRule:
    """A rule of the catalogue: id, kind of zone, Vietnamese and English message, severity, source."""

    id: str
    zone_kind: str
    vi: str
    en: str
    severity: str
    legal_ref: str
    confidence: str


PROGRAMME = "Chương trình chỉnh trang cáp viễn thông của tỉnh (văn bản cần kiểm chứng)"

ZONE_RULES = (
    ZoneRule(
        "Z01",
        "urban",
        "Cáp treo trong khu vực đô thị",
        "Overhead cable in an urban area",
        "minor",
        PROGRAMME,
        "to_be_verified",
    ),
    ZoneRule(
        "Z02",
        "district_centre",
        "Cáp treo tại trung tâm huyện",
        "Overhead cable in a district centre",
        "minor",
        PROGRAMME,
        "to_be_verified",
    ),
    ZoneRule(
        "Z03",
        "aesthetic_priority",
        "Cáp treo tại khu vực yêu cầu cao về mỹ quan",
        "Overhead cable in an area of high aesthetic demand",
        "major",
        PROGRAMME,
        "to_be_verified",
    ),
    ZoneRule(
        "Z04",
        "heritage",
        "Cáp treo trong khu vực di sản, di tích",
        "Overhead cable in a heritage area",
        "major",
        PROGRAMME,
        "to_be_verified",
    ),
)


def store(connection: psycopg2.extensions.connection) -> None:
    """Write the rules' texts to the table `rule`, where maps and reports read them."""
    with connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO registry.rule (id, layer, vi, en, severity, legal_ref, confidence)"
            " VALUES (%s, 'segment', %s, %s, %s, %s, %s)"
            " ON CONFLICT (id) DO UPDATE SET vi = excluded.vi, en = excluded.en,"
            " severity = excluded.severity, legal_ref = excluded.legal_ref, confidence = excluded.confidence"
            " WHERE (rule.vi, rule.en, rule.severity, rule.legal_ref, rule.confidence) IS DISTINCT FROM"
            " (excluded.vi, excluded.en, excluded.severity, excluded.legal_ref, excluded.confidence)",
            [(r.id, r.vi, r.en, r.severity, r.legal_ref, r.confidence) for r in ZONE_RULES],
        )
