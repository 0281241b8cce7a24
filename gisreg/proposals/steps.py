"""Steps of proposals: the new state, and who took it from which state when."""

from __future__ import annotations

from collections.abc import Mapping

from gisreg.access.actor import Actor
from gisreg.clock import now
from gisreg.database.connection import PgConnection
from gisreg.database.queries import load_queries

queries = load_queries(__file__)

WAITING = ("open", "escalated")
"""States in which nobody has decided yet."""


def move(
    connection: PgConnection,
    actor: Actor,
    before: Mapping[int, str],
    state: str,
    note_text: str | None = None,
) -> None:
    """Give proposals (their present states by id) another state, and write the step down."""
    if before:
        # Written first: the step's policy asks whether the proposal may be seen.
        note(connection, actor, before, state, note_text)
        queries.set_state(connection, ids=list(before), state=state)


def note(
    connection: PgConnection,
    actor: Actor,
    before: Mapping[int, str | None],
    state: str,
    note_text: str | None = None,
) -> None:
    """Write down a step of proposals: the states that they had by id, None for new ones."""
    queries.note_step(
        connection,
        ids=list(before),
        before=list(before.values()),
        to_state=state,
        moment=now(),
        person_id=actor.person_id,
        person=actor.person,
        organisation_id=actor.organisation_id,
        organisation=actor.organisation,
        note=note_text,
    )
