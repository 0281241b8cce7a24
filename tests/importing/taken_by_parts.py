"""Imports of small files by parts and as a whole, side by side."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyogrio
import pytest
import shapely

from gisreg.importing import parts
from gisreg.importing.request import ImportReport

PART = 5
ROWS = (
    "SELECT code, kind, material, height_m, lean_deg, condition, installed_on::text, has_bracket, source, visibility,"
    " position_method, province_code, owner_id, cable_capacity, contract_ref, note, extra::text, ST_AsText(geom)"
    " FROM registry.pole LEFT JOIN registry.pole_private ON pole_id = id ORDER BY code, ST_AsText(geom)"
)


def told(report: ImportReport) -> dict[str, Any]:
    told = asdict(report)
    for name in ("problems", "warnings"):
        found = getattr(report, name).found
        told[name] = sorted((one.index, one.row, str(one.what), str(one.remedy)) for one in found)
    del told["batch"]
    return told


def both(
    outcome: Callable[..., dict[str, Any]], path: Path, monkeypatch: pytest.MonkeyPatch, **options: Any
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return what comes of a file by parts, and as a whole."""
    in_parts = outcome(path, **options)
    with monkeypatch.context() as whole:
        whole.setattr(parts, "opened", lambda _request, _layer: None)
        return in_parts, outcome(path, **options)


def write(path: Path, columns: dict[str, list[Any]], shapes: list[Any], crs: str = "EPSG:4326") -> Path:
    """Write a GeoPackage through Arrow, so that empty cells are empty."""
    path.unlink(missing_ok=True)
    arrays = {name: pa.array(cells, _type(cells)) for name, cells in columns.items()}
    arrays["geom"] = pa.array([None if one is None else shapely.to_wkb(one) for one in shapes], pa.binary())
    pyogrio.raw.write_arrow(
        pa.table(arrays), path, driver="GPKG", geometry_name="geom", geometry_type="Unknown", crs=crs
    )
    return path


def _type(cells: list[Any]) -> pa.DataType | None:
    return pa.string() if all(cell is None for cell in cells) else None


def places(count: int) -> list[shapely.Point]:
    return [shapely.Point(106.3 + n / 1e4, 20.4) for n in range(count)]
