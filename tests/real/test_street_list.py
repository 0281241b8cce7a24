"""A zone out of a pasted list of 20 real streets of Hà Nội flags the right segments.

The registry reads streets and wards as they are; poles and cables are made up and laid along the real streets.
What the list means is computed again here from the streets' ways and the words of the rule, with geopandas and
shapely in EPSG:5897 (VN-2000, 105°): the part of a street between two crossings, so many metres to each side
taken, square at its ends, corners filled where more than two parts of a street meet.
"""

from __future__ import annotations

import itertools
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import geopandas
import numpy as np
import pytest
import shapely
from shapely.ops import nearest_points, substring

from gisreg.access.actor import Actor, PersonRole
from gisreg.database.connection import Role, transaction
from gisreg.errors import InvalidInputError
from gisreg.flagging.run import run
from gisreg.importing.request import ImportRequest
from gisreg.importing.run import import_file
from gisreg.topology.build import build
from gisreg.zones.make import make
from gisreg.zones.sheet import read_text
from gisreg.zones.source import together
from tests.real.conftest import ask, region
from tests.support.databases import Database

ZONE_CRS = 5897
DAY = date(2026, 1, 1)
STREETS = "osm-hanoi/hanoi_centre_2025.osm.pbf"
WIDTH_M = 30.0

PASTED = """DANH MỤC TUYẾN PHỐ CHỈNH TRANG
(kèm theo quyết định):
1. Phố Hàng Bạc
2. hang gai
3. P. Hàng Đào
4. Phố Lý Thường Kiệt (từ Lê Thánh Tông đến Quang Trung)
5. Lí Thường Kiệt, đoạn từ Phan Bội Châu đến Lê Duẩn, bên trái, 20m
6. Bà Triệu, đoạn từ Hàng Khay đến Trần Nhân Tông
7. Lí Thái Tổ
8. Hòa Mã
9. Tràng Tiền
10. Hàng Dầu
11. Hàng Đậu
12. Phố Huế (Hàm Long – Tuệ Tĩnh), mỗi bên 25 m
13. Trần Nhân Tông
14. Hai Ba Trung (tu Quang Trung den Phan Chu Trinh)
15. Phố Quang Trung từ ngã ba Tràng Thi đến Nguyễn Du, phía số chẵn
16. Hàng Bông, P. Hoàn Kiếm
17. Hàng Ngang
18. Hang Duong
19. Phan Chu Trinh (từ Tràng Tiền đến Hàm Long)
20. Phố Ngô Quyền, từ Tràng Tiền đến Trần Hưng Đạo;
"""


@dataclass(frozen=True)
class Meant:
    """What a line of the list means, in the names of the map."""

    street: str
    begin: str | None = None
    end: str | None = None
    side: str = "both"
    width_m: float = WIDTH_M


MEANT = (
    Meant("Phố Hàng Bạc"),
    Meant("Phố Hàng Gai"),
    Meant("Phố Hàng Đào"),
    Meant("Phố Lý Thường Kiệt", "Phố Lê Thánh Tông", "Phố Quang Trung"),
    Meant("Phố Lý Thường Kiệt", "Phố Phan Bội Châu", "Đường Lê Duẩn", "left", 20),
    Meant("Phố Bà Triệu", "Phố Hàng Khay", "Phố Trần Nhân Tông"),
    Meant("Phố Lý Thái Tổ"),
    Meant("Phố Hoà Mã"),
    Meant("Phố Tràng Tiền"),
    Meant("Phố Hàng Dầu"),
    Meant("Phố Hàng Đậu"),
    Meant("Phố Huế", "Phố Hàm Long", "Phố Tuệ Tĩnh", "both", 25),
    Meant("Phố Trần Nhân Tông"),
    Meant("Phố Hai Bà Trưng", "Phố Quang Trung", "Phố Phan Chu Trinh"),
    Meant("Phố Quang Trung", "Phố Tràng Thi", "Phố Nguyễn Du", "right"),
    Meant("Phố Hàng Bông"),
    Meant("Phố Hàng Ngang"),
    Meant("Phố Hàng Đường"),
    Meant("Phố Phan Chu Trinh", "Phố Tràng Tiền", "Phố Hàm Long"),
    Meant("Phố Ngô Quyền", "Phố Tràng Tiền", "Phố Trần Hưng Đạo"),
)


@pytest.fixture(scope="module")
def ways(shared_data: Path) -> geopandas.GeoDataFrame:
    """Return the named ways of the extract, as GDAL reads them, in EPSG:5897."""
    found = geopandas.read_file(shared_data / STREETS, layer="lines")
    found = found[found.highway.notna() & found.name.notna()][["name", "geometry"]].to_crs(ZONE_CRS)
    return found.assign(name=found.name.map(lambda name: unicodedata.normalize("NFC", name)))


def axis_of(ways: geopandas.GeoDataFrame, name: str) -> shapely.Geometry:
    return shapely.line_merge(shapely.union_all(ways[ways.name == name].geometry.to_numpy()))


def strip_of(ways: geopandas.GeoDataFrame, meant: Meant) -> shapely.Geometry:
    axis = axis_of(ways, meant.street)
    if meant.begin is None or meant.end is None:
        lines = shapely.get_parts(axis)
        flat = shapely.union_all(shapely.buffer(lines, meant.width_m, cap_style="flat", quad_segs=64))
        ends = Counter(end for line in lines for end in (line.coords[0], line.coords[-1]))
        corners = [shapely.Point(end).buffer(meant.width_m, quad_segs=64) for end, n in ends.items() if n > 2]
        return shapely.union_all([flat, *corners])
    part = section_of(axis, axis_of(ways, meant.begin), axis_of(ways, meant.end))
    strip = part.buffer(meant.width_m, cap_style="flat", quad_segs=64)
    if meant.side == "both":
        return strip
    return strip.intersection(beside(part, 1 if meant.side == "left" else -1))


def section_of(
    street: shapely.Geometry, begin: shapely.Geometry, end: shapely.Geometry
) -> shapely.LineString:
    """Return the shortest way along a street between a crossing with one street and one with another."""
    (axis,) = [
        line for line in shapely.get_parts(street) if max(line.distance(begin), line.distance(end)) < 30
    ]
    pairs = itertools.product(crossings(axis, begin), crossings(axis, end))
    start, stop = min(pairs, key=lambda pair: abs(pair[0] - pair[1]))
    return substring(axis, start, stop)


def crossings(axis: shapely.LineString, other: shapely.Geometry) -> list[float]:
    points = shapely.extract_unique_points(axis.intersection(other))
    if points.is_empty:
        # A street that ends less than 30 m before another crosses it at the nearest place.
        assert axis.distance(other) < 30
        points, _ = nearest_points(axis, other)
    return [axis.project(point) for point in shapely.get_parts(points)]


def beside(line: shapely.LineString, sign: int) -> shapely.Polygon:
    """Return the ground to the left (1) or right (-1) of a nearly straight line."""
    points = shapely.get_coordinates(line)
    chord = points[-1] - points[0]
    normal = np.array([-chord[1], chord[0]]) / np.hypot(*chord) * 500 * sign
    return shapely.Polygon([*points, *(points[::-1] + normal)])


def network_along(ways: geopandas.GeoDataFrame, folder: Path) -> dict[str, Path]:
    """Write poles every 35 m beside the streets of the centre, a cable along every way, some across the road."""
    centre = shapely.union_all([axis_of(ways, meant.street) for meant in MEANT]).buffer(150)
    poles, cables = [], []
    for number, line in enumerate(ways[ways.within(centre)].geometry):
        if line.geom_type != "LineString" or line.length < 30:
            continue
        kerb = line.offset_curve(4.0 if number % 2 else -4.0)
        if kerb.geom_type != "LineString" or kerb.length < 30:
            continue
        stops = [
            kerb.interpolate(at) for at in np.linspace(0, kerb.length, max(2, int(kerb.length // 35) + 1))
        ]
        poles += [(f"C{number}-{place}", stop) for place, stop in enumerate(stops)]
        cables.append((f"K{number}", shapely.LineString(stops)))
        if number % 5 == 0:
            # A drop wire to the other side and on, across the strip's edge.
            far = shapely.LineString([stops[0], shapely.Point(stops[0].x + 60, stops[0].y + 45)])
            cables.append((f"D{number}", far))
    written = {}
    for layer, rows in (("pole", poles), ("cable", cables)):
        frame = geopandas.GeoDataFrame(
            {"code": [code for code, _ in rows]}, geometry=[shape for _, shape in rows], crs=ZONE_CRS
        )
        written[layer] = folder / f"{layer}.geojson"
        frame.to_crs(4326).to_file(written[layer], driver="GeoJSON")
    return written


@pytest.fixture(scope="module")
def zone(
    shared_data: Path,
    fresh_database: Database,
    ways: geopandas.GeoDataFrame,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[int]:
    """Import streets and wards, lay the network, flag it, paste the list: return the zone's id."""
    files = network_along(ways, tmp_path_factory.mktemp("network"))
    with region(ZONE_CRS, (105.0, 20.0, 106.5, 21.5)):
        with transaction(Role.WORKER, Actor("tester")) as connection:
            wards = shared_data / "admin-2026" / "wards_01_ha_noi.geojson"
            import_file(connection, ImportRequest("admin_unit", wards, valid_from=date(2025, 7, 1)))
            import_file(connection, ImportRequest("street", shared_data / STREETS))
            import_file(connection, ImportRequest("pole", files["pole"], constants={"kind": "telecom"}))
            import_file(
                connection, ImportRequest("cable", files["cable"], constants={"deployment": "aerial"})
            )
            build(connection)
            run(connection, DAY)
        so = Actor("Sở", roles=frozenset({PersonRole.AUTHORITY}))
        with transaction(actor=so) as connection:
            said = {
                "code": "KV-20",
                "name": "20 tuyến phố",
                "kind": "aesthetic_priority",
                "valid_from": "2025-01-01",
            }
            number, _ = make(connection, so, said, together(read_text(PASTED, WIDTH_M), PASTED))
        yield number


@pytest.fixture(scope="module")
def expected(ways: geopandas.GeoDataFrame) -> shapely.Geometry:
    """Return the area that the list means, in EPSG:5897."""
    return shapely.union_all([strip_of(ways, meant) for meant in MEANT])


def test_every_line_means_the_street_that_a_reader_would_take(zone: int) -> None:
    shown: list[Any] = ask(
        "SELECT s.name, (SELECT name FROM registry.street WHERE id = p.from_ids[1]),"
        " (SELECT name FROM registry.street WHERE id = p.to_ids[1]), p.side, p.width_m"
        " FROM registry.zone_part AS p JOIN registry.street AS s ON s.id = p.street_ids[1]"
        " WHERE p.zone_id = %s ORDER BY p.ordinal",
        zone,
    )
    assert [Meant(*row) for row in shown] == list(MEANT)


def test_the_area_is_that_of_the_rule(zone: int, expected: shapely.Geometry) -> None:
    ((wkb, is_valid, kind),) = ask(
        "SELECT ST_AsBinary(geom), ST_IsValid(geom), GeometryType(geom) FROM registry.zone WHERE id = %s",
        zone,
    )
    assert (is_valid, kind) == (True, "MULTIPOLYGON")
    area = geopandas.GeoSeries.from_wkb([bytes(wkb)], crs=4326).to_crs(ZONE_CRS)[0]
    assert area.symmetric_difference(expected).area < 0.001 * expected.area
    assert area.hausdorff_distance(expected) < 1.0


def test_the_right_segments_are_flagged_with_the_right_metres(zone: int, expected: shapely.Geometry) -> None:
    rows = ask("SELECT id, ST_AsBinary(geom) FROM registry.segment")
    lines = geopandas.GeoSeries.from_wkb([bytes(wkb) for _, wkb in rows], crs=4326).to_crs(ZONE_CRS)
    inside = lines.intersection(expected).length
    # On the edge by less than the thickness of a pole, both answers are right.
    clear = {number: metres for (number, _), metres in zip(rows, inside, strict=True) if metres > 0.5}
    found = dict(
        ask(
            # Inside with an end, a stub, or crossing only: whichever the reason, it is flagged.
            "SELECT object_id, metres_inside FROM registry.finding"
            " WHERE zone_id = %s AND rule_id IN ('Z03', 'Z06', 'Z07')",
            zone,
        )
    )

    assert len(clear) > 300
    assert len(rows) - len(clear) > 300
    assert {number for number, metres in found.items() if metres > 0.6} <= clear.keys() <= found.keys()
    assert sum(found.values()) == pytest.approx(sum(inside), rel=1e-3)
    for number, metres in clear.items():
        assert found[number] == pytest.approx(metres, abs=0.3), number


def test_the_list_with_one_street_misspelled_is_refused_with_the_right_one(zone: int) -> None:
    so = Actor("Sở", roles=frozenset({PersonRole.AUTHORITY}))
    wrong = PASTED.replace("16. Hàng Bông", "16. Hàng Bôngg").replace("Phố Hàng Bạc", "Hang Dau")
    with pytest.raises(InvalidInputError) as told, transaction(actor=so) as connection:
        said = {"code": "KV-21", "name": "x", "kind": "urban", "valid_from": "2025-01-01"}
        make(connection, so, said, together(read_text(wrong, WIDTH_M), wrong))
    unmatched = {one["line"]: one for one in told.value.detail["unmatched"]}
    assert unmatched[3]["suggestions"] == ["Phố Hàng Dầu", "Phố Hàng Đậu"]
    assert unmatched[18]["suggestions"][0] == "Phố Hàng Bông"
    assert set(unmatched) == {3, 18}
