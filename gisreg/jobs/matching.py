"""Same poles looked for in the background, where somebody of the authority asks for it."""

from __future__ import annotations

from typing import Any

from gisreg.database.connection import PgConnection
from gisreg.matching.propose import propose


def propose_matches(connection: PgConnection, payload: dict[str, Any]) -> None:
    """Propose which poles are one, in a box or everywhere; open proposals there are made anew."""
    box = payload.get("box")
    propose(connection, None if box is None else (box[0], box[1], box[2], box[3]))
