"""What the registry knows of the ground, to see whether coordinates fall where they should."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import numpy.typing as npt
import psycopg2.extensions
import shapely
from pyproj import CRS, Transformer

from gisreg.importing.target import QUERIES
from gisreg.settings import RegionSettings

Bounds = tuple[float, float, float, float]
Points = npt.NDArray[np.float64]
Geometries = npt.NDArray[np.object_]


@dataclass
class Ground:
    """A region: its box in degrees and, in its metric system, its province, wards and streets.

    Each of the three may be missing: then nothing is known of it.
    """

    bounds: Bounds
    metric_srid: int
    province: Geometries = field(default_factory=lambda: np.empty(0, dtype=object))
    wards: Geometries = field(default_factory=lambda: np.empty(0, dtype=object))
    streets: Geometries = field(default_factory=lambda: np.empty(0, dtype=object))

    @property
    def has_units(self) -> bool:
        """Tell whether there is a province or a ward to compare with."""
        return bool(len(self.province) or len(self.wards))

    def metric(self, lonlat: Points) -> Points:
        """Return n points (lon, lat) as n points in the metric system."""
        return np.column_stack(self._to_metric.transform(lonlat[:, 0], lonlat[:, 1]))

    def share_in_bounds(self, lonlat: Points) -> float:
        """Return the share of points inside the box."""
        west, south, east, north = self.bounds
        with np.errstate(invalid="ignore"):
            inside = (lonlat >= (west, south)).all(axis=1) & (lonlat <= (east, north)).all(axis=1)
        return float(inside.mean())

    def share_in_province(self, metric: Points) -> float | None:
        """Return the share of points inside the province, None where it is not known."""
        return self._share(self._province_tree, metric) if len(self.province) else None

    def share_in_wards(self, metric: Points) -> float | None:
        """Return the share of points inside any ward, None where none is known."""
        return self._share(self._ward_tree, metric) if len(self.wards) else None

    def street_distance_m(self, metric: Points) -> float | None:
        """Return the median distance to the nearest street in metres, None where none is known."""
        if not len(self.streets):
            return None
        points = shapely.points(metric[np.isfinite(metric).all(axis=1)])
        _, distances = self._street_tree.query_nearest(points, return_distance=True, all_matches=False)
        return float(np.median(distances)) if len(distances) else None

    @staticmethod
    def _share(tree: shapely.STRtree, metric: Points) -> float:
        points = shapely.points(np.where(np.isfinite(metric), metric, -1e9))
        hit = np.unique(tree.query(points, predicate="intersects")[0])
        return len(hit) / len(points)

    @cached_property
    def _to_metric(self) -> Transformer:
        return Transformer.from_crs(4326, CRS.from_epsg(self.metric_srid), always_xy=True)

    @cached_property
    def _province_tree(self) -> shapely.STRtree:
        return _prepared(self.province)

    @cached_property
    def _ward_tree(self) -> shapely.STRtree:
        return _prepared(self.wards)

    @cached_property
    def _street_tree(self) -> shapely.STRtree:
        return shapely.STRtree(self.streets)


def ground_of(
    connection: psycopg2.extensions.connection, region: RegionSettings, streets: bool = True
) -> Ground:
    """Return what the registry knows of its region today; its streets, which are many, only where asked."""
    srid = region.metric_srid
    return Ground(
        region.bounds,
        srid,
        province=_read(QUERIES.importing_province(connection, code=region.province_code, metric_srid=srid)),
        wards=_read(QUERIES.importing_wards(connection, metric_srid=srid)),
        streets=_read(QUERIES.importing_streets(connection, metric_srid=srid) if streets else ()),
    )


def words_of(connection: psycopg2.extensions.connection) -> frozenset[str]:
    """Return the syllables of names of units and streets, in NFC and lower case."""
    return frozenset(word for (word,) in QUERIES.importing_words(connection))


def _read(rows: Iterable[tuple[memoryview]]) -> Geometries:
    found = [bytes(wkb) for (wkb,) in rows]
    return np.asarray(shapely.from_wkb(np.array(found, dtype=object)), dtype=object)


def _prepared(areas: Geometries) -> shapely.STRtree:
    shapely.prepare(areas)
    return shapely.STRtree(areas)
