"""Objects as files, and the register of who took them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Annotated, Any, BinaryIO

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import JSONResponse, Response, StreamingResponse
from pydantic import BaseModel, ConfigDict, Field

from api.answers import address
from api.visitor import Exporter, Reader, Writer
from gisreg.database.connection import transaction
from gisreg.exporting import register
from gisreg.exporting.export import Exported, export, fetch
from gisreg.exporting.formats import format_of
from gisreg.exporting.selection import select
from gisreg.history.moment import parse_moment

MAX_LIMIT = 1_000
_RESERVED = {"bbox", "crs", "purpose"}
_CHUNK = 256 * 1024

router = APIRouter(prefix="/exports", tags=["exports"])

Number = Annotated[str, Path(pattern=r"^XK-[0-9A-Z]{5}-[0-9A-Z]{6}$", description="Number of an export")]


class Decision(BaseModel):
    """Why a held export is released or refused."""

    model_config = ConfigDict(extra="forbid")

    note: Annotated[str | None, Field(max_length=2_000, pattern=r"^[^\x00]*$")] = None


@router.get("")
def exports(
    actor: Reader, limit: Annotated[int, Query(ge=1)] = 100, before: str | None = None
) -> dict[str, Any]:
    """Return the register, the newest first: one's own organisation's exports, all for the authority."""
    moment: datetime | None = None if before is None else parse_moment(before, "before")
    with transaction(actor=actor) as connection:
        found = register.lines(connection, min(limit, MAX_LIMIT), moment)
    return {"exports": [one.told() for one in found]}


@router.get("/{layer}.{format}", response_class=Response)
def file(
    request: Request,
    layer: str,
    format: str,
    actor: Exporter,
    bbox: str | None = None,
    crs: str | None = None,
    purpose: Annotated[str | None, Query(max_length=500, pattern=r"^[^\x00]*$")] = None,
) -> Response:
    """Return a layer as a file, as far as the asker may see it; any queryable of the layer is a parameter.

    `bbox` is in degrees; `crs` is the reference system of the file (EPSG:4326, 3857, VN-2000). 202 where
    so much is held until somebody of the authority agrees.
    """
    filters = [pair for pair in request.query_params.multi_items() if pair[0] not in _RESERVED]
    selection = select(layer, format_of(format), crs=crs, bbox=bbox, filters=filters)
    with export(actor, selection, purpose) as made:
        return _answer(request, made)


@router.get("/{number}")
def one(number: Number, actor: Reader) -> dict[str, Any]:
    """Return one line of the register."""
    with transaction(actor=actor) as connection:
        return register.line(connection, number).told()


@router.get("/{number}/file", response_class=Response)
def released(request: Request, number: Number, actor: Exporter) -> Response:
    """Return the file of a released export, once, computed under what the asker may see now."""
    with fetch(actor, number) as made:
        return _answer(request, made)


@router.post("/{number}/release")
def release(number: Number, decision: Decision, actor: Writer) -> dict[str, Any]:
    """Release a held export; whoever asked for it cannot."""
    with transaction(actor=actor) as connection:
        return register.decide(connection, actor, number, release=True, note=decision.note).told()


@router.post("/{number}/refuse")
def refuse(number: Number, decision: Decision, actor: Writer) -> dict[str, Any]:
    """Refuse a held export."""
    with transaction(actor=actor) as connection:
        return register.decide(connection, actor, number, release=False, note=decision.note).told()


def _answer(request: Request, made: Exported) -> Response:
    line = made.line
    headers = {"X-Export-Number": line.number, "Cache-Control": "no-store"}
    if made.file is None:
        told: dict[str, Any] = line.told() | {
            "detail": "Lượng dữ liệu lớn bất thường: chờ người khác của cơ quan quản lý cho phép. / "
            "Unusually much: held until somebody else of the authority agrees.",
        }
        headers["Location"] = address(request, f"/exports/{line.number}")
        return JSONResponse(_plain(told), 202, headers)
    form = format_of(line.format)
    headers["Content-Disposition"] = f'attachment; filename="{line.subject}.{form.extension}"'
    headers["Content-Length"] = str(made.file.stat().st_size)
    # The file is open: it is read to its end although its folder is gone by then.
    return StreamingResponse(_chunks(made.file.open("rb")), media_type=form.media_type, headers=headers)


def _plain(told: dict[str, Any]) -> dict[str, Any]:
    return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in told.items()}


def _chunks(opened: BinaryIO) -> Iterator[bytes]:
    with opened:
        while chunk := opened.read(_CHUNK):
            yield chunk
