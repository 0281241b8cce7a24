"""What the findings of an object were before: every value against its threshold, from when until when."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Any

from gisreg.database.connection import PgConnection
from gisreg.database.queries import load_queries
from gisreg.flagging.words import OUTCOMES, words

queries = load_queries(__file__, "finding_history.sql")

_COLUMNS = (
    "object_id", "rule", "vi", "en", "unit", "fails", "zone_id", "zone", "operation",
    "outcome", "measured_value", "threshold_value", "metres_inside", "metres_possible", "recorded_at",
    "person", "reason",
)  # fmt: skip


def history(connection: PgConnection, ids: Sequence[int]) -> list[dict[str, Any]]:
    """Return what findings of objects said, the latest first, as far as the actor may see them.

    Returns:
        A row per version: `rule`, `vi`, `en`, `object_id`, `zone`, `outcome`, `measured_value` and
        `threshold_value` in `unit`, `metres_inside`, `metres_possible`, `since` and `until` (moments; None:
        it stands), `closed` (whether the finding ended with it: what failed does so no more), `person` and
        `reason` of the change that made it, where the actor may know them.
    """
    rows = [dict(zip(_COLUMNS, row, strict=True)) for row in queries.versions(connection, ids=list(ids))]
    told = []
    for _, versions in groupby(rows, key=lambda row: (row["rule"], row["object_id"], row["zone_id"])):
        told += _periods(list(versions))
    return sorted(told, key=lambda row: (row["since"], row["rule"]), reverse=True)


def _periods(versions: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    found = []
    for place, version in enumerate(versions):
        if version["operation"] == "D":
            continue
        after = versions[place + 1] if place + 1 < len(versions) else None
        row = {
            key: version[key]
            for key in _COLUMNS
            if key not in ("operation", "recorded_at", "zone_id", "outcome")
        }
        found.append(
            row
            | {
                "outcome": {"key": version["outcome"], **words(OUTCOMES[version["outcome"]])},
                "since": version["recorded_at"],
                "until": after and after["recorded_at"],
                "closed": bool(after and after["operation"] == "D"),
            }
        )
    return found
