"""Import one file into one layer: every step in its order, in the caller's transaction."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager

import psycopg2.extensions

from gisreg.errors import UsageError
from gisreg.importing import batches, duplicates, parts, rejects, rights, scope
from gisreg.importing.constants import constants
from gisreg.importing.files import read_file
from gisreg.importing.intake import Intake
from gisreg.importing.mapping import importable
from gisreg.importing.merge import Merge, tie_admin_units
from gisreg.importing.objects import Objects
from gisreg.importing.parts import Parts
from gisreg.importing.request import ImportReport, ImportRequest, Progress
from gisreg.importing.stage import Stage, staging
from gisreg.importing.table import FeatureTable
from gisreg.importing.target import QUERIES, Target, known_codes, owners_of, target_of
from gisreg.importing.text import folded
from gisreg.said import both
from layers import LAYERS, Layer


def import_file(
    connection: psycopg2.extensions.connection, request: ImportRequest, progress: Progress | None = None
) -> ImportReport:
    """Take a file into the registry: all of it or nothing, or the good rows where that is asked.

    A dry run is the same up to the end, and then undone.

    The same file again changes nothing: no version, no history. The change set's reason names the
    file and its digest, unless the caller gave a reason.

    Args:
        connection: inside `transaction(...)`, as the worker or the application.
        request: what to import, and how.
        progress: called as the steps go on.

    Raises:
        UsageError: the request asks for something that the layer does not have.
        InvalidInputError: the file or rows of it cannot be taken; names all rows and reasons at once.
            The caller must let the transaction roll back.
    """
    tell = progress or _silent
    layer = _layer(request.layer)
    for wanted in request.rejects:
        rejects.check_name(wanted)
    rights.require_layer(layer, request.limited_to)
    report = ImportReport(layer.key, request.path.name, dry_run=request.dry_run)
    owners = {folded(spelling): owner for spelling, owner in owners_of(connection)}
    values = constants(layer, request, owners)
    target = target_of(connection, layer)

    tell("read", 0, 0)
    known = known_codes(connection, layer, request.limited_to)
    intake = Intake(request, target, owners, values, known, report)
    with (
        ThreadPoolExecutor(1, "gisreg-digest") as aside,
        _undone_if(connection, request.dry_run),
        staging(connection, target, intake.key) as stage,
    ):
        QUERIES.importing_lock(connection, layer=layer.key)
        digest = aside.submit(batches.digest, request.path)
        source = _take_in(connection, intake, stage, tell)
        _merge(connection, intake, stage, values.get("owner_id"), tell, digest)
        sha256 = digest.result()
        report.rejected = len(report.problems.rows)
        for wanted in request.rejects if report.problems.found else ():
            rejects.write(wanted, source.chosen(sorted(report.problems.rows)), report.problems)
        if not (request.dry_run or request.accept_valid):
            report.problems.raise_if_any()
        if not request.dry_run:
            report.batch = batches.record(connection, request, report, sha256, values.get("owner_id"))
    return report


@contextmanager
def _undone_if(connection: psycopg2.extensions.connection, dry_run: bool) -> Iterator[None]:
    """Let the transaction be as it was before where this is only a trial."""
    with connection.cursor() as cursor:
        cursor.execute("SAVEPOINT import_file")
        yield
        if dry_run:
            cursor.execute("ROLLBACK TO SAVEPOINT import_file")
        cursor.execute("RELEASE SAVEPOINT import_file")


def layers_from_files() -> list[str]:
    """Return the keys of the layers that a file can be imported into."""
    return [name for name, layer in LAYERS.items() if _can_come_from_a_file(layer)]


def _layer(key: str) -> Layer:
    known = layers_from_files()
    if key not in known:
        raise UsageError(
            both(f"Không nhập được gì vào {key}.", f"Nothing can be imported into {key}."),
            hint=both(f"Các lớp: {', '.join(known)}.", f"Layers: {', '.join(known)}."),
        )
    return LAYERS[key]


def _can_come_from_a_file(layer: Layer) -> bool:
    """Tell whether a row of a file can say which object of the layer it is: by a key of its own fields."""
    own = {field.name for field in importable(layer)}
    return layer.geometry is not None and bool(layer.natural_key) and own.issuperset(layer.natural_key)


def _take_in(
    connection: psycopg2.extensions.connection, intake: Intake, stage: Stage, tell: Progress
) -> Parts | FeatureTable:
    """Stage the rows of the file, part by part where that can be; return what it was read from."""
    request, layer, report = intake.request, intake.target.layer, intake.report
    by_parts = parts.opened(request, layer)
    if by_parts is not None and parts.take(connection, by_parts, intake, stage, tell):
        stage.finish()
        return by_parts
    table = read_file(connection, request, layer)
    report.read = len(table)
    tell("check", 0, len(table))
    intake.take(table, stage)
    stage.finish()
    return table


def _merge(
    connection: psycopg2.extensions.connection,
    intake: Intake,
    stage: Stage,
    owner: int | None,
    tell: Progress,
    digest: Future[str],
) -> None:
    """Find the objects of the staged rows, insert and update; the report takes the objects."""
    report, target, request = intake.report, intake.target, intake.request
    if target.layer.key == "admin_unit":
        tie_admin_units(connection)
    merge = Merge(connection, target, stage.names, intake.key, intake.once, intake.label)
    tell("merge", 0, stage.count)
    good = stage.count
    if stage.marks.may_repeat():
        good -= duplicates.check(connection, intake.key, intake.label, report.problems)
    objects = Objects(merge, stage, request, report)
    objects.find(good)
    if request.dry_run:
        report.changed_fields = merge.differences()
    QUERIES.importing_name_reason(connection, reason=_reason(request, digest.result()))
    if not report.problems.found or request.dry_run or request.accept_valid:
        report.inserted, report.changed = objects.fresh, merge.write(objects.fresh)
        report.unchanged = objects.matched + objects.aliases - report.changed
    if request.replace_scope is not None:
        merge.claim()
        _replace(connection, request, target, owner, report)
    merge.forget()
    tell("merge", stage.count, stage.count)


def _replace(
    connection: psycopg2.extensions.connection,
    request: ImportRequest,
    target: Target,
    owner: int | None,
    report: ImportReport,
) -> None:
    """Delete what the scope holds and the file does not; never while rows of the file are rejected."""
    place = scope.find_scope(connection, str(request.replace_scope))
    if report.problems.found:
        if request.accept_valid:
            raise UsageError(
                both(
                    "--replace-scope không xóa gì khi còn dòng bị loại: đối tượng của chúng cũng sẽ mất.",
                    "--replace-scope deletes nothing while rows are rejected: their objects would go too.",
                ),
                hint=both(
                    "Hãy sửa các dòng đó trước, hoặc nhập không kèm --replace-scope.",
                    "Mend the rows first, or import without --replace-scope.",
                ),
            )
        report.notes.append("--replace-scope was not tried: rows are rejected.")
        return
    gone = scope.delete_missing(connection, target, place, owner)
    report.deleted, report.deletions = len(gone), [name for _, name in gone]


def _reason(request: ImportRequest, sha256: str) -> str:
    return f"import {request.layer} from {request.path.name} (sha256 {sha256[:16]})"


def _silent(_step: str, _done: int, _total: int) -> None:
    """Tell nobody."""
