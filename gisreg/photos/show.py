"""Photos for those who may see them."""

from __future__ import annotations

from pathlib import Path as FilePath
from typing import Any

from gisreg.database.connection import PgConnection
from gisreg.errors import NotFoundError
from gisreg.photos import store
from gisreg.photos.matching import QUERIES
from gisreg.said import both

__all__ = ["FilePath", "of_pole", "path"]


def path(connection: PgConnection, number: int, part: str) -> FilePath:
    """Return the file of a photo's part (`store.SHOWN`, `store.THUMB`).

    Raises:
        NotFoundError: there is no such photo that the actor may see, or its file is missing.
    """
    digest = QUERIES.digest(connection, id=number)
    found = None if digest is None else store.path_of(digest, part)
    if found is None or not found.is_file():
        raise NotFoundError(
            both(f"Không có ảnh {number}.", f"There is no photo {number}."),
            hint=both(
                "Ảnh có thể đã bị gỡ, hoặc tài khoản này không được xem.",
                "It may have been removed, or hidden from you.",
            ),
        )
    return found


def of_pole(connection: PgConnection, pole_id: int) -> list[dict[str, Any]]:
    """Return the newest photos of a pole that the actor may see: id, moment, heading in degrees."""
    return [
        {"id": number, "taken_at": moment and moment.isoformat(), "heading_deg": heading}
        for number, moment, heading in QUERIES.of_pole(connection, pole_id=pole_id)
    ]
