"""Files sent to be imported: upload, trial, decision, rejected rows, undoing."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import FileResponse, JSONResponse, RedirectResponse, Response
from pydantic import BaseModel, ConfigDict, ValidationError
from starlette.datastructures import FormData, UploadFile

from api.answers import address
from api.editions import Version
from api.pages import wants_page
from api.routers.import_pages import overview, shown
from api.visitor import CSRF_HEADER, Known, Reader, Visitor, Writer, require_csrf, writer_of
from gisreg.access.actor import Actor
from gisreg.database.connection import transaction
from gisreg.errors import NotFoundError, UsageError
from gisreg.faults import said_of
from gisreg.importing import batches, deciding, rights, uploads
from gisreg.importing.choices import Choices
from gisreg.importing.uploads import Upload
from gisreg.said import both

MAX_LIMIT = 200

router = APIRouter(prefix="/imports", tags=["imports"])

Number = Annotated[int, Path(ge=1, lt=2**63)]

_KINDS = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "gpkg": "application/geopackage+sqlite3",
}
_FILE = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file", "layer"],
                    "properties": {
                        "file": {"type": "string", "format": "binary"},
                        "layer": {"type": "string"},
                        "owner": {"type": "string"},
                        "profile": {"type": "string"},
                        "crs": {"type": "string"},
                        "encoding": {"type": "string"},
                    },
                }
            }
        },
    }
}


class Decision(BaseModel):
    """Whether good rows are taken although others are rejected."""

    model_config = ConfigDict(extra="forbid")

    accept_valid: bool = False


@router.get("", response_model=None)
def imports(
    request: Request, known: Known, actor: Reader, limit: Annotated[int, Query(ge=1)] = 50
) -> dict[str, Any] | Response:
    """Return the latest files that wait or were decided, and imports on record; browsers get the page."""
    if wants_page(request):
        return overview(request, known)
    with transaction(actor=actor) as connection:
        waiting = uploads.listed(connection, min(limit, MAX_LIMIT))
        done = list(batches.QUERIES.list_batches(connection, limit=min(limit, MAX_LIMIT)))
    names = (
        "id", "imported_at", "layer", "file", "person", "owner", "new", "changed", "unchanged", "rejected",
        "deleted", "undone_at",
    )  # fmt: skip
    return {
        "uploads": [_listed(one) for one in waiting],
        "imports": [dict(zip(names, row, strict=True)) for row in done],
    }


@router.post("", status_code=201, openapi_extra=_FILE)
async def upload(request: Request, known: Known) -> Response:
    """Take a file (multipart: `file`, `layer`, and what is said about it) and try it: nothing is written.

    The body is read only for those who may import, and onto the disk, not into memory.
    """
    actor = await run_in_threadpool(_sender, request, known)
    async with request.form(max_files=1, max_fields=30, max_part_size=64 * 1024) as form:
        return await run_in_threadpool(_take, request, known, actor, form)


@router.get("/{number}", response_model=None)
def one(request: Request, number: Number, known: Known, actor: Reader) -> dict[str, Any] | Response:
    """Return an upload: its state, how far a job has come, what the trial or the import told.

    Each of the report's `problems` and `warnings` names its `row`, what is wrong (`what_vi` in Vietnamese,
    `what` in English) and what to do (`remedy_vi`, `remedy`).
    """
    if wants_page(request):
        return shown(request, known, number)
    with transaction(actor=actor) as connection:
        return told(uploads.find(connection, number))


@router.post("/{number}/preview")
def preview(number: Number, choices: Choices, actor: Writer, version: Version) -> dict[str, Any]:
    """Try the file again under other choices: reference system, encoding, meaning of columns, constants.

    `If-Match` names the upload's `version`: 412 where somebody chose or decided meanwhile.
    """
    return told(deciding.look(actor, number, choices, version=version))


@router.post("/{number}/confirm")
def confirm(number: Number, decision: Decision, actor: Writer, version: Version) -> dict[str, Any]:
    """Import the file as it was last tried (`If-Match`): all of it, or the good rows alone."""
    return told(deciding.confirm(actor, number, accept_valid=decision.accept_valid, version=version))


@router.delete("/{number}")
def cancel(number: Number, actor: Writer, version: Version) -> dict[str, Any]:
    """Give the file up, as it stands at the version of `If-Match`; it is removed."""
    return told(deciding.give_up(actor, number, version=version))


@router.get("/{number}/rejected.{kind}", response_class=Response)
def rejected(number: Number, kind: str, actor: Reader) -> Response:
    """Return the rejected rows with the reasons, to be mended and sent again (`xlsx` or `gpkg`)."""
    with transaction(actor=actor) as connection:
        found = uploads.find(connection, number)
    path = found.rejected(kind)
    if path is None:
        raise NotFoundError(
            both(
                f"Tệp {number} không có tệp các dòng bị loại.",
                f"The upload {number} has no file of rejected rows.",
            ),
            hint=both(
                "Tệp ấy được giữ một ngày, dạng xlsx và gpkg.", "It is kept for a day, as xlsx and gpkg."
            ),
        )
    return FileResponse(
        path,
        media_type=_KINDS[kind],
        filename=f"rejected-{number}.{kind}",
        headers={"Cache-Control": "no-store"},
    )


@router.post("/batches/{number}/undo")
def undo(number: Number, actor: Writer) -> dict[str, Any]:
    """Undo an import as one, as long as nobody touched its objects later."""
    return asdict(deciding.take_back(actor, number))


def told(found: Upload) -> dict[str, Any]:
    """Return an upload as JSON."""
    return _listed(found) | {"options": found.options, "report": found.report}


def _listed(found: Upload) -> dict[str, Any]:
    names = (
        "id", "uploaded_at", "changed_at", "person", "owner", "layer", "file_name", "file_size", "state",
        "progress", "batch_id", "version",
    )  # fmt: skip
    return {name: getattr(found, name) for name in names}


def _sender(request: Request, known: Visitor) -> Actor:
    """Return who sends a file, before a byte of it is read. Forms bear their token inside."""
    from_page = known.session is not None and CSRF_HEADER not in request.headers
    actor = writer_of(request, known, check_csrf=not from_page)
    with transaction(actor=actor) as connection:
        rights.limit(connection)
    return actor


def _take(request: Request, known: Visitor, actor: Actor, form: FormData) -> Response:
    if known.session is not None and CSRF_HEADER not in request.headers:
        require_csrf(known.session, str(form.get("csrf_token", "")))
    given = form.get("file")
    if not isinstance(given, UploadFile) or not given.filename:
        raise UsageError(
            both("Yêu cầu không kèm tệp nào.", "No file came with the request."),
            hint=both("Gửi tệp trong mục `file` của biểu mẫu.", "Send it as the part `file` of a form."),
        )
    named = {
        name: str(value)
        for name, value in form.items()
        if name in Choices.model_fields and isinstance(value, str) and value
    }
    try:
        choices = Choices.model_validate(named)
    except ValidationError as error:
        raise UsageError(
            both(
                f"Không hiểu được các lựa chọn: {said_of(error.errors()[0]).vi}.",
                f"The choices cannot be understood: {error.errors()[0]['msg']}.",
            )
        ) from error
    with transaction(actor=actor) as connection:
        made = uploads.take(connection, str(form.get("layer", "")), given.filename, given.file, choices)
    found = deciding.look(actor, made.id)
    where = f"/imports/{found.id}"
    if wants_page(request):
        return RedirectResponse(where, 303)
    content = JSONResponse(_plain(told(found)), 201, {"Location": address(request, where)})
    content.headers["Cache-Control"] = "no-store"
    return content


def _plain(found: dict[str, Any]) -> dict[str, Any]:
    return {
        name: value.isoformat() if hasattr(value, "isoformat") else value for name, value in found.items()
    }
