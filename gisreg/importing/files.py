"""A file as a table of features in EPSG:4326, by the reader that its kind wants."""

from __future__ import annotations

from dataclasses import replace

import psycopg2.extensions

from gisreg.errors import InvalidInputError
from gisreg.exporting import sidecar
from gisreg.importing import (
    archive,
    code_page,
    content,
    drawn_owners,
    dxf,
    ofds,
    osm,
    placing,
    read,
    repair,
    reproject,
)
from gisreg.importing.ground import words_of
from gisreg.importing.mapping import match_columns
from gisreg.importing.request import ImportRequest
from gisreg.importing.rights import is_owned
from gisreg.importing.table import FeatureTable
from gisreg.importing.tables import coordinates, sheets
from gisreg.importing.target import owner_codes
from gisreg.importing.text import folded
from gisreg.said import both
from gisreg.settings import get_settings
from layers import Geometry, Layer

PgConnection = psycopg2.extensions.connection

_PACKED = (".zip", ".kmz")
_NAMED = (".kml", ".gpx")
_GPX = {Geometry.POINT: "waypoints", Geometry.LINE: "tracks", Geometry.MULTILINE: "tracks"}


def read_file(connection: PgConnection, request: ImportRequest, layer: Layer) -> FeatureTable:
    """Return the features of a file with their geometry in EPSG:4326.

    Args:
        connection: to ask the registry for its words, wards and streets.
        request: the file, and how to read it.
        layer: the layer imported into.

    Raises:
        InvalidInputError: it cannot be read, is not what its name says, holds nothing, or does not say
            its encoding or reference system.
    """
    read.require_file(request.path)
    with read.with_plain_name(request.path) as path:
        return _read_plain(connection, replace(request, path=path), layer)


def _read_plain(connection: PgConnection, request: ImportRequest, layer: Layer) -> FeatureTable:
    path = request.path
    content.check(path)
    if path.suffix.lower() in _PACKED:
        with archive.unpacked(path) as inside:
            content.check(inside)
            told = sidecar.read(inside.parent)
            return _placed(connection, replace(request, path=inside), layer, told)
    if path.suffix.lower() in sheets.WORKBOOK:
        archive.check_zip(path)
    if path.suffix.lower() == ".gz" and not osm.is_osm(path):
        archive.check_gzip(path)
    return _placed(connection, request, layer)


def _placed(
    connection: PgConnection, request: ImportRequest, layer: Layer, told: sidecar.Sidecar | None = None
) -> FeatureTable:
    if told is not None and sheets.is_sheet(request.path):
        request = replace(request, table=replace(request.table, header_row=1))
    table = _read(connection, request, layer, exported=told is not None)
    if told is not None:
        table.columns = {told.columns.get(name, name): cells for name, cells in table.columns.items()}
        table.crs = table.crs or told.crs
        table.exported = True
    if not len(table):
        raise InvalidInputError(
            both(
                f"{request.path.name}: không có gì cho lớp {layer.key}.",
                f"{request.path.name}: holds nothing for the layer {layer.key}.",
            ),
            hint=both(
                "Hãy xem có đúng tệp không; nếu tệp có nhiều lớp thì xem --layer-name.",
                "Check that it is the right file and, where it has several layers, --layer-name.",
            ),
        )
    if sheets.is_sheet(request.path):
        _place_rows(request, table)
    if request.repair and layer.geometry is not None:
        repair.repair(table, layer.geometry)
    placing.place(connection, table, request, layer)
    if request.keep_z and table.heights is not None:
        table.columns["z"] = list(table.heights)
    return table


def _read(connection: PgConnection, request: ImportRequest, layer: Layer, *, exported: bool) -> FeatureTable:
    path, suffix = request.path, request.path.suffix.lower()
    if osm.is_osm(path):
        return osm.read_osm(path, layer.key)
    if sheets.is_sheet(path):
        return sheets.read_sheets(request, layer, lambda: words_of(connection))
    if suffix == ".dxf":
        return _drawing(connection, request, layer, exported=exported)
    if ofds.is_ofds(path):
        return ofds.read_ofds(path, layer, exported=exported)
    if suffix == ".gpx" and request.source_layer is None and layer.geometry is not None:
        request = replace(request, source_layer=_GPX.get(layer.geometry))
    table = code_page.read_decoded(request, lambda: words_of(connection))
    if suffix in _NAMED:
        _names_as_codes(table, layer, request)
    return table


def _drawing(
    connection: PgConnection, request: ImportRequest, layer: Layer, *, exported: bool
) -> FeatureTable:
    def decode(part: FeatureTable) -> dict[str, str]:
        asked = replace(request, encoding="utf-8") if exported else request
        return code_page.decode_bytes(part, asked, lambda: words_of(connection))

    table, used = dxf.read_dxf(request.path, layer, request.source_layer, decode, exported=exported)
    if not exported:
        code_page.note_damaged(request, table, used)
    stated = {folded(name) for name in request.columns.fields}
    if is_owned(layer) and folded(dxf.DRAWN_ON) not in stated:
        drawn_owners.add_owners(table, owner_codes(connection))
    if exported:
        table.columns.pop(dxf.DRAWN_ON, None)
    return table


def _names_as_codes(table: FeatureTable, layer: Layer, request: ImportRequest) -> None:
    """Take what placemarks (KML, GPX) are called for their codes, where no other column holds codes."""
    fields = {item.name for item in layer.fields}
    called = next((name for name in table.columns if name.casefold() == "name"), None)
    others = [name for name in table.columns if name != called]
    mapped = match_columns(layer, others, request.columns.fields)
    stated = {folded(name) for name in request.columns.fields}
    if (
        called is None
        or "code" not in fields
        or "code" in mapped
        or ("name" in fields and "name" not in mapped)
        or folded(called) in stated
    ):
        return
    table.columns = {"code" if name == called else name: cells for name, cells in table.columns.items()}
    table.notes.append(f"{called} was read as the code: it is what the placemarks are called.")


def _place_rows(request: ImportRequest, table: FeatureTable) -> None:
    """Put the places of a spreadsheet's rows in, as far as they are known before the reference system is.

    Where that is open, or the user says how coordinates are written, their order is left as it is.
    """
    stated = None if request.crs in (None, placing.DECLARED) else str(request.crs)
    crs = stated and reproject.stated_crs(table, stated, request.path.name)
    places = coordinates.places_of(
        table.columns,
        crs or None,
        "xy" if request.coordinates or crs is None else request.table.axes,
        get_settings().region.bounds,
        request.path.name,
    )
    table.geometry = places.geometry
    table.faults += places.faults
    table.notes += places.notes
    table.place_columns = places.used
