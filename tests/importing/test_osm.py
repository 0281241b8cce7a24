"""OpenStreetMap extracts: what tags become, and which ways are one street."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from tests.importing.conftest import point

STEP = 0.001
"""About 104 m from west to east at 20.4° north."""


class Extract:
    """Collects nodes and ways and writes them as an OSM XML file."""

    def __init__(self) -> None:
        self.nodes: list[str] = []
        self.ways: list[str] = []

    def node(self, number: int, east: float, north: float = 0, **tags: str) -> int:
        """Add a node, placed in steps from 106.3 20.4."""
        place = f'lon="{106.3 + east * STEP:.7f}" lat="{20.4 + north * STEP:.7f}"'
        self.nodes.append(f'<node id="{number}" version="1" {place}>{_tags(tags)}</node>')
        return number

    def way(self, number: int, *nodes: int, **tags: str) -> None:
        """Add a way along nodes."""
        refs = "".join(f'<nd ref="{node}"/>' for node in nodes)
        self.ways.append(f'<way id="{number}" version="1">{refs}{_tags(tags)}</way>')

    def street(self, number: int, start: float, end: float, north: float, **tags: str) -> None:
        """Add a straight way with nodes of its own."""
        first = self.node(number * 10, start, north)
        self.way(number, first, self.node(number * 10 + 1, end, north), **tags)

    def write(self, path: Path) -> Path:
        """Write the file, packed where its name ends in .gz."""
        text = f'<osm version="0.6">{"".join(self.nodes)}{"".join(self.ways)}</osm>'.encode()
        path.write_bytes(gzip.compress(text) if path.suffix == ".gz" else text)
        return path


def _tags(tags: dict[str, str]) -> str:
    return "".join(f'<tag k="{key.replace("__", ":")}" v="{value}"/>' for key, value in tags.items())


@pytest.mark.parametrize(
    ("tags", "kind"),
    [
        ({"power": "tower"}, "power_hv"),
        ({"power": "portal"}, "power_hv"),
        ({"power": "pole"}, "unknown"),
        ({"power": "pole", "voltage": "400"}, "power_lv"),
        ({"power": "pole", "voltage": "22000;400"}, "power_mv"),
        ({"man_made": "utility_pole", "utility": "telecom"}, "telecom"),
        ({"man_made": "utility_pole"}, "unknown"),
        ({"man_made": "mast", "tower__type": "lighting"}, "lighting"),
        ({"highway": "street_lamp"}, "lighting"),
        ({"man_made": "mast", "tower__type": "communication"}, None),
        ({"power": "substation"}, None),
        ({"highway": "crossing"}, None),
    ],
)
def test_which_nodes_are_poles(tmp_path, take, rows, tags, kind):
    extract = Extract()
    extract.node(1, 0, power="tower")
    extract.node(2, 5, **tags)

    take("pole", extract.write(tmp_path / "poles.osm"))

    found = rows("SELECT kind FROM registry.pole WHERE code = 'osm-node-2'")
    assert found == ([] if kind is None else [(kind,)])


def test_a_pole_takes_its_kind_from_the_highest_line_it_carries(tmp_path, take, rows):
    extract = Extract()
    poles = [extract.node(number, number, power="pole") for number in range(1, 4)]
    extract.way(7, *poles, power="line", voltage="400")
    extract.way(8, *poles[:2], power="minor_line")

    take("pole", extract.write(tmp_path / "poles.osm.gz"))

    assert rows("SELECT code, kind, source FROM registry.pole ORDER BY code") == [
        ("osm-node-1", "power_mv", "© OpenStreetMap contributors, ODbL"),
        ("osm-node-2", "power_mv", "© OpenStreetMap contributors, ODbL"),
        ("osm-node-3", "power_lv", "© OpenStreetMap contributors, ODbL"),
    ]


def test_tags_stay_with_the_object_whatever_is_in_them(tmp_path, take, rows):
    extract = Extract()
    extract.node(1, 0, power="pole", height="8.5 m", material="wood", operator="a&quot;=&gt;&quot;b\\c, d")

    take("pole", extract.write(tmp_path / "poles.osm"))

    ((height, material, extra),) = rows(
        "SELECT height_m, material, extra FROM registry.pole JOIN registry.pole_private ON pole_id = id"
    )
    assert (height, material) == (8.5, "wood")
    assert extra["osm"]["operator"] == 'a"=>"b\\c, d'


def test_an_owner_given_later_does_not_double_the_pole(tmp_path, take, rows):
    rows("INSERT INTO registry.organisation (code, name, kind) VALUES ('EVN', 'EVN', 'power') RETURNING id")
    extract = Extract()
    extract.node(1, 0, power="pole")
    path = extract.write(tmp_path / "poles.osm")

    take("pole", path)
    report = take("pole", path, owner="EVN")

    assert (report.inserted, report.changed) == (0, 1)
    assert take("pole", path).unchanged == 1
    assert rows("SELECT count(owner_id), count(*) FROM registry.pole") == [(1, 1)]


def test_lines_are_cables_with_all_their_vertices(tmp_path, take, rows):
    extract = Extract()
    nodes = [extract.node(number, number) for number in range(1, 6)]
    extract.way(7, *nodes, power="minor_line")
    extract.way(8, *nodes[:2], communication="line", telecom__medium="fibre")
    extract.way(9, *nodes[:2], power="cable")
    extract.way(10, *nodes[:2], highway="service")

    take("cable", extract.write(tmp_path / "lines.osm"))

    assert rows("SELECT code, medium, deployment, ST_NPoints(geom) FROM registry.cable ORDER BY code") == [
        ("osm-way-7", "unknown", "aerial", 5),
        ("osm-way-8", "fibre", "aerial", 2),
        ("osm-way-9", "unknown", "underground", 2),
    ]


def test_elements_need_not_be_sorted(tmp_path, take):
    extract = Extract()
    nodes = [extract.node(number, number, power="pole") for number in (9, 3, 5)]
    extract.way(7, *nodes, power="line")
    path = extract.write(tmp_path / "edited.osm")

    assert take("pole", path).inserted == 3
    assert take("cable", path).inserted == 1


def test_antenna_masts_are_towers(tmp_path, take, rows):
    extract = Extract()
    tags = {"man_made": "tower", "tower__type": "communication", "tower__construction": "lattice"}
    extract.node(1, 0, name="BTS Thái Bình", height="45", **tags)
    extract.node(2, 1, man_made="tower")

    take("tower", extract.write(tmp_path / "towers.osm"))

    assert rows("SELECT code, name, structure, height_m FROM registry.tower") == [
        ("osm-node-1", "BTS Thái Bình", "lattice", 45.0)
    ]


def test_ways_of_one_name_within_100_m_are_one_street(tmp_path, take, rows):
    extract = Extract()
    extract.street(11, 0, 1, 0, highway="primary", name="Lý Bôn")
    extract.street(12, 1.5, 2.5, 0, highway="residential", name="lý  bôn")
    extract.street(13, 2.5, 5, 0, highway="secondary", name="Lý Bôn")
    extract.street(14, 7, 8, 0, highway="primary", name="Lý Bôn")
    extract.street(15, 0, 5, 0.1, highway="tertiary", name="Trần Phú")
    extract.street(16, 0, 5, 0.2, highway="service")
    extract.street(17, 0, 5, 0.2, highway="service")
    extract.street(18, 0, 5, 0.3, highway="residential", name="Ngõ 12")
    extract.street(19, 0, 5, 0.4, highway="construction")

    report = take("street", extract.write(tmp_path / "streets.osm"))

    assert (report.read, report.inserted) == (8, 6)
    assert rows(
        "SELECT code, name, street_class, ST_NumGeometries(geom) FROM registry.street ORDER BY code"
    ) == [
        ("osm-street-11", "Lý Bôn", "secondary", 3),
        ("osm-street-14", "Lý Bôn", "primary", 1),
        ("osm-street-15", "Trần Phú", "tertiary", 1),
        ("osm-street-18", "Ngõ 12", "alley", 1),
        ("osm-way-16", None, "alley", 1),
        ("osm-way-17", None, "alley", 1),
    ]
    assert take("street", tmp_path / "streets.osm").unchanged == 6


def test_streets_from_other_files_keep_their_rows(geojson, take, rows):
    line = {"type": "LineString", "coordinates": [[106.3, 20.4], [106.31, 20.4]]}
    take("street", geojson(({"Tên đường": "Lý Bôn", "Cấp đường": "Đường chính", "Mã": "D1"}, line)))

    assert rows("SELECT code, name, street_class, ST_GeometryType(geom) FROM registry.street") == [
        ("D1", "Lý Bôn", "primary", "ST_MultiLineString")
    ]


def test_what_an_extract_does_not_hold_is_said(tmp_path, refused, geojson):
    extract = Extract()
    extract.node(1, 0, highway="crossing")
    path = extract.write(tmp_path / "empty.osm")

    assert "holds nothing for the layer pole" in refused("pole", path).message
    assert "zone cannot be imported from OpenStreetMap" in refused("zone", path).message
    broken = tmp_path / "broken.osm.pbf"
    broken.write_bytes(geojson(({}, point(106, 20))).read_bytes())
    assert "broken.osm.pbf: cannot be read" in refused("pole", broken).message
