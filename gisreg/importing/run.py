"""Import one file into one layer: every step in its order, in the caller's transaction."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg2.extensions

from gisreg.errors import UsageError
from gisreg.importing import (
    batches,
    duplicates,
    geometry,
    nearby,
    osm,
    osm_streets,
    prepare,
    rejects,
    rights,
    scope,
    zone_rows,
)
from gisreg.importing.constants import constants
from gisreg.importing.files import read_file
from gisreg.importing.mapping import importable
from gisreg.importing.merge import Merge, tie_admin_units
from gisreg.importing.prepare import Rows
from gisreg.importing.request import ImportReport, ImportRequest, Progress
from gisreg.importing.stage import stage
from gisreg.importing.target import QUERIES, Target, known_codes, owners_of, target_of
from gisreg.importing.text import folded
from gisreg.settings import get_settings
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
    path = request.path
    report = ImportReport(layer.key, request.path.name, dry_run=request.dry_run)
    problems, warnings = report.problems, report.warnings
    from_osm = osm.is_osm(request.path)
    owners = {folded(spelling): owner for spelling, owner in owners_of(connection)}
    values = constants(layer, request, owners)

    tell("read", 0, 0)
    table = read_file(connection, request, layer)
    report.read = len(table)
    report.notes += table.notes
    report.texts += table.texts
    report.crs, report.crs_operation, report.places = table.crs, table.crs_operation, table.places
    tell("check", 0, len(table))
    codes = known_codes(connection, layer, request.limited_to)
    rows = prepare.prepare(table, layer, values, owners, problems, report, request, codes)
    if request.limited_to is not None:
        rights.keep_to_own(rows, request.limited_to, problems)
    target = target_of(connection, layer)
    told = frozenset(index for index, _, _ in table.faults)
    geometry.check(rows.labels, rows.geometry, layer, get_settings().region.bounds, problems, told)
    key = _key(layer, request, from_osm=from_osm)
    if any(name in target.needed and name not in rows.values for name in key):
        raise prepare.no_column(path.name, [name for name in target.needed if name not in rows.values])
    prepare.require(rows, [name for name in target.needed if name in key], path.name, problems)
    duplicates.check(rows, key, problems)
    for index, what, remedy in table.warnings:
        warnings.add(table.rows[index], what, remedy, index)

    good = rows.without(problems.rows)
    if from_osm and layer.key == "street":
        good = osm_streets.group_ways(good, get_settings().region.metric_srid)
        report.notes.append(f"{report.read} ways make {len(good)} streets.")
    assert layer.geometry is not None  # noqa: S101 - _layer refuses the others
    good.geometry = geometry.conform(good.geometry, layer.geometry)
    prepare.originate(good, osm.SOURCE if from_osm else request.path.name)
    with _undone_if(connection, request.dry_run):
        sha256 = _merge(connection, request, target, good, key, values.get("owner_id"), report, tell)
        report.rejected = len(problems.rows)
        for wanted in request.rejects if problems.found else ():
            rejects.write(wanted, table, problems)
        if not (request.dry_run or request.accept_valid):
            problems.raise_if_any()
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


def _key(layer: Layer, request: ImportRequest, *, from_osm: bool) -> tuple[str, ...]:
    """Return the fields by which a row is an object: those that are asked for, else the layer's own key."""
    known = {field.name for field in importable(layer)} & {field.name for field in layer.public_fields}
    asked = tuple(name if name in known else f"{name}_id" for name in request.key)  # `owner` is `owner_id`
    unknown = [name for name, found in zip(request.key, asked, strict=True) if found not in known]
    if unknown:
        raise UsageError(
            f"--key {unknown[0]}: the layer {layer.key} has no such field.",
            hint=f"It has: {', '.join(sorted(known))}.",
        )
    # Codes from OpenStreetMap are the same object whoever owns it; others are numbers of an owner.
    usual = ("code",) if from_osm and request.limited_to is None else layer.natural_key
    return asked or usual


def layers_from_files() -> list[str]:
    """Return the keys of the layers that a file can be imported into."""
    return [name for name, layer in LAYERS.items() if _can_come_from_a_file(layer)]


def _layer(key: str) -> Layer:
    known = layers_from_files()
    if key not in known:
        raise UsageError(f"Nothing can be imported into {key}.", hint=f"Layers: {', '.join(known)}.")
    return LAYERS[key]


def _can_come_from_a_file(layer: Layer) -> bool:
    """Tell whether a row of a file can say which object of the layer it is: by a key of its own fields."""
    own = {field.name for field in importable(layer)}
    return layer.geometry is not None and bool(layer.natural_key) and own.issuperset(layer.natural_key)


def _merge(
    connection: psycopg2.extensions.connection,
    request: ImportRequest,
    target: Target,
    rows: Rows,
    key: tuple[str, ...],
    owner: int | None,
    report: ImportReport,
    tell: Progress,
) -> str:
    """Stage the good rows, find their objects, insert and update; the report takes the counts.

    Returns:
        The file's digest.
    """
    for name in key:
        rows.values.setdefault(name, [None] * len(rows))
    is_admin = target.layer.key == "admin_unit"
    if is_admin:
        for name in ("parent_id", "province_code"):
            rows.values.setdefault(name, [None] * len(rows))
    QUERIES.importing_lock(connection, layer=target.layer.key)
    sha256 = batches.digest(request.path)
    QUERIES.importing_name_reason(connection, reason=_reason(request, sha256))
    stage(connection, target, rows, tell)
    if is_admin:
        tie_admin_units(connection)
    merge = Merge(connection, target, rows, key, by_place=key == ("owner_id", "code"))
    tell("merge", 0, len(rows))
    unclear = merge.match(report.problems)
    unclear |= _match_nearby(connection, request, merge, report)
    aliases = merge.leave_aliases()
    if aliases:
        report.notes.append(f"{aliases} rows are poles of other owners under numbers of this one: unchanged.")
    unclear |= _require_whole(merge, request.path.name, report)
    labels = dict(zip(rows.numbers, rows.labels, strict=True))
    if target.layer.key == "zone":
        faulty = zone_rows.faults(connection, list(rows.values))
        for number, what, remedy in faulty:
            report.problems.add(labels[number], what, remedy, number)
        unclear |= {number for number, _, _ in faulty}
        merge.leave_out({number for number, _, _ in faulty})
    for number, other in merge.strangers(seen_only=request.limited_to is not None):
        report.warnings.add(
            labels[number],
            f"an object of {other} has this code already; a second one becomes that of another owner.",
            "Check the owner (--owner, or the column of owners).",
            number,
        )
    if request.dry_run:
        report.changed_fields = merge.differences()
    if not report.problems.found or request.dry_run or request.accept_valid:
        report.inserted, report.changed = merge.write()
        report.unchanged = len(rows) - len(unclear) - report.inserted - report.changed
    if request.replace_scope is not None:
        _replace(connection, request, target, owner, report)
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE pg_temp.import_stage, pg_temp.import_match")
    tell("merge", len(rows), len(rows))
    return sha256


def _match_nearby(
    connection: psycopg2.extensions.connection, request: ImportRequest, merge: Merge, report: ImportReport
) -> frozenset[int]:
    """Find the objects of rows without a code, and leave out those that could be several."""
    found = nearby.Nearby((), frozenset())
    if merge.by_place:
        within = nearby.WITHIN_M if request.match_within_m is None else request.match_within_m
        found = nearby.match_nearby(connection, merge.target, merge.rows, within, report.problems)
        merge.leave_out(found.unclear)
    labels = dict(zip(merge.rows.numbers, merge.rows.labels, strict=True))
    report.matched = [(labels[number], name, metres) for number, name, metres in found.taken]
    unclear = found.unclear | merge.keys_taken(report.problems)
    nearby.same_places(connection, merge.target)
    return unclear


def _require_whole(merge: Merge, file: str, report: ImportReport) -> frozenset[int]:
    """Note rows that would be new objects and lack a field that every object has; leave them out.

    Raises:
        InvalidInputError: the file has no column for such a field, and all its rows would be new.
    """
    needed = [name for name in merge.target.needed if name not in merge.key]
    new = merge.new() if needed else frozenset()
    missing = [name for name in needed if name not in merge.rows.values]
    if missing and new and len(new) == len(merge.rows):
        raise prepare.no_column(file, missing)
    lacking: set[int] = set()
    for name in needed if new else ():
        lacking |= prepare.require_of(merge.rows, name, new, report.problems)
    merge.leave_out(lacking)
    return frozenset(lacking)


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
                "--replace-scope deletes nothing while rows are rejected: their objects would go too.",
                hint="Mend the rows first, or import without --replace-scope.",
            )
        report.notes.append("--replace-scope was not tried: rows are rejected.")
        return
    gone = scope.delete_missing(connection, target, place, owner)
    report.deleted, report.deletions = len(gone), [name for _, name in gone]


def _reason(request: ImportRequest, sha256: str) -> str:
    return f"import {request.layer} from {request.path.name} (sha256 {sha256[:16]})"


def _silent(_step: str, _done: int, _total: int) -> None:
    """Tell nobody."""
