"""A file as a table of features in EPSG:4326, by the reader that its kind wants."""

from __future__ import annotations

from pyproj import CRS

from gisreg.errors import InvalidInputError
from gisreg.importing import code_page, osm, read, reproject
from gisreg.importing.request import ImportRequest
from gisreg.importing.table import FeatureTable
from gisreg.importing.tables import coordinates, sheets
from gisreg.settings import get_settings
from layers import Layer


def read_file(request: ImportRequest, layer: Layer) -> FeatureTable:
    """Return the features of a file with their geometry in EPSG:4326.

    Raises:
        InvalidInputError: it cannot be read, holds nothing, or does not say its reference system.
    """
    path = request.path
    read.require_file(path)
    table = _read(request, layer)
    if not len(table):
        raise InvalidInputError(
            f"{path.name}: holds nothing for the layer {layer.key}.",
            hint="Check that it is the right file and, where it has several layers, --layer-name.",
        )
    if sheets.is_sheet(path):
        crs = _placed(request, table)
    else:
        crs = reproject.source_crs(table, request.crs, path.name)
    table.crs, table.crs_operation = reproject.name_of(crs), reproject.operation(table.geometry, crs)
    table.geometry = reproject.to_wgs84(table.geometry, crs)
    return table


def _read(request: ImportRequest, layer: Layer) -> FeatureTable:
    path = request.path
    if osm.is_osm(path):
        return osm.read_osm(path, layer.key)
    if sheets.is_sheet(path):
        return sheets.read_sheets(path, layer, request.table, request.encoding)
    if request.encoding is None or path.suffix.lower() != ".shp":
        table = read.read_layer(path, request.source_layer, request.encoding)
        code_page.refuse_unknown(path, request.encoding, table)
        return table
    table = read.read_layer(path, request.source_layer, code_page.BYTES_AS_TEXT)
    code_page.decode(path, request.encoding, table)
    return table


def _placed(request: ImportRequest, table: FeatureTable) -> CRS:
    """Put the places of a spreadsheet's rows in; return the reference system they are in."""
    crs = reproject.source_crs(table, request.crs, request.path.name)
    bounds = get_settings().region.bounds
    places = coordinates.places_of(table.columns, crs, request.table.axes, bounds, request.path.name)
    table.geometry = places.geometry
    table.faults += places.faults
    table.notes += places.notes
    table.place_columns = places.used
    return crs
