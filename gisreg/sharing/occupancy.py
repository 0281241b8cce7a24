"""Who hangs on a pole and who stands on a tower."""

from __future__ import annotations

from typing import Any

import psycopg2.extensions

from gisreg.database.queries import load_queries

queries = load_queries(__file__)

PgConnection = psycopg2.extensions.connection


def occupancy(connection: PgConnection, pole_id: int) -> list[dict[str, Any]]:
    """Return the cables on a pole: organisation (None: ownerless), role, medium, state, cables (count)."""
    columns = ("organisation_id", "organisation_code", "organisation", "role", "medium", "state", "cables")
    return [dict(zip(columns, row, strict=True)) for row in queries.occupancy(connection, pole_id=pole_id)]


def tenants(connection: PgConnection, tower_id: int) -> list[dict[str, Any]]:
    """Return the organisations on a tower with status, dates and antenna height in metres."""
    columns = (
        "organisation_id",
        "organisation_code",
        "organisation",
        "status",
        "valid_from",
        "valid_to",
        "antenna_height_m",
    )
    return [dict(zip(columns, row, strict=True)) for row in queries.tenants(connection, tower_id=tower_id)]


def count_tenants(connection: PgConnection) -> None:
    """Count the present tenants of every tower anew (after tenancies were loaded or changed)."""
    queries.count_tenants(connection)
