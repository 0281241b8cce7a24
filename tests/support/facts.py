"""What the registry holds, plainly, for oracles to judge: rows and shapes, no rule.

Every row has its columns as attributes; of what has a place, `geom` is the shape in degrees as it is stored and `flat`
the same in metres of the VN-2000 zone.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import cached_property
from types import SimpleNamespace

import geopandas
import shapely
from psycopg2.extensions import connection as PgConnection  # noqa: N812 - psycopg2 calls the class so
from shapely.geometry.base import BaseGeometry

from tests.support.network import DAY

Row = SimpleNamespace
Rows = dict[int, Row]
TABLES = (
    "pole", "street", "railway", "waterway", "span", "support", "segment", "fitting", "cable", "zone", "plan_street",
    "temporary_licence", "span_count",
)  # fmt: skip


class Facts:
    """The rows of every table by id, the day, and what lies near what."""

    def __init__(self, tables: dict[str, Rows], day: date, metric_srid: int = 9209):
        self.tables = tables
        self.day = day
        self.metric_srid = metric_srid
        self.pole, self.street, self.railway = tables["pole"], tables["street"], tables["railway"]
        self.waterway, self.span, self.support = tables["waterway"], tables["span"], tables["support"]
        self.segment, self.fitting, self.cable = tables["segment"], tables["fitting"], tables["cable"]
        self.zone, self.plan_street = tables["zone"], tables["plan_street"]
        self.temporary_licence, self.span_count = tables["temporary_licence"], tables["span_count"]
        self._trees: dict[tuple[str, str], tuple[list[Row], shapely.STRtree]] = {}

    def _tree(self, table: str, shape: str) -> tuple[list[Row], shapely.STRtree]:
        if (table, shape) not in self._trees:
            rows = [row for row in self.tables[table].values() if row.geom is not None]
            self._trees[table, shape] = rows, shapely.STRtree([getattr(row, shape) for row in rows])
        return self._trees[table, shape]

    def near(self, table: str, flat: BaseGeometry, metres: float) -> list[Row]:
        """Return the rows of a table that lie within so many metres of a shape of the plane."""
        rows, tree = self._tree(table, "flat")
        return [rows[n] for n in sorted(tree.query(flat, predicate="dwithin", distance=metres))]

    def meeting(self, table: str, geom: BaseGeometry) -> list[Row]:
        """Return the rows of a table that have a point in common with a shape in degrees."""
        rows, tree = self._tree(table, "geom")
        return [rows[n] for n in sorted(tree.query(geom, predicate="intersects"))]

    @cached_property
    def supports_of(self) -> dict[tuple[int, int], list[Row]]:
        """Return the supports by cable and pole."""
        return grouped(self.support.values(), "cable_id", "pole_id")

    @cached_property
    def loaded(self) -> set[int]:
        """Return the poles on which cable hangs."""
        return {support.pole_id for support in self.support.values()}

    @cached_property
    def segments_of_span(self) -> dict[tuple[int, ...], list[Row]]:
        """Return the segments by span (a tuple of one)."""
        return grouped(self.segment.values(), "span_id")

    @cached_property
    def counts_of(self) -> dict[tuple[int, ...], list[Row]]:
        """Return what was counted, by span (a tuple of one)."""
        return grouped(self.span_count.values(), "span_id")


def grouped(rows: Iterable[Row], *columns: str) -> dict[tuple[int, ...], list[Row]]:
    """Return rows by the values of some columns."""
    found: dict[tuple[int, ...], list[Row]] = {}
    for row in rows:
        found.setdefault(tuple(getattr(row, column) for column in columns), []).append(row)
    return found


def facts(connection: PgConnection, day: date = DAY, metric_srid: int = 9209) -> Facts:
    """Return what the registry holds now; `metric_srid` is the EPSG code of the province's VN-2000 zone."""
    found: dict[str, Rows] = {}
    for table in TABLES:
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT * FROM registry.{table} ORDER BY id")
            names = [column[0] for column in cursor.description or ()]
            rows = [Row(**dict(zip(names, row, strict=True))) for row in cursor.fetchall()]
        if "geom" in names:
            shapes = geopandas.GeoSeries.from_wkb([row.geom for row in rows], crs=4326)
            for row, geom, flat in zip(rows, shapes, shapes.to_crs(metric_srid), strict=True):
                row.geom, row.flat = geom, flat
        found[table] = {row.id: row for row in rows}
    return Facts(found, day, metric_srid)


def to_metres(shapes: Iterable[BaseGeometry], metric_srid: int = 9209) -> list[float]:
    """Return the lengths in metres of the VN-2000 zone of what is linear in shapes in degrees."""
    series = geopandas.GeoSeries(list(shapes), crs=4326).to_crs(metric_srid)
    return [
        sum(part.length for part in shapely.get_parts(shape).tolist() if part.geom_type == "LineString")
        for shape in series
    ]
