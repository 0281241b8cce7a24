"""A town plan from files: streets of OpenStreetMap or any vector file, units, zones."""

from __future__ import annotations

import gzip
import shutil
import tempfile
from collections.abc import Callable, Hashable
from datetime import date
from pathlib import Path
from typing import Any

import geopandas
import pyogrio
import shapely

from gisreg.demo.plan import FROM_FILE, Plan, Row, Street, label
from gisreg.errors import InvalidInputError
from gisreg.settings import get_settings
from layers.codelists import ADMIN_KIND, ZONE_KIND

OSM_CLASSES = {
    "motorway": "trunk", "trunk": "trunk", "primary": "primary", "secondary": "secondary",
    "tertiary": "tertiary", "unclassified": "residential", "residential": "residential",
    "living_street": "residential", "road": "residential", "service": "alley", "track": "alley",
    "pedestrian": "path", "footway": "path", "path": "path", "steps": "path", "cycleway": "path",
}  # fmt: skip
"""Class of street of each value of OpenStreetMap's highway; links take the class of their road."""

WIDTH_M = {"trunk": 21.0, "primary": 15.0, "secondary": 12.0, "tertiary": 9.0, "residential": 6.5, "alley": 3.5}
FEWEST_STREETS = 1


def plan(streets: Path, admin: Path | None, zones: Path | None) -> Plan:
    """Return a plan from files, in the region's metric reference system; everything outside is left out.

    The centre is the middle of the zones where there are some, else of the streets.

    Raises:
        InvalidInputError: a file is missing, cannot be read, or holds nothing of use in the region.
    """
    region = get_settings().region
    found = _streets(streets, region.metric_srid)
    reach = shapely.box(*shapely.total_bounds([street.line for street in found])).buffer(500)
    tables: dict[str, list[Row]] = {
        "admin_unit": _rows(admin, region.metric_srid, reach, _unit, "code") if admin else [],
        "zone": _rows(zones, region.metric_srid, reach, _zone, "name") if zones else [],
    }
    middle_of = [row["geom"] for row in tables["zone"]] or [street.line for street in found]
    middle = shapely.centroid(shapely.geometrycollections(middle_of))
    return Plan(region.metric_srid, (float(middle.x), float(middle.y)), found, tables)


def _read(path: Path, srid: int, **options: Any) -> geopandas.GeoDataFrame:
    """Return a file's features in the metric system, those that lie in the region."""
    if not path.is_file():
        raise InvalidInputError(f"There is no file {path}.", hint="Check the path.")
    try:
        frame = pyogrio.read_dataframe(path, **options)
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError, ValueError) as error:
        raise InvalidInputError(
            f"{path} cannot be read: {error}",
            hint="Give an OSM extract (.osm, .osm.gz, .osm.pbf), GeoJSON, GeoPackage or Shapefile.",
        ) from error
    if not isinstance(frame, geopandas.GeoDataFrame):
        raise InvalidInputError(f"{path} holds no geometry.", hint="Give a file of lines or areas.")
    if frame.crs is None:
        raise InvalidInputError(
            f"{path} does not say its reference system.", hint="Add a .prj file or use a GeoPackage."
        )
    frame = frame[~(frame.geometry.isna() | frame.geometry.is_empty)].to_crs(4326)
    bounds = get_settings().region.bounds
    inside = frame.intersects(shapely.box(*bounds))
    if not inside.any():
        raise InvalidInputError(
            f"None of the {len(frame)} features of {path} lies in the region {bounds}.",
            hint="Set GISREG_REGION_BOUNDS (west, south, east, north) and GISREG_REGION_METRIC_SRID.",
        )
    return frame[inside].to_crs(srid)


def _streets(path: Path, srid: int) -> list[Street]:
    if path.suffixes[-2:] == [".osm", ".gz"]:
        with tempfile.TemporaryDirectory() as folder:
            plain = Path(folder) / path.with_suffix("").name
            if not path.is_file():
                raise InvalidInputError(f"There is no file {path}.", hint="Check the path.")
            with gzip.open(path, "rb") as packed, plain.open("wb") as out:
                shutil.copyfileobj(packed, out)
            frame = _read(plain, srid, layer="lines", columns=["name", "highway"])
    elif path.name.endswith((".osm", ".osm.pbf", ".pbf")):
        frame = _read(path, srid, layer="lines", columns=["name", "highway"])
    else:
        frame = _read(path, srid)
    source = f"{FROM_FILE}{path.name}"
    kinds = frame["highway"] if "highway" in frame else ["residential"] * len(frame)
    names = frame["name"] if "name" in frame else [None] * len(frame)
    parts: dict[Hashable, list[shapely.Geometry]] = {}
    for number, (name, kind, geom) in enumerate(zip(names, kinds, frame.geometry, strict=True)):
        street_class = OSM_CLASSES.get(str(kind).removesuffix("_link"))
        if street_class in (None, "path") or shapely.get_dimensions(geom) != 1:
            continue
        has_name = isinstance(name, str) and bool(name.strip())
        key = (name.strip() if has_name else None, street_class, None if has_name else number)
        parts.setdefault(key, []).extend(shapely.get_parts(geom))
    if len(parts) < FEWEST_STREETS:
        raise InvalidInputError(
            f"{path} holds no streets for cars (lines with highway = residential, primary ...).",
            hint="Give an OSM extract with roads, or a line file without the column 'highway'.",
        )
    return [
        Street(name, street_class, WIDTH_M[street_class],
               shapely.line_merge(shapely.multilinestrings(lines)),
               has_trucks=street_class != "alley", source=source)
        for (name, street_class, _), lines in parts.items()  # type: ignore[misc]
    ]  # fmt: skip


def _rows(
    path: Path,
    srid: int,
    reach: shapely.Geometry,
    make: Callable[[dict[str, Any], int], Row],
    needed: str,
) -> list[Row]:
    """Return a row for every area of a file that lies near the streets."""
    frame = _read(path, srid)
    if needed not in frame:
        raise InvalidInputError(
            f"{path} has no column '{needed}' (it has {', '.join(map(str, frame.columns))}).",
            hint=f"Rename the column that holds it to '{needed}'.",
        )
    frame = frame[frame.intersects(reach)]
    rows = []
    for number, record in enumerate(frame.to_dict("records"), start=1):
        geom = shapely.make_valid(record.pop("geometry"))
        if shapely.get_dimensions(geom) != 2:
            raise InvalidInputError(
                f"{path}: feature {number} is no area ({geom.geom_type}).", hint="Give a file of polygons."
            )
        rows.append({**make(record, number), "geom": geom, **label("zone", f"{FROM_FILE}{path.name}")})
    if not rows:
        raise InvalidInputError(
            f"No area of {path} lies near the streets.", hint="Give streets and areas of the same place."
        )
    return rows


def _unit(record: dict[str, Any], number: int) -> Row:
    full_name = str(record.get("fullName") or record.get("full_name") or record.get("name") or record["code"])
    kind, name = _kind_of_unit(full_name)
    return {
        "gso_code": str(record["code"]), "level": "commune", "kind": kind, "name": name, "parent_id": None,
        "valid_from": date(2025, 7, 1), "valid_to": None, "legal_ref": None, "visibility": "public",
    }  # fmt: skip


def _kind_of_unit(full_name: str) -> tuple[str, str]:
    for code in ADMIN_KIND.codes:
        word = code.vi.lower()
        if full_name.lower().startswith(word + " "):
            return code.value, full_name[len(word) + 1 :]
    return "xa", full_name


def _zone(record: dict[str, Any], number: int) -> Row:
    kind = str(record.get("kind") or record.get("class") or "aesthetic_priority")
    known = kind in {code.value for code in ZONE_KIND.codes}
    return {
        "code": f"KV-TEP-{number:02d}", "name": str(record["name"]), "name_en": record.get("name_en"),
        "kind": kind if known else "aesthetic_priority", "decision_no": "Minh hoạ",
        "valid_from": date(2024, 1, 1), "deadline": date(2027, 12, 31), "weight": 3.0,
        "visibility": "public",
    }  # fmt: skip
