"""The clock of proposals: what the owner has not decided in time goes to the authority."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from psycopg2 import sql

from gisreg.access.actor import Actor
from gisreg.clock import local
from gisreg.database.connection import PgConnection
from gisreg.database.queries import load_queries
from gisreg.proposals import steps, texts

queries = load_queries(__file__)

CLOCK = Actor("gisreg (clock)")
AT_MOST = 1_000
"""So many proposals are moved by one call; the next call goes on."""


@dataclass(frozen=True)
class Escalation:
    """How many proposals went to the authority, and how many ended because their object is gone."""

    escalated: int
    superseded: int


def escalate(connection: PgConnection, now: datetime) -> Escalation:
    """Move overdue proposals to the authority and tell it; end those whose object was removed.

    A proposal is overdue when the day on which it is due is over in the registry's time zone. Can be
    run twice or by several at once: what another holds is left to him.

    Args:
        connection: a transaction of the worker's role.
        now: the moment, with a time zone.
    """
    queries.because(connection, reason="clock of proposals")
    gone = _end_orphans(connection)
    late = list(queries.overdue(connection, day=local(now).date(), at_most=AT_MOST))
    steps.move(connection, CLOCK, {number: "open" for number, *_ in late}, "escalated")
    for number, layer, _, commune_id in late:
        texts.tell_authority(connection, None, number, layer, commune_id)
    return Escalation(len(late), gone)


def _end_orphans(connection: PgConnection) -> int:
    ended = 0
    for layer, ids in list(queries.waiting_objects(connection)):
        with connection.cursor() as cursor:
            cursor.execute(
                sql.SQL("SELECT id FROM {} WHERE id = ANY (%s)").format(sql.Identifier("registry", layer)),
                (ids,),
            )
            present = [number for (number,) in cursor.fetchall()]
        if len(present) == len(ids):
            continue
        rows = list(queries.orphans(connection, layer=layer, present=present, at_most=AT_MOST))
        steps.move(connection, CLOCK, {number: state for number, state, *_ in rows}, "superseded")
        for number, _, organisation_id, commune_id in rows:
            texts.tell_proposer(connection, None, organisation_id, [number], "superseded", commune_id)
        ended += len(rows)
    return ended
