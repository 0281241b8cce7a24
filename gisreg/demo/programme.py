"""Plans, approvals, licences, a province's thresholds, cases of dead cable: something for every rule."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import psycopg2.extensions
from psycopg2 import sql
from psycopg2.extras import execute_values

from gisreg.access.actor import Actor, PersonRole
from gisreg.clock import now, today
from gisreg.database.queries import load_queries
from gisreg.dead_cables.case import About, Recovered, open_case, take_step
from gisreg.demo.plan import GENERATED, Row
from gisreg.demo.poles import CARRIERS, some_day
from gisreg.flagging import thresholds
from gisreg.tidying.state import set_state

PgConnection = psycopg2.extensions.connection
queries = load_queries(__file__)

AUTHORITY = Actor(
    "Trần Thị Bình (minh hoạ)", "Sở Khoa học và Công nghệ", roles=frozenset({PersonRole.AUTHORITY})
)
LIMITS = (
    ("cables_per_span_max", 8.0, "1"),
    ("cables_per_pole_max", 12.0, "1"),
    ("bundle_diameter_max_mm", 60.0, "mm"),
    ("lead_share_at_mid_term_min", 0.5, "1"),
)
"""What a province might lay down where no national number exists."""

FORMER_ROUND = "Đợt trước (minh hoạ)"
KINDS = (
    "underground",
    "underground",
    "bundle",
    "underground",
    "recover",
    "bundle",
    "poles",
    "underground",
    "tags",
)
FAR = date(2035, 12, 31)


def plan(connection: PgConnection, rng: np.random.Generator, organisations: list[int]) -> None:
    """Write plans of streets, approvals, licences and the province's thresholds, after topology.

    Args:
        organisations: ids of the organisations, in the order of `names.ORGANISATIONS`.
    """
    for key, value, unit in LIMITS:
        if thresholds.values(connection, date(2026, 1, 1)).get(key) is None:
            thresholds.set_value(
                connection, key, value, unit, date(2026, 1, 1), source="Quyết định của tỉnh (minh hoạ)",
                reason="Dữ liệu minh hoạ",
            )  # fmt: skip
    _write(connection, "plan_street", plan_streets(rng, list(queries.streets(connection)), organisations))
    approve(connection, rng)
    cables = [number for number, _, _ in queries.overhead(connection)]
    _write(connection, "temporary_licence", licences(rng, cables))


def plan_streets(
    rng: np.random.Generator, streets: list[tuple[int, int]], organisations: list[int]
) -> list[Row]:
    """Return rows of plan_street for the busiest streets: on time, late, accepted with and without papers."""
    rows: list[Row] = []
    for n, (street, _) in enumerate(streets[:18]):
        start = some_day(rng, date(2025, 1, 1), date(2025, 6, 30))
        late, unknown, accepted = n % 3 == 0, n % 7 == 3, n % 3 == 1
        deadline = some_day(rng, date(2025, 9, 1), date(2026, 3, 1)) if late else FAR
        rows.append({
            "street_id": street, "plan_no": f"KH-MH-{2025 + n % 2}", "kind": KINDS[n % len(KINDS)],
            "lead_id": organisations[int(rng.choice(CARRIERS))], "starts_on": start,
            "deadline": None if unknown else deadline,
            "mid_term_on": start + timedelta(days=120),
            "share_at_mid_term": None if n % 5 == 0 else round(float(rng.uniform(0.2, 0.9)), 2),
            "accepted_on": some_day(rng, date(2026, 1, 1), date(2026, 5, 1)) if accepted else None,
            "minutes_no": f"{n + 1}/BB-MH" if accepted and n % 2 == 0 else None,
            "has_evidence": (n % 4 != 0) if accepted and n % 5 else None, "source": GENERATED,
        })  # fmt: skip
    return rows


def approve(connection: PgConnection, rng: np.random.Generator) -> None:
    """Write what the owners of a third of the poles approved; some requests were never answered."""
    rows: list[Row] = []
    private: list[Row] = []
    for pole, hanging in queries.poles_with_cable(connection):
        if rng.random() > 0.33:
            continue
        for owner in hanging or []:
            draw = rng.random()
            if draw > 0.92:
                continue
            approved = draw < 0.85
            first = some_day(rng, date(2019, 1, 1), date(2025, 12, 31)) if approved else None
            rows.append({
                "pole_id": pole, "owner_id": owner, "state": "approved" if approved else "requested",
                "valid_from": first, "valid_to": date(2026, 1, 1) if approved and draw < 0.03 and first
                and first < date(2026, 1, 1) else None, "source": GENERATED,
            })  # fmt: skip
            private.append({"contract_ref": f"HĐ-MH-{int(rng.integers(100, 999))}" if approved else None})
    ids = _write(connection, "attachment_approval", rows)
    for number, row in zip(ids, private, strict=True):
        row["attachment_approval_id"] = number
    _write(connection, "attachment_approval_private", private)


def licences(rng: np.random.Generator, cables: list[int]) -> list[Row]:
    """Return rows of temporary_licence: some run, some have ended, of some nobody noted the end."""
    rows: list[Row] = []
    for n, cable in enumerate(rng.choice(cables, min(24, len(cables)), replace=False).tolist()):
        start = some_day(rng, date(2024, 1, 1), date(2025, 6, 30))
        rows.append({
            "cable_id": cable, "licence_no": f"GPT-MH-{n + 1}", "valid_from": start,
            "valid_to": (FAR, start + timedelta(days=180), None)[n % 3], "reason": "Dữ liệu minh hoạ",
            "source": GENERATED,
        })  # fmt: skip
    return rows


def open_cases(connection: PgConnection, organisations: list[int]) -> None:
    """Open cases of dead cable and bring them to every state; one notice has long run out, one runs."""
    dead = [number for number, state, _ in queries.overhead(connection) if state in ("dead", "suspect")]
    paths: tuple[tuple[str, ...], ...] = (
        (),
        ("ownerless",),
        ("ownerless", "noticed"),
        ("ownerless", "noticed", "claimed"),
        ("claimed", "authorised"),
        ("claimed", "authorised", "recovered"),
        ("ownerless", "noticed", "authorised", "recovered", "disposed"),
        ("dismissed",),
    )
    for n, cable in enumerate(dead[:16]):
        weeks_ago = 26 if n < 8 else 3
        path = paths[n % 8] if weeks_ago > 4 or "authorised" not in paths[n % 8] else ("ownerless", "noticed")
        _tell(connection, About(cable_id=cable), path, weeks_ago, organisations[n % 3])
    for n, (span, count) in enumerate(list(queries.dead_counts(connection))[:6]):
        path = (("ownerless", "noticed"), ("ownerless",), ("ownerless", "noticed"))[n % 3]
        _tell(
            connection,
            About(span_id=span, cable_count=count),
            path,
            3 if n % 3 == 2 else 26,
            organisations[0],
        )


def _tell(
    connection: PgConnection, about: About, path: tuple[str, ...], weeks_ago: int, claimant: int
) -> None:
    day = today() - timedelta(weeks=weeks_ago)
    case = open_case(connection, about, AUTHORITY, "Dữ liệu minh hoạ", day, GENERATED)
    for step in path:
        day += timedelta(days=31 if step == "authorised" else 2)
        taken = Recovered(85.0, 12.5) if step == "recovered" else None
        take_step(connection, case, step, AUTHORITY, "Dữ liệu minh hoạ", day, taken, claimant)


def former_round(connection: PgConnection, segments: list[int]) -> None:
    """Bring segments through a round of tidying that ended eight months ago.

    Args:
        segments: flagged ones.
    """
    for weeks, state in ((40, "planned"), (38, "in_progress"), (36, "reported"), (35, "accepted")):
        moment = now() - timedelta(weeks=weeks)
        set_state(connection, segments, state, AUTHORITY, FORMER_ROUND, moment)


def still_flagged(connection: PgConnection, count: int) -> list[int]:
    """Return the flagged segments that weigh least, at most `count`."""
    rows = sorted(queries.flagged(connection), key=lambda row: row[2])
    return [number for number, _, _, _ in rows[:count]]


def _write(connection: PgConnection, table: str, rows: list[Row]) -> list[int]:
    if not rows:
        return []
    columns = list(rows[0])
    statement = sql.SQL("INSERT INTO registry.{} ({}) VALUES %s RETURNING {}").format(
        sql.Identifier(table),
        sql.SQL(", ").join(map(sql.Identifier, columns)),
        sql.Identifier("attachment_approval_id" if table.endswith("_private") else "id"),
    )
    with connection.cursor() as cursor:
        values = [tuple(row[name] for name in columns) for row in rows]
        made = execute_values(cursor, statement.as_string(cursor), values, page_size=10_000, fetch=True)
    return [int(number) for (number,) in made]
