"""The formats in which objects leave the registry: one line each, and nothing about them elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from gisreg.errors import NotFoundError
from gisreg.said import both
from layers import Layer

Options = tuple[tuple[str, str], ...]
"""Options of a GDAL driver: name and value."""


class Writer(StrEnum):
    """Who writes a format: GDAL, or a writer of ours."""

    GDAL = "gdal"
    CSV = "csv"
    XLSX = "xlsx"
    DXF = "dxf"
    OFDS = "ofds"


class Mark(StrEnum):
    """Where a format carries the line that says who took it."""

    GEOPACKAGE = "geopackage"
    """Description of the layer, metadata tables, and a table `gisreg_export`."""
    LAYER_OPTION = "layer option"
    """An option `DESCRIPTION` of the driver."""
    KML = "kml"
    """The document's description."""
    SHEET = "sheet"
    """A second sheet."""
    BESIDE = "beside"
    """No place in the format: the file comes as ZIP with a README."""


@dataclass(frozen=True)
class Format:
    """One format.

    `driver` is GDAL's name; `dataset_options` and `layer_options` go to it. `srid` is the only reference
    system that the format knows; `in_metres` takes the province's zone where none is asked for.
    `longest_name`: names of columns are cut to so many plain letters (with a table of the whole ones).
    `times_as_text`, `booleans_as_numbers`, `ids_as_text`: types that the format, or older programs, lack.
    `gaps_as_text`: numbers and dates with empty cells become text, because the format would make 0 of them.
    `own_names`: columns that the format has for itself; ours of these names get a _ behind them.
    `only` are the columns that the format has, `layers` what it has a place for (none named: everything).
    `most_rows` is its own limit. `loses_*` says what does not survive.
    """

    key: str
    title: str
    driver: str
    media_type: str
    loses_vi: str
    loses_en: str
    mark: Mark
    writer: Writer = Writer.GDAL
    dataset_options: Options = ()
    layer_options: Options = ()
    srid: int | None = None
    in_metres: bool = False
    needs_geometry: bool = True
    longest_name: int | None = None
    times_as_text: bool = False
    booleans_as_numbers: bool = False
    ids_as_text: bool = False
    gaps_as_text: bool = False
    own_names: frozenset[str] = frozenset()
    only: tuple[str, ...] = ()
    layers: tuple[str, ...] = ()
    most_rows: int | None = None

    @property
    def is_packed(self) -> bool:
        """Tell whether the file is a ZIP, because it has several parts or no place for the mark."""
        return self.mark is Mark.BESIDE

    @property
    def extension(self) -> str:
        """Return how names of files end, `.zip` included where it is packed."""
        return f"{self.key}.zip" if self.is_packed else self.key

    def holds(self, layer: Layer) -> bool:
        """Tell whether objects of a layer can leave in this format."""
        has_place = not self.layers or layer.key in self.layers
        return has_place and (layer.geometry is not None or not self.needs_geometry)


KML_NAMES = frozenset(
    ("id", "name", "description", "timestamp", "begin", "end", "altitudemode", "tessellate", "extrude")
) | frozenset(("visibility", "draworder", "icon", "snippet"))
"""What every placemark of a KML document has: how it is called and shown."""

_ZIP = "application/zip"

_EXACT = (("COORDINATE_PRECISION", "15"), ("SIGNIFICANT_FIGURES", "17"))
"""Fifteen decimals give back the very double that was stored."""

_ALL = (
    Format(
        "gpkg",
        "GeoPackage",
        "GPKG",
        "application/geopackage+sqlite3",
        "không mất gì; danh sách thành văn bản cách nhau bằng dấu chấm phẩy",
        "nothing; lists become text with semicolons",
        Mark.GEOPACKAGE,
        # Newer ones make older programs warn.
        dataset_options=(("VERSION", "1.3"),),
        needs_geometry=False,
    ),
    Format(
        "geojson",
        "GeoJSON",
        "GeoJSON",
        "application/geo+json",
        "màu sắc; ngoài EPSG:4326 thì không đúng RFC 7946",
        "colours; in other systems than EPSG:4326 it is not RFC 7946",
        Mark.LAYER_OPTION,
        # Text is text, also where it looks like JSON.
        layer_options=(*_EXACT, ("AUTODETECT_JSON_STRINGS", "NO")),
        needs_geometry=False,
    ),
    Format(
        "geojsonl",
        "GeoJSON, một đối tượng một dòng / one feature a line",
        "GeoJSONSeq",
        _ZIP,
        "màu sắc; văn bản có dạng JSON thành JSON",
        "colours; text that is JSON becomes JSON",
        Mark.BESIDE,
        layer_options=_EXACT,
        srid=4326,
        needs_geometry=False,
    ),
    Format(
        "shp",
        "Shapefile",
        "ESRI Shapefile",
        _ZIP,
        "tên cột trên 10 chữ (bảng kê kèm theo), văn bản trên 254 byte, giờ (thành văn bản), màu sắc",
        "names above 10 letters (a table comes along), text above 254 bytes, times (as text), colours",
        Mark.BESIDE,
        layer_options=(("ENCODING", "UTF-8"),),
        longest_name=10,
        times_as_text=True,
        booleans_as_numbers=True,
    ),
    Format(
        "fgb",
        "FlatGeobuf",
        "FlatGeobuf",
        "application/octet-stream",
        "màu sắc",
        "colours",
        Mark.LAYER_OPTION,
        layer_options=(("SPATIAL_INDEX", "YES"),),
    ),
    Format(
        "csv",
        "CSV",
        "CSV",
        _ZIP,
        "kiểu của cột (mã là văn bản), màu sắc; ô bắt đầu bằng = + - @ có thêm dấu nháy",
        "types of columns (codes are text), colours; cells that begin with = + - @ get an apostrophe",
        Mark.BESIDE,
        Writer.CSV,
        needs_geometry=False,
    ),
    Format(
        "xlsx",
        "Excel",
        "XLSX",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "hình dài hơn một ô (32.767 chữ), màu sắc; ô bắt đầu bằng = + - @ có thêm dấu nháy",
        "geometries longer than a cell (32,767 letters), colours; cells with = + - @ first get an apostrophe",
        Mark.SHEET,
        Writer.XLSX,
        needs_geometry=False,
        times_as_text=True,
        most_rows=1_048_575,
    ),
    Format(
        "kml",
        "KML",
        "KML",
        "application/vnd.google-earth.kml+xml",
        "màu sắc; chỉ EPSG:4326",
        "colours; only EPSG:4326",
        Mark.KML,
        dataset_options=(("NameField", "code"),),
        srid=4326,
        times_as_text=True,
        own_names=KML_NAMES,
    ),
    Format(
        "dxf",
        "DXF",
        "DXF",
        _ZIP,
        "mọi cột trừ mã; hệ toạ độ (ghi trong README)",
        "every column but the code; the reference system (it is in the README)",
        Mark.BESIDE,
        Writer.DXF,
        in_metres=True,
        only=("Layer", "Text"),
    ),
    *(
        Format(
            key,
            title,
            "MapInfo File",
            _ZIP,
            "văn bản trên 254 chữ, màu sắc; giờ, và số hoặc ngày có ô trống, thành văn bản; tên cột có dấu "
            "(bảng kê kèm theo)",
            "text above 254 letters, colours; times, and numbers or dates with empty cells, become text; "
            "names with diacritics (a table comes along)",
            Mark.BESIDE,
            dataset_options=options,
            layer_options=(("ENCODING", "UTF-8"),),
            longest_name=31,
            times_as_text=True,
            booleans_as_numbers=True,
            ids_as_text=True,
            gaps_as_text=True,
        )
        for key, title, options in (
            ("tab", "MapInfo TAB", (("FORMAT", "TAB"), ("SPATIAL_INDEX_MODE", "QUICK"))),
            ("mif", "MapInfo MIF", (("FORMAT", "MIF"),)),
        )
    ),
    Format(
        "ofds",
        "Open Fibre Data Standard 0.3",
        "OFDS",
        _ZIP,
        "các mục mà chuẩn không có; cột và điểm treo có thêm bảng kèm theo; chỉ EPSG:4326",
        "what the standard has no place for; poles and attachments have a table beside; only EPSG:4326",
        Mark.BESIDE,
        Writer.OFDS,
        srid=4326,
        layers=("pole", "tower", "manhole", "cable"),
    ),
)

FORMATS: Mapping[str, Format] = {one.key: one for one in _ALL}
"""Every format by its key, which is also how names of files end."""


def format_of(key: str) -> Format:
    """Return the format of that key.

    Raises:
        NotFoundError: there is none; the detail lists those there are.
    """
    found = FORMATS.get(key)
    if found is None:
        raise NotFoundError(
            both(f"Không có định dạng {key[:20]!r}.", f"There is no format {key[:20]!r}."),
            hint=both(f"Các định dạng gồm: {', '.join(FORMATS)}.", f"The formats are: {', '.join(FORMATS)}."),
            formats=list(FORMATS),
        )
    return found


def formats_for(layer: Layer) -> tuple[Format, ...]:
    """Return the formats in which a layer can leave."""
    return tuple(one for one in _ALL if one.holds(layer))
