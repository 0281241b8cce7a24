"""Photos: copies without what cameras add."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path
from fastapi.responses import FileResponse, Response

from api.visitor import Reader
from gisreg.database.connection import transaction
from gisreg.photos import show, store

router = APIRouter(prefix="/photos", tags=["photos"])

Number = Annotated[int, Path(ge=1, lt=2**63)]


@router.get("/{id}", response_class=Response)
def photo(id: Number, actor: Reader) -> Response:
    """Return a photo (JPEG, up to 2048 pixels), upright and without EXIF."""
    with transaction(actor=actor) as connection:
        path = show.path(connection, id, store.SHOWN)
    return _answer(path)


@router.get("/{id}/thumbnail", response_class=Response)
def thumbnail(id: Number, actor: Reader) -> Response:
    """Return a small copy of a photo (JPEG, up to 320 pixels)."""
    with transaction(actor=actor) as connection:
        path = show.path(connection, id, store.THUMB)
    return _answer(path)


def _answer(path: show.FilePath) -> Response:
    headers = {"Cache-Control": "private, max-age=3600", "X-Content-Type-Options": "nosniff"}
    return FileResponse(path, media_type="image/jpeg", headers=headers)
