"""A made-up province of the size of a real one: wards without gaps, towns with streets, roads between."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import shapely
from psycopg2.extensions import connection
from pyproj import Transformer

from gisreg.importing.ground import Ground

BOUNDS = (102.0, 7.0, 118.0, 24.0)
METRIC_SRID = 9209
_BOX = (542_000.0, 2_242_000.0, 618_000.0, 2_322_000.0)
_WARDS = 100
_TOWNS = 14
_RIM_M = 3_000.0
_BLOCK_M = 130.0
_BLOCKS = 10


def make_ground(seed: int) -> Ground:
    """Return a province of 76 by 80 km in EPSG:9209; the same seed gives the same."""
    random = np.random.default_rng(seed)
    west, south, east, north = _BOX
    province = shapely.box(*_BOX)
    seats = np.column_stack([random.uniform(west, east, _WARDS), random.uniform(south, north, _WARDS)])
    cells = shapely.get_parts(shapely.voronoi_polygons(shapely.multipoints(seats), extend_to=province))
    middle = seats[
        ((seats > (west + _RIM_M, south + _RIM_M)) & (seats < (east - _RIM_M, north - _RIM_M))).all(axis=1)
    ]
    towns = middle[random.choice(len(middle), _TOWNS, replace=False)]
    streets = [line for town in towns for line in _town(town, random)]
    streets += [shapely.linestrings([first, second]) for first, second in pairwise(towns)]
    return Ground(
        BOUNDS,
        METRIC_SRID,
        province=np.array([province], dtype=object),
        wards=np.asarray(shapely.intersection(cells, province), dtype=object),
        streets=np.array(streets, dtype=object),
    )


def poles_along(ground: Ground, random: np.random.Generator, count: int) -> np.ndarray:
    """Return `count` places (lon, lat) of poles, 2 to 5 m beside the streets of one part of the province."""
    first = int(random.integers(len(ground.streets)))
    near = shapely.dwithin(ground.streets, ground.streets[first], 400)
    streets = random.choice(ground.streets[near], count)
    along = shapely.line_interpolate_point(streets, random.uniform(0, 1, count), normalized=True)
    beside = random.uniform(2, 5, (count, 1)) * np.column_stack(
        [np.cos(angle := random.uniform(0, 2 * np.pi, count)), np.sin(angle)]
    )
    metric = shapely.get_coordinates(along) + beside
    back = Transformer.from_crs(METRIC_SRID, 4326, always_xy=True)
    return np.column_stack(back.transform(metric[:, 0], metric[:, 1]))


def _town(seat: np.ndarray, random: np.random.Generator) -> list[shapely.LineString]:
    """Return a crooked grid of streets around a seat."""
    turn = random.uniform(0, np.pi / 2)
    matrix = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    steps = (np.arange(_BLOCKS + 1) - _BLOCKS / 2) * _BLOCK_M
    reach = _BLOCKS / 2 * _BLOCK_M
    lines = [[[step, -reach], [step, reach]] for step in steps] + [
        [[-reach, step], [reach, step]] for step in steps
    ]
    return [shapely.linestrings(np.array(line) @ matrix.T + seat) for line in lines]


def settle(own: connection, ground: Ground) -> None:
    """Put the province, its wards and streets, and one organisation into a registry; leave the transaction open."""

    def area(shape: shapely.Geometry) -> str:
        return shapely.to_wkb(shapely.multipolygons([shape]), hex=True)

    with own.cursor() as cursor:
        cursor.execute(
            "INSERT INTO registry.organisation (code, name, kind) VALUES ('VNPT', 'VNPT Hưng Yên', 'carrier')"
        )
        units = [("33", "province", "tinh", "Tỉnh Hưng Yên", area(ground.province[0]))]
        units += [
            (f"{12000 + number}", "commune", "xa", f"Xã Số {number}", area(ward))
            for number, ward in enumerate(ground.wards)
        ]
        for code, level, kind, name, shape in units:
            cursor.execute(
                "INSERT INTO registry.admin_unit (gso_code, level, kind, name, valid_from, province_code, geom) VALUES"
                " (%s, %s, %s, %s, '2025-07-01', '33', ST_Transform(ST_SetSRID(%s::geometry, %s), 4326))",
                (code, level, kind, name, shape, METRIC_SRID),
            )
        for number, line in enumerate(ground.streets):
            cursor.execute(
                "INSERT INTO registry.street (code, name, geom)"
                " VALUES (%s, %s, ST_Transform(ST_SetSRID(%s::geometry, %s), 4326))",
                (
                    f"D{number}",
                    f"Đường {number}",
                    shapely.to_wkb(shapely.multilinestrings([line]), hex=True),
                    METRIC_SRID,
                ),
            )
