"""What the authority should look at: one call records it; who is told and how is decided elsewhere."""

from __future__ import annotations

import psycopg2.extensions

from gisreg.clock import now
from gisreg.database.queries import load_queries

queries = load_queries(__file__)


def raise_alert(
    connection: psycopg2.extensions.connection, kind: str, subject: str, vi: str, en: str
) -> None:
    """Record something that the authority should look at.

    Args:
        connection: a transaction with an actor.
        kind: what it is, as a word for machines, such as `large-export`.
        subject: what it is about, such as the number of an export.
        vi: the sentence in Vietnamese.
        en: the sentence in English.
    """
    queries.raise_alert(connection, kind=kind, moment=now(), subject=subject, vi=vi, en=en)
