"""An upload tried, confirmed or given up: at once where the file is small, else by the worker of jobs."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any

import psycopg2
import psycopg2.extensions

from gisreg.access.actor import Actor
from gisreg.access.people import actor_of
from gisreg.clock import now
from gisreg.database.connection import Role, transaction
from gisreg.errors import ConflictError, ForbiddenError, GisregError, InvalidInputError
from gisreg.importing import batches, rights, uploads
from gisreg.importing.choices import Choices
from gisreg.importing.request import ImportReport, Progress
from gisreg.importing.run import import_file
from gisreg.importing.told import refusal, told
from gisreg.importing.undo import UndoReport, undo
from gisreg.importing.uploads import QUERIES, Upload
from gisreg.jobs.outbox import defer
from gisreg.said import both
from gisreg.settings import get_settings

PgConnection = psycopg2.extensions.connection

TRY, TAKE, FOLLOW = "imports.try", "imports.take", "imports.follow"
"""Tasks of the worker of jobs."""

_TOLD_EVERY_S = 1.0


def look(actor: Actor, number: int, choices: Choices | None = None, *, version: int | None = None) -> Upload:
    """Try an upload under these choices (None: as they are): a dry run; at once, or as a job.

    Args:
        actor: who asks; his rights hold.
        number: the upload.
        choices: what is said about the file now.
        version: which version of the upload he saw; None where he just sent it.

    Raises:
        NotFoundError: he knows of no such upload; ForbiddenError: he may not import it.
        ConflictError: it was decided already, or (StaleVersionError) changed after he saw it.
    """
    with transaction(Role.APP, actor) as connection:
        limited_to = rights.limit(connection)
        with uploads.held(connection, number, version) as upload:
            uploads.require_open(upload)
            chosen = upload.choices if choices is None else choices
            uploads.owner_of(connection, chosen, limited_to)
            uploads.move(connection, upload, "waiting", chosen)
            if not _is_small(upload):
                defer(connection, TRY, {"upload": number, "person": actor.person_id})
    if _is_small(upload):
        attempt(actor, number)
    return _now(actor, number)


def confirm(actor: Actor, number: int, *, accept_valid: bool = False, version: int | None = None) -> Upload:
    """Take an upload as it was last tried; at once, or as a job.

    Args:
        actor: who asks; his rights hold.
        number: the upload.
        accept_valid: take the good rows although others are rejected.
        version: as for `look`.

    Raises:
        NotFoundError: he knows of no such upload; ForbiddenError: he may not import it.
        ConflictError: it was decided already, was not tried, or rows are rejected and that was not accepted.
    """
    with transaction(Role.APP, actor) as connection:
        rights.limit(connection)
        with uploads.held(connection, number, version) as upload:
            uploads.require_open(upload)
            if upload.state != "previewed" or upload.report is None:
                raise ConflictError(
                    both(
                        f"Tệp đã gửi số {number} chưa kiểm tra đạt.",
                        f"The upload {number} has not been tried with success.",
                    ),
                    hint=both("Hãy xem kết quả kiểm tra trước.", "Look at the preview first."),
                )
            if upload.report["rejected"] and not accept_valid:
                count = upload.report["rejected"]
                raise ConflictError(
                    both(
                        f"Có {count} dòng bị loại: chưa nhập gì.",
                        f"{count} rows are rejected: nothing was imported.",
                    ),
                    hint=both(
                        "Hãy sửa các dòng đó rồi gửi lại tệp, hoặc chỉ nhập các dòng đạt.",
                        "Mend them and send the file again, or take the good rows alone.",
                    ),
                )
            if not _is_small(upload):
                uploads.move(connection, upload, "confirmed", upload.choices)
                payload = {"upload": number, "person": actor.person_id, "accept_valid": accept_valid}
                defer(connection, TAKE, payload)
    if _is_small(upload):
        carry_out(actor, number, accept_valid=accept_valid)
    return _now(actor, number)


def give_up(actor: Actor, number: int, *, version: int | None = None) -> Upload:
    """Remove an upload without importing it. Raises as `look` does."""
    with transaction(Role.APP, actor) as connection:
        rights.limit(connection)
        with uploads.held(connection, number, version) as upload:
            uploads.require_open(upload)
            uploads.move(connection, upload, "cancelled", upload.choices)
    uploads.drop_file(upload)
    return _now(actor, number)


def attempt(actor: Actor, number: int) -> None:
    """Make the dry run of an upload that waits, and keep what it told."""
    try:
        with transaction(Role.WORKER, actor) as connection, uploads.held(connection, number) as upload:
            if upload.state != "waiting":
                return
            for path in upload.rejects:
                path.unlink(missing_ok=True)
            report = _import(connection, upload, dry_run=True, accept_valid=False)
            uploads.settle(connection, upload, "previewed", told(report))
    except (GisregError, psycopg2.DataError) as error:
        _refuse(actor, number, error)


def carry_out(actor: Actor, number: int, *, accept_valid: bool) -> None:
    """Import an upload that was tried: all of it or nothing; the file goes with the commit."""
    try:
        with transaction(Role.WORKER, actor) as connection, uploads.held(connection, number) as upload:
            if upload.state not in ("previewed", "confirmed"):
                return
            report = _import(connection, upload, dry_run=False, accept_valid=accept_valid)
            uploads.settle(connection, upload, "done", told(report), report.batch)
            if report.inserted + report.changed + report.deleted:
                defer(connection, FOLLOW, {"layer": upload.layer, "batch": report.batch})
    except (GisregError, psycopg2.DataError) as error:
        _refuse(actor, number, error)
        return
    uploads.drop_file(upload)


def take_back(actor: Actor, number: int) -> UndoReport:
    """Undo an import as one, under the rights of whoever asks.

    Raises:
        NotFoundError: he knows of no such import; ForbiddenError: it wrote others' rows.
        ConflictError: it was undone, or somebody touched its objects later.
    """
    with transaction(Role.APP, actor) as connection:
        batches.find(connection, number)
    with transaction(Role.WORKER, actor.because(f"undo import {number}")) as connection:
        rights.require_undo(connection, number)
        report = undo(connection, number)
        if report.removed + report.restored + report.brought_back:
            defer(connection, FOLLOW, {"layer": report.layer})
    return report


def acting(connection: PgConnection, person_id: int | None) -> Actor:
    """Return a person with the rights that he has now.

    Args:
        connection: a transaction of the worker's role.
        person_id: who asked for a job.

    Raises:
        ForbiddenError: he may do nothing any more.
    """
    row = None if person_id is None else QUERIES.acting(connection, person_id=person_id, moment=now())
    if row is None:
        raise ForbiddenError(
            both("Người gửi tệp này không còn tài khoản.", "Whoever sent this file has no account any more."),
            hint=both("Hãy gửi lại tệp.", "Send it again."),
        )
    names = ("person_id", "name", "organisation_id", "organisation", "roles", "areas", "inspects")
    return actor_of(dict(zip(names, row, strict=True)))


def _import(connection: PgConnection, upload: Upload, *, dry_run: bool, accept_valid: bool) -> ImportReport:
    limited_to = rights.limit(connection)
    choices = upload.choices
    uploads.owner_of(connection, choices, limited_to)
    if not upload.path.is_file():
        raise InvalidInputError(
            both(f"{upload.file_name}: tệp không còn.", f"{upload.file_name}: the file is gone."),
            hint=both("Hãy gửi lại tệp.", "Send it again."),
        )
    if choices.owner is None and upload.owner is not None:
        choices = choices.model_copy(update={"owner": upload.owner})
    profile = None
    if choices.profile is not None and upload.owner_id is not None:
        profile = batches.load_profile(connection, upload.owner_id, choices.profile)
    request = choices.request(upload.layer, upload.path, profile, limited_to, upload.rejects)
    request = replace(request, dry_run=dry_run, accept_valid=accept_valid)
    return import_file(connection, request, _teller(upload.id))


def _teller(number: int) -> Progress:
    last = time.monotonic()

    def tell(step: str, done: int, total: int) -> None:
        nonlocal last
        if time.monotonic() - last < _TOLD_EVERY_S:
            return
        last = time.monotonic()
        told_now = f'{{"step": "{step}", "done": {int(done)}, "total": {int(total)}}}'
        with transaction(Role.WORKER) as beside:
            QUERIES.note_progress(beside, id=number, progress=told_now)

    return tell


def _refuse(actor: Actor, number: int, error: Exception) -> None:
    ours = (
        error
        if isinstance(error, GisregError)
        else InvalidInputError(
            both(
                "Tệp có giá trị nằm ngoài phạm vi mà sổ lưu được.",
                "A value of the file lies outside what the registry can hold.",
            ),
            hint=both("Hãy xem lại ngày và số.", "Look at dates and numbers."),
        )
    )
    with transaction(Role.WORKER, actor) as connection, uploads.held(connection, number) as upload:
        kept = {name: (upload.report or {}).get(name, default) for name, default in _MAPPING.items()}
        uploads.settle(connection, upload, "refused", kept | refusal(ours))


_MAPPING: dict[str, Any] = {"columns": {}, "own_columns": [], "dropped": []}
"""What the page needs to offer the columns again, also where a trial did not get so far."""


def _is_small(upload: Upload) -> bool:
    return upload.file_size <= get_settings().upload.at_once_kb * 1024


def _now(actor: Actor, number: int) -> Upload:
    with transaction(Role.APP, actor) as connection:
        return uploads.find(connection, number)
