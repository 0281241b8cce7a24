"""Why objects are flagged, for people: in a panel, in a saved map."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from gisreg.clock import today
from gisreg.database.connection import PgConnection
from gisreg.database.queries import load_queries
from gisreg.features.text import code_words
from gisreg.flagging.words import CONFIDENCES, OUTCOMES, SEVERITIES, words
from layers import LAYERS

queries = load_queries(__file__, "reasons.sql")

_ZONE_KIND = next(item.codelist for item in LAYERS["zone"].fields if item.name == "kind")


def reasons(connection: PgConnection, ids: Sequence[int]) -> dict[int, list[dict[str, Any]]]:
    """Return the findings of objects as far as the actor may see them, by the object's id, the weightiest
    first.

    Returns:
        `rule`, `vi`, `en`, `severity`, `outcome` (with titles), `measured_value`, `tolerance`, `estimated`,
        `threshold_value`, `unit`, `fails`, `metres_inside`, `metres_possible` (m), `zone`, `zone_kind`,
        `legal` (decision of the zone or the rule's source), `threshold` (source and article of the limit),
        `confidence` (the lower one of rule and limit), `priority`, `since`, `part` (id of what hangs on the
        pole and is meant).
    """
    found: dict[int, list[dict[str, Any]]] = {}
    for shown_at, *row in queries.reasons(connection, ids=list(ids), day=today()):
        found.setdefault(shown_at, []).append(_told(*row))
    return found


def _told(
    rule: str,
    vi: str,
    en: str,
    zone: str | None,
    zone_en: str | None,
    kind: str | None,
    outcome: str,
    severity: str,
    metres: float | None,
    possible: float | None,
    priority: float,
    legal: str | None,
    confidence: str,
    limit_source: str | None,
    limit_article: str | None,
    measured: float | None,
    threshold: float | None,
    unit: str,
    fails: str,
    tolerance: float | None,
    estimated: bool,
    since: Any,
    part: int | None,
) -> dict[str, Any]:
    return {
        "rule": rule,
        "vi": vi,
        "en": en,
        "zone": {"vi": zone, "en": zone_en or zone} if zone else None,
        "zone_kind": code_words(_ZONE_KIND, kind) if _ZONE_KIND and kind else None,
        "outcome": outcome,
        "outcome_title": words(OUTCOMES[outcome]),
        "severity": severity,
        "severity_title": words(SEVERITIES[severity]),
        "confidence": {"key": confidence, **words(CONFIDENCES[confidence])},
        "measured_value": measured,
        "tolerance": tolerance,
        "estimated": estimated,
        "threshold_value": threshold,
        "threshold": {"source": limit_source, "article": limit_article} if limit_source else None,
        "unit": unit,
        "fails": fails,
        "metres_inside": metres,
        "metres_possible": possible,
        "priority": priority,
        "legal": legal,
        "since": since.isoformat(),
        "part": part,
    }
