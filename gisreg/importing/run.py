"""Import one file into one layer: every step in its order, in the caller's transaction."""

from __future__ import annotations

import hashlib
from pathlib import Path

import psycopg2.extensions

from gisreg.errors import InvalidInputError, UsageError
from gisreg.importing import geometry, osm, osm_streets, placing, prepare
from gisreg.importing.code_page import read_decoded
from gisreg.importing.constants import constants
from gisreg.importing.ground import words_of
from gisreg.importing.mapping import importable
from gisreg.importing.merge import Merge, tie_admin_units
from gisreg.importing.prepare import Rows
from gisreg.importing.problems import Problems
from gisreg.importing.request import ImportReport, ImportRequest, Progress
from gisreg.importing.stage import stage
from gisreg.importing.table import FeatureTable
from gisreg.importing.target import QUERIES, Target, owners_of, target_of
from gisreg.importing.text import folded
from gisreg.settings import get_settings
from layers import LAYERS, Layer


def import_file(
    connection: psycopg2.extensions.connection, request: ImportRequest, progress: Progress | None = None
) -> ImportReport:
    """Take a file into the registry, all of it or nothing.

    The same file again changes nothing: no version, no history. The change set's reason names the
    file and its digest, unless the caller gave a reason.

    Args:
        connection: inside `transaction(...)`, as the worker or the application.
        request: what to import, and how.
        progress: called as the steps go on.

    Raises:
        UsageError: the request asks for something that the layer does not have.
        InvalidInputError: the file or rows of it cannot be taken; names all rows at once. The caller
            must let the transaction roll back.
    """
    tell = progress or _silent
    layer = _layer(request.layer)
    report = ImportReport(layer.key, request.path.name, dry_run=request.dry_run)
    problems = Problems(request.path.name)
    from_osm = osm.is_osm(request.path)
    owners = {folded(spelling): owner for spelling, owner in owners_of(connection)}
    values = constants(layer, request, owners)

    tell("read", 0, 0)
    table = _read(connection, request, layer, from_osm, report)
    tell("check", 0, len(table))
    rows = prepare.prepare(table, layer, values, owners, problems, report)
    target = target_of(connection, layer)
    prepare.require(rows, list(target.needed), request.path.name, problems)
    geometry.check(rows.labels, rows.geometry, layer, get_settings().region.bounds, problems)
    problems.raise_if_any()

    if from_osm and layer.key == "street":
        rows = osm_streets.group_ways(rows, get_settings().region.metric_srid)
        report.notes.append(f"{report.read} ways make {len(rows)} streets.")
    assert layer.geometry is not None  # noqa: S101 - _layer refuses the others
    rows.geometry = geometry.conform(rows.geometry, layer.geometry)
    prepare.originate(rows, osm.SOURCE if from_osm else request.path.name)
    _merge(connection, request, target, rows, from_osm, problems, report, tell)
    return report


def _layer(key: str) -> Layer:
    known = [name for name, layer in LAYERS.items() if _can_come_from_a_file(layer)]
    if key not in known:
        raise UsageError(f"Nothing can be imported into {key}.", hint=f"Layers: {', '.join(known)}.")
    return LAYERS[key]


def _can_come_from_a_file(layer: Layer) -> bool:
    """Tell whether a row of a file can say which object of the layer it is: by a key of its own fields."""
    own = {field.name for field in importable(layer)}
    return layer.geometry is not None and bool(layer.natural_key) and own.issuperset(layer.natural_key)


def _read(
    connection: psycopg2.extensions.connection,
    request: ImportRequest,
    layer: Layer,
    from_osm: bool,
    report: ImportReport,
) -> FeatureTable:
    if from_osm:
        table = osm.read_osm(request.path, layer.key)
    else:
        table = read_decoded(request, lambda: words_of(connection))
    if not len(table):
        raise InvalidInputError(
            f"{request.path.name}: holds nothing for the layer {layer.key}.",
            hint="Check that it is the right file and, where it has several layers, --layer-name.",
        )
    placing.place(connection, table, request, layer)
    report.read = len(table)
    report.notes += table.notes
    return table


def _merge(
    connection: psycopg2.extensions.connection,
    request: ImportRequest,
    target: Target,
    rows: Rows,
    from_osm: bool,
    problems: Problems,
    report: ImportReport,
    tell: Progress,
) -> None:
    # Codes from OpenStreetMap are the same object whoever owns it; others are numbers of an owner.
    key = ("code",) if from_osm else target.layer.natural_key
    for name in key:
        rows.values.setdefault(name, [None] * len(rows))
    is_admin = target.layer.key == "admin_unit"
    if is_admin:
        for name in ("parent_id", "province_code"):
            rows.values.setdefault(name, [None] * len(rows))
    with connection.cursor() as cursor:
        cursor.execute("SAVEPOINT import_file")
        QUERIES.importing_lock(connection, layer=target.layer.key)
        QUERIES.importing_name_reason(connection, reason=_reason(request))
        stage(connection, target, rows, tell)
        if is_admin:
            tie_admin_units(connection)
        merge = Merge(connection, target, rows, key, by_place=key == ("owner_id", "code"))
        tell("merge", 0, len(rows))
        merge.check(problems)
        report.inserted, report.changed = merge.write()
        report.unchanged = len(rows) - report.inserted - report.changed
        if request.dry_run:
            cursor.execute("ROLLBACK TO SAVEPOINT import_file")
        else:
            cursor.execute("DROP TABLE pg_temp.import_stage, pg_temp.import_match")
        cursor.execute("RELEASE SAVEPOINT import_file")
    tell("merge", len(rows), len(rows))


def _reason(request: ImportRequest) -> str:
    return f"import {request.layer} from {request.path.name} (sha256 {_digest(request.path)})"


def _digest(path: Path) -> str:
    if not path.is_file():
        return "-"
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()[:16]


def _silent(_step: str, _done: int, _total: int) -> None:
    """Tell nobody."""
