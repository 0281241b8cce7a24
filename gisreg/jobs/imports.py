"""Uploads too large for one request: tried and taken by the worker, under whoever sent them."""

from __future__ import annotations

from typing import Any

from gisreg.database.connection import PgConnection
from gisreg.importing import deciding, uploads
from gisreg.importing.follow import follow


def try_upload(connection: PgConnection, payload: dict[str, Any]) -> None:
    """Make the dry run of an upload; nothing where it was done."""
    deciding.attempt(deciding.acting(connection, payload["person"]), int(payload["upload"]))


def take_upload(connection: PgConnection, payload: dict[str, Any]) -> None:
    """Import an upload that was confirmed; nothing where it was done."""
    actor = deciding.acting(connection, payload["person"])
    deciding.carry_out(actor, int(payload["upload"]), accept_valid=bool(payload["accept_valid"]))


def follow_upload(connection: PgConnection, payload: dict[str, Any]) -> None:
    """Tie cables, flag, and propose which poles are others' after an import."""
    batch = payload.get("batch")
    follow(connection, str(payload["layer"]), None if batch is None else int(batch))


def clean_uploads(connection: PgConnection) -> bool:
    """Remove files that nobody decided on within a day."""
    uploads.clean(connection)
    return False
