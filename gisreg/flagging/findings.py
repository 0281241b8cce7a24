"""Lists of findings: pages in a stable order, or the weightiest first."""

from __future__ import annotations

import json
from dataclasses import dataclass

from psycopg2 import sql

from gisreg.clock import today
from gisreg.database.connection import PgConnection
from gisreg.errors import UsageError
from gisreg.features.catalogue import template
from gisreg.flagging.finding_filter import FindingFilter, conditions
from gisreg.flagging.words import CONFIDENCES, words
from gisreg.said import both

_NO_ZONE = 2**63 - 1
"""Stands for no zone, which the index of findings has last."""

_NO_PLACE = both("Con trỏ không phải của danh sách này.", "The cursor is not one of this list.")
_FOLLOW = both("Hãy theo liên kết `next` của trang.", "Follow the `next` link of a page.")

_WEIGHTIEST = "f.priority DESC, f.object_id, f.rule_id, f.zone_id"


@dataclass(frozen=True)
class Place:
    """The last finding of a page: object, zone (0 for none), rule. What follows begins after it."""

    object_id: int
    zone_id: int
    rule_id: str

    def told(self) -> str:
        """Return the place as a text for links."""
        return f"{self.object_id}.{self.zone_id}.{self.rule_id}"


def parse_place(text: str) -> Place:
    """Return the place that a link told.

    Raises:
        UsageError: it is none.
    """
    first, _, rest = text.partition(".")
    second, _, rule = rest.partition(".")
    if not (
        first.isascii() and first.isdigit() and second.isascii() and second.isdigit() and 1 <= len(rule) <= 8
    ):
        raise UsageError(_NO_PLACE, hint=_FOLLOW)
    if max(int(first), int(second)) >= 2**53:
        raise UsageError(_NO_PLACE, hint=_FOLLOW)
    return Place(int(first), int(second), rule)


@dataclass(frozen=True)
class FindingPage:
    """Features of findings as GeoJSON texts, and the place after which more follow (None: the last page)."""

    features: list[str]
    last: Place | None


def read_findings(
    connection: PgConnection,
    wanted: FindingFilter,
    limit: int,
    after: Place | None = None,
    *,
    weightiest: bool = False,
) -> FindingPage:
    """Return up to `limit` findings as far as the actor sees them.

    Args:
        connection: of the actor.
        wanted: which.
        limit: how many at most.
        after: the end of the page before; a finding that stays is seen exactly once, whatever is added.
        weightiest: in the order of priority; then only the first page can be had.

    Raises:
        UsageError, NotFoundError: the filter names what is not there; a page after the first by priority.
    """
    if weightiest and after is not None:
        raise UsageError(
            both(
                "Danh sách xếp theo mức ưu tiên không có trang tiếp.",
                "Pages by priority cannot be continued.",
            ),
            hint=both(
                "Hãy lấy nhiều hơn trong một lần, hoặc xếp theo đối tượng.",
                "Ask for more at once, or by object.",
            ),
        )
    parts = conditions(connection, wanted)
    if after is not None:
        # The first condition is what the index begins with.
        parts.append(
            sql.SQL(
                "f.object_id >= {0}"
                " AND (f.object_id > {0} OR (coalesce(f.zone_id, {3}), f.rule_id) > ({1}, {2}))"
            ).format(*map(sql.Literal, (after.object_id, after.zone_id or _NO_ZONE, after.rule_id, _NO_ZONE)))
        )
    order = _WEIGHTIEST if weightiest else "f.object_id, f.zone_id, f.rule_id"
    query = template("gisreg.flagging", "findings.sql").format(
        conditions=sql.SQL(" AND ").join(parts) if parts else sql.SQL("TRUE"),
        order=sql.SQL(order),
        page_order=sql.SQL(order.replace("f.", "page.")),
        limit=sql.Literal(limit + 1),
        day=sql.Literal(today()),
        confidences=sql.Literal(
            json.dumps(
                {key: {"key": key, **words(pair)} for key, pair in CONFIDENCES.items()}, ensure_ascii=False
            )
        ),
    )
    with connection.cursor() as cursor:
        cursor.execute(query)
        rows = cursor.fetchall()
    more = len(rows) > limit and not weightiest
    page = rows[:limit]
    return FindingPage([row[0] for row in page], Place(*page[-1][1:]) if more else None)
