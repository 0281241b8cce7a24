"""The page of findings: chosen by what people ask for, counted by two things, the weightiest listed."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlencode

from fastapi import Request
from fastapi.responses import Response

from api.forms import answer, to_sign_in
from api.problems import status_of
from api.visitor import Visitor
from gisreg.clock import today
from gisreg.database.connection import PgConnection, transaction
from gisreg.errors import GisregError
from gisreg.flagging.all_rules import all_rules
from gisreg.flagging.finding_counts import DIMENSIONS, Counts, count_findings
from gisreg.flagging.finding_coverage import coverage
from gisreg.flagging.finding_filter import FindingFilter, queries
from gisreg.flagging.findings import read_findings
from gisreg.flagging.subject import named
from gisreg.flagging.words import OUTCOMES, SEVERITIES
from layers import LAYERS
from layers.codelists import TIDYING_STATE

SHOWN = 50
MOST_ROWS = 400
"""So many rows of counts are shown; a narrower question shows the others."""

TITLES = {
    "rule": ("Quy tắc", "Rule"),
    "severity": ("Mức độ", "Severity"),
    "layer": ("Đối tượng", "Object"),
    "zone": ("Khu vực", "Zone"),
    "ward": ("Xã, phường", "Ward"),
    "street": ("Tuyến đường", "Street"),
    "carrier": ("Đơn vị", "Carrier"),
    "state": ("Trạng thái", "State"),
    "outcome": ("Kết quả", "Outcome"),
    "age": ("Tuổi", "Age"),
}
"""What the dimensions of counts are called."""

_FILTERED = frozenset({"rule", "severity", "outcome", "zone", "ward", "street", "carrier", "state", "layer"})
_OUTCOMES = ("fail", "borderline", "waived", "manual")


def shown(request: Request, known: Visitor, wanted: FindingFilter) -> Response:
    """Return the page for what the query asks, or the reason why it cannot be answered."""
    if known.actor is None:
        return to_sign_in(request)
    by = [one for one in (request.query_params.get("by", "rule"), request.query_params.get("by2", "")) if one]
    on = request.query_params.get("on", "")
    wanted = _cleaned(wanted)
    found: dict[str, Any] = {"counts": None, "rows": [], "covered": None}
    trouble: GisregError | None = None
    with transaction(actor=known.actor) as connection:
        choices = _choices(connection)
        try:
            found = _found(connection, wanted, [f"ward@{on}" if one == "ward" and on else one for one in by])
        except GisregError as error:
            trouble = error
    return answer(
        known,
        "findings.html",
        200 if trouble is None else status_of(trouble),
        **found,
        **choices,
        wanted=wanted,
        asked=wanted.as_told(),
        by=by,
        on=on,
        titles=TITLES,
        dimensions=DIMENSIONS,
        trouble=trouble,
        link=_linker(wanted),
    )


def _cleaned(wanted: FindingFilter) -> FindingFilter:
    """Return the filter without what a form sends empty."""
    return FindingFilter(**{name: value for name, value in wanted.as_told().items() if value != ""})  # type: ignore[arg-type]


def _found(connection: PgConnection, wanted: FindingFilter, by: list[str]) -> dict[str, Any]:
    counts = count_findings(connection, wanted, by)
    page = read_findings(connection, wanted, SHOWN, weightiest=True)
    rows = [json.loads(feature)["properties"] for feature in page.features]
    names = named(connection, [row["object_id"] for row in rows])
    for row in rows:
        called = names.get(row["object_id"])
        layer = LAYERS[row["layer"]]
        tail = f" {called.name}" if called and called.name else ""
        row["object"] = {"vi": layer.vi + tail, "en": layer.en + tail}
        row["outcome_title"], row["severity_title"] = OUTCOMES[row["outcome"]], SEVERITIES[row["severity"]]
    return {"counts": _sorted(counts), "rows": rows, "covered": coverage(connection, wanted, len(rows))}


def _sorted(counts: Counts) -> dict[str, Any]:
    """Return counts as the page shows them: ages in their order, else the most first; what is not known
    last."""
    rows = counts.rows
    if "age" not in counts.by:
        rows = sorted(rows, key=lambda row: -(row["count"] or -1))
    return {
        "by": counts.by,
        "rows": rows[:MOST_ROWS],
        "left": max(0, len(rows) - MOST_ROWS),
        "apart": [one for one in counts.by if one not in counts.coverage_by],
        "off": counts.off,
        "counted_at": counts.counted_at,
    }


def _choices(connection: PgConnection) -> dict[str, Any]:
    return {
        "rule_choices": [(rule.id, f"{rule.id} {rule.vi}") for rule in all_rules().values()],
        "severities": SEVERITIES,
        "outcomes": {key: OUTCOMES[key] for key in _OUTCOMES},
        "states": TIDYING_STATE.codes,
        "zones": list(queries.zone_names(connection, day=today())),
        "wards": list(queries.ward_names(connection)),
        "carriers": list(queries.carrier_names(connection)),
    }


def _linker(wanted: FindingFilter) -> Any:
    """Return a function from dimensions and keys of a row to the list of its findings, None where there is
    none."""

    def link(row: dict[str, Any], by: tuple[str, ...]) -> str | None:
        asked = dict(wanted.as_told())
        for name in by:
            key = row[name]["key"]
            if name not in _FILTERED or key is None:
                return None
            asked[name] = key
        return "/findings?" + urlencode(asked)

    return link
