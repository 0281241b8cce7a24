"""A file as a table of features in EPSG:4326, by the reader that its kind wants."""

from __future__ import annotations

from pathlib import Path

from pyproj import CRS

from gisreg.errors import InvalidInputError
from gisreg.importing import archive, code_page, content, dxf, ofds, osm, read, repair, reproject
from gisreg.importing.request import ImportRequest
from gisreg.importing.table import FeatureTable
from gisreg.importing.tables import coordinates, sheets
from gisreg.settings import get_settings
from layers import Geometry, Layer

_PACKED = (".zip", ".kmz")
_GPX = {Geometry.POINT: "waypoints", Geometry.LINE: "tracks", Geometry.MULTILINE: "tracks"}
_KML_COLUMNS = {
    "timestamp", "begin", "end", "altitudeMode", "tessellate", "extrude", "visibility", "drawOrder", "icon",
}  # fmt: skip
"""What GDAL adds to every KML placemark."""


def read_file(request: ImportRequest, layer: Layer) -> FeatureTable:
    """Return the features of a file with their geometry in EPSG:4326.

    Raises:
        InvalidInputError: it cannot be read, is not what its name says, holds nothing, or does not say
            its reference system.
    """
    path = request.path
    read.require_file(path)
    content.check(path)
    if path.suffix.lower() in _PACKED:
        with archive.unpacked(path) as inside:
            content.check(inside)
            return _placed(inside, request, layer)
    if path.suffix.lower() in sheets.WORKBOOK:
        archive.check_zip(path)
    if path.suffix.lower() == ".gz" and not osm.is_osm(path):
        archive.check_gzip(path)
    return _placed(path, request, layer)


def _placed(path: Path, request: ImportRequest, layer: Layer) -> FeatureTable:
    table = _read(path, request, layer)
    if not len(table):
        raise InvalidInputError(
            f"{request.path.name}: holds nothing for the layer {layer.key}.",
            hint="Check that it is the right file and, where it has several layers, --layer-name.",
        )
    crs = reproject.source_crs(table, request.crs, request.path.name)
    if sheets.is_sheet(path):
        _place_rows(request, table, crs)
    table.crs, table.crs_operation = reproject.name_of(crs), reproject.operation(table.geometry, crs)
    if request.repair and layer.geometry is not None:
        repair.repair(table, layer.geometry)
    table.geometry = reproject.to_wgs84(table.geometry, crs)
    if request.keep_z and table.heights is not None:
        table.columns["z"] = list(table.heights)
    return table


def _read(path: Path, request: ImportRequest, layer: Layer) -> FeatureTable:
    suffix = path.suffix.lower()
    if osm.is_osm(path):
        return osm.read_osm(path, layer.key)
    if sheets.is_sheet(path):
        return sheets.read_sheets(path, layer, request.table, request.encoding)
    if suffix == ".dxf":
        return dxf.read_dxf(path, layer, request.source_layer, request.encoding)
    if ofds.is_ofds(path):
        return ofds.read_ofds(path, layer)
    if suffix == ".gpx":
        return read.read_layer(path, request.source_layer or (layer.geometry and _GPX.get(layer.geometry)))
    if request.encoding is not None and suffix == ".shp":
        table = read.read_layer(path, request.source_layer, code_page.BYTES_AS_TEXT, repair=request.repair)
        code_page.decode(path, request.encoding, table)
        return table
    table = read.read_layer(path, request.source_layer, request.encoding, repair=request.repair)
    code_page.refuse_unknown(path, request.encoding, table)
    if suffix == ".kml":
        table.columns = {name: cells for name, cells in table.columns.items() if name not in _KML_COLUMNS}
    return table


def _place_rows(request: ImportRequest, table: FeatureTable, crs: CRS) -> None:
    """Put the places of a spreadsheet's rows in."""
    bounds = get_settings().region.bounds
    places = coordinates.places_of(table.columns, crs, request.table.axes, bounds, request.path.name)
    table.geometry = places.geometry
    table.faults += places.faults
    table.notes += places.notes
    table.place_columns = places.used
