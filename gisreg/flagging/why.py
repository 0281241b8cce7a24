"""Why an object is flagged, and why not: what every rule says of it, with value, threshold and source."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from gisreg.clock import today
from gisreg.database.connection import PgConnection
from gisreg.flagging.subject import Subject, queries
from gisreg.flagging.words import CONFIDENCES, OUTCOMES, SEVERITIES, words
from layers.codelists import ZONE_KIND


def why(
    connection: PgConnection, subject: Subject, day: date | None = None, *, everything: bool = False
) -> list[dict[str, Any]]:
    """Return what the rules say of an object, the gravest first.

    Args:
        connection: of the actor, who may see the object's findings (gisreg.flagging.subject).
        subject: the object.
        day: the day of zones, thresholds and waivers; today by default.
        everything: also rules that do not apply to the object.

    Returns:
        A row per rule and zone: `rule`, `vi`, `en`, `severity`, `outcome` (a key of OUTCOMES),
        `measured_value`, `threshold_value` and `tolerance` in `unit`, `fails` (below or above), `estimated`,
        `metres_inside` and `metres_possible` (m; of a borderline zone as drawn, and with the position's
        uncertainty), `zone`, `missing` (which measurement lacks, both languages), `legal`,
        `confidence` (of rule and threshold, the lower of both), `threshold` (its key), `waived_until`,
        `waived_because`, `since` (when a run first found it).
    """
    rows = queries.rules_of(connection, object=subject.id, day=day or today())
    told = [_answer(*row) for row in rows]
    return [row for row in told if everything or row["outcome"]["key"] != "not_applicable"]


def notes(connection: PgConnection, subject: Subject) -> list[dict[str, Any]]:
    """Return what people noted on an object by hand and nobody has closed: id, text, who, when, version."""
    names = ("id", "text", "noted_by", "noted_at", "version")
    return [dict(zip(names, row, strict=True)) for row in queries.notes(connection, object=subject.id)]


def _answer(
    rule: str,
    vi: str,
    en: str,
    severity: str,
    outcome: str,
    measured: float | None,
    threshold: float | None,
    tolerance: float | None,
    unit: str,
    fails: str,
    estimated: bool,
    metres: float | None,
    possible: float | None,
    zone_id: int | None,
    zone_code: str | None,
    zone: str | None,
    zone_en: str | None,
    zone_kind: str | None,
    decision: str | None,
    legal: str | None,
    confidence: str,
    asks_vi: str,
    asks_en: str,
    limit: str | None,
    limit_source: str | None,
    limit_article: str | None,
    waived_until: date | None,
    waived_because: str | None,
    since: datetime | None,
) -> dict[str, Any]:
    kind = next((code for code in ZONE_KIND.codes if code.value == zone_kind), None)
    return {
        "rule": rule,
        "vi": vi,
        "en": en,
        "severity": {"key": severity, **words(SEVERITIES[severity])},
        "outcome": {"key": outcome, **words(OUTCOMES[outcome])},
        "measured_value": measured,
        "threshold_value": threshold,
        "tolerance": tolerance,
        "unit": unit,
        "fails": fails,
        "estimated": estimated,
        "metres_inside": metres,
        "metres_possible": possible,
        "zone": None
        if zone_id is None
        else {
            "id": zone_id,
            "code": zone_code,
            "vi": zone,
            "en": zone_en or zone,
            "kind": kind and {"key": kind.value, "vi": kind.vi, "en": kind.en},
        },
        "missing": {"vi": asks_vi, "en": asks_en} if outcome == "not_evaluable" else None,
        "legal": decision or legal,
        "confidence": {"key": confidence, **words(CONFIDENCES[confidence])},
        "threshold": None
        if limit is None
        else {"key": limit, "source": limit_source, "article": limit_article},
        "waived_until": waived_until,
        "waived_because": waived_because,
        "since": since,
    }
