"""Every kind of file that people send: drawings, tracks, MapInfo, FlatGeobuf, lines of JSON."""

from __future__ import annotations

import json
import math

import numpy as np
import pyogrio
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from gisreg.importing.dxf import TEXT_REACH, nearest_texts
from tests.importing.conftest import point

EAST, NORTH = 587095.876, 2261880.297


def dxf(path, *entities):
    """Write a drawing of the entities: (kind, layer, pairs of group code and value)."""
    lines = [
        "0",
        "SECTION",
        "2",
        "HEADER",
        "9",
        "$ACADVER",
        "1",
        "AC1015",
        "0",
        "ENDSEC",
        "0",
        "SECTION",
        "2",
        "BLOCKS",
        "0",
        "BLOCK",
        "8",
        "0",
        "2",
        "COT",
        "70",
        "0",
        "10",
        "0",
        "20",
        "0",
        "0",
        "CIRCLE",
        "8",
        "0",
        "10",
        "0",
        "20",
        "0",
        "40",
        "0.2",
        "0",
        "ENDBLK",
        "8",
        "0",
        "0",
        "ENDSEC",
        "0",
        "SECTION",
        "2",
        "ENTITIES",
    ]
    for kind, layer, *pairs in entities:
        lines += ["0", kind, "8", layer, *(str(value) for pair in pairs for value in pair)]
    path.write_text("\n".join([*lines, "0", "ENDSEC", "0", "EOF", ""]), encoding="utf-8")
    return path


def at(east, north):
    return (10, EAST + east), (20, NORTH + north)


def line(layer, *corners):
    return (
        "LWPOLYLINE",
        layer,
        (90, len(corners)),
        (70, 0),
        *(pair for corner in corners for pair in at(*corner)),
    )


@pytest.fixture
def drawing(tmp_path):
    return dxf(
        tmp_path / "khảo sát.dxf",
        ("INSERT", "VNPT", (2, "COT"), *at(0, 0)),
        ("TEXT", "CHU", *at(1, 1), (40, 1), (1, "C-01")),
        ("INSERT", "VNPT", (2, "COT"), *at(30, 0)),
        ("MTEXT", "CHU", *at(31, 0), (40, 1), (1, "{\\fArial|b0;C-02}")),
        ("CIRCLE", "VIETTEL", *at(60, 0), (40, 0.3)),
        ("TEXT", "CHU", *at(60, 40), (40, 1), (1, "xa")),
        line("VNPT_CAP", (0, 0), (30, 0), (60, 0)),
        line("DUONG", (0, 5), (60, 5)),
        line("RANH", (0, 0), (60, 0), (60, 60), (0, 0)),
    )


def test_blocks_become_poles_and_the_nearest_text_their_code(drawing, take, rows, columns):
    rows(
        "INSERT INTO registry.organisation (code, name, kind) VALUES ('VTL', 'Viettel', 'carrier'), ('VNPT', 'VNPT', 'carrier') RETURNING id"
    )
    report = take(
        "pole",
        drawing,
        crs="EPSG:9209",
        columns=columns({"dxf_layer": "owner_id"}, {"owner_id": {"viettel": "VTL"}}),
    )

    assert report.read == 3
    assert rows(
        "SELECT p.code, o.code, round(ST_X(geom)::numeric, 4)::float8 FROM registry.pole AS p"
        " JOIN registry.organisation AS o ON o.id = owner_id ORDER BY ST_X(geom)"
    ) == [("C-01", "VNPT", 106.3366), ("C-02", "VNPT", 106.3369), (None, "VTL", 106.3372)]


def test_lines_on_several_drawing_layers_are_asked_about(drawing, take, refused, rows):
    error = refused("cable", drawing, crs="EPSG:9209")
    assert "lie on 2 drawing layers: VNPT_CAP (1), DUONG (1)" in error.message
    assert "has no drawing layer X" in refused("cable", drawing, crs="EPSG:9209", source_layer="X").message
    take("cable", drawing, crs="EPSG:9209", source_layer="VNPT_CAP")
    assert rows("SELECT ST_NPoints(geom) FROM registry.cable") == [(3,)]


def test_closed_lines_become_areas(drawing, take, rows):
    constants = {"code": "Z", "name": "Z", "kind": "urban", "valid_from": "2025-01-01"}
    take("zone", drawing, crs="EPSG:9209", source_layer="RANH", constants=constants)
    assert rows("SELECT round(ST_Area(geom::geography)) FROM registry.zone") == [(1800.0,)]


def test_a_drawing_does_not_say_where_it_is(drawing, refused):
    assert "--crs" in refused("pole", drawing).hint


coordinates = st.tuples(st.integers(0, 40), st.integers(0, 40))


@settings(max_examples=60, deadline=None)
@given(
    st.lists(coordinates, max_size=8, unique=True), st.lists(coordinates, max_size=8), st.integers(0, 2**16)
)
def test_a_text_belongs_to_one_point_within_reach(points, texts, seed):
    names = [f"T{n}" for n in range(len(texts))]
    found = nearest_texts(
        np.array([shapely.Point(p) for p in points], dtype=object),
        np.array([shapely.Point(t) for t in texts], dtype=object),
        names,
    )
    given_out = [name for name in found if name]
    assert len(set(given_out)) == len(given_out)
    for place, name in zip(points, found, strict=True):
        reach = [math.dist(place, t) for t in texts]
        if name:
            assert reach[names.index(name)] <= TEXT_REACH
        else:
            assert all(names[i] in given_out for i, d in enumerate(reach) if d <= TEXT_REACH)


def test_gpx_waypoints_are_poles_and_tracks_cables(tmp_path, take, rows, columns):
    path = tmp_path / "tour.gpx"
    path.write_text(
        '<gpx version="1.1" creator="t" xmlns="http://www.topografix.com/GPX/1/1">'
        '<wpt lat="20.45" lon="106.34"><ele>3.5</ele><name>C-01</name></wpt>'
        '<trk><name>K-1</name><trkseg><trkpt lat="20.45" lon="106.34"/><trkpt lat="20.46" lon="106.34"/>'
        "</trkseg></trk></gpx>",
        encoding="utf-8",
    )
    poles = take("pole", path, columns=columns({"name": "code"}), keep_z=True)
    assert {"ele", "z"} & set(poles.own_columns)
    take("cable", path, columns=columns({"name": "code"}))
    assert rows("SELECT code FROM registry.pole UNION ALL SELECT code FROM registry.cable") == [
        ("C-01",),
        ("K-1",),
    ]


@pytest.mark.parametrize(
    ("name", "driver"),
    [("a.fgb", "FlatGeobuf"), ("a.geojsonl", "GeoJSONSeq"), ("a.tab", "MapInfo File"), ("a.mif", "MapInfo File"),
     ("a.gml", "GML"), ("a.kml", "KML")],
)  # fmt: skip
def test_other_kinds(tmp_path, take, rows, name, driver, columns):
    path = tmp_path / name
    pyogrio.raw.write(
        path,
        shapely.to_wkb(np.array([shapely.Point(106.34, 20.45)])),
        [np.array(["C-01"], dtype=object)],
        ["code"],
        geometry_type="Point",
        crs="EPSG:4326",
        driver=driver,
    )
    take("pole", path, crs="EPSG:4326" if driver == "MapInfo File" else None)
    assert rows("SELECT code, round(ST_X(geom)::numeric, 5)::float8 FROM registry.pole") == [("C-01", 106.34)]


BOW_TIE = [[106.3, 20.4], [106.4, 20.5], [106.4, 20.4], [106.3, 20.5], [106.3, 20.4]]
ZONE = {"code": "Z", "name": "Z", "kind": "urban", "valid_from": "2025-07-01"}


def test_repair_is_offered_and_said(geojson, take, refused, rows):
    path = geojson((ZONE, {"type": "Polygon", "coordinates": [BOW_TIE]}))
    assert "--repair" in refused("zone", path).hint
    report = take("zone", path, repair=True)
    assert [(one.row, one.what.en) for one in report.warnings.found] == [
        ("row 1", "its geometry was repaired: made valid (self-intersection).")
    ]
    assert rows("SELECT ST_IsValid(geom), ST_NumGeometries(geom) FROM registry.zone") == [(True, 2)]


@pytest.mark.parametrize(
    ("layer", "geometry", "said"),
    [
        (
            "cable",
            {"type": "LineString", "coordinates": [[106, 20], [106, 20], [106.1, 20]]},
            "1 repeated points removed",
        ),
        (
            "cable",
            {
                "type": "MultiLineString",
                "coordinates": [[[106, 20], [106.1, 20]], [[106.1, 20], [106.2, 20]]],
            },
            "2 parts joined",
        ),
        ("pole", {"type": "MultiPoint", "coordinates": [[106, 20], [106, 20]]}, "2 parts joined"),
    ],
)
def test_what_is_mended(geojson, take, layer, geometry, said):
    report = take(layer, geojson(({"code": "A"}, geometry)), repair=True)
    assert report.inserted == 1
    assert said in report.warnings.found[0].what.en


@pytest.mark.parametrize(
    ("layer", "geometry", "what"),
    [
        ("cable", {"type": "LineString", "coordinates": [[106, 20], [106, 20]]}, "not valid"),
        ("pole", {"type": "MultiPoint", "coordinates": [[106, 20], [106.1, 20]]}, "2 parts"),
        (
            "cable",
            {
                "type": "MultiLineString",
                "coordinates": [[[106, 20], [106.1, 20]], [[107.1, 20], [107.2, 20]]],
            },
            "2 parts",
        ),
    ],
)
def test_what_cannot_be_mended_is_still_refused(geojson, refused, layer, geometry, what):
    assert what in refused(layer, geojson(({"code": "A"}, geometry)), repair=True).message


def test_an_open_ring(tmp_path, take, refused, rows):
    path = tmp_path / "zone.gpkg"
    square = shapely.Polygon([(106.3, 20.4), (106.4, 20.4), (106.4, 20.5), (106.3, 20.5)])
    wkb = bytearray(shapely.to_wkb(square))
    open_ring = bytes(wkb[:9]) + (4).to_bytes(4, "little") + bytes(wkb[13:-16])
    pyogrio.raw.write(
        path,
        np.array([open_ring], dtype=object),
        [np.array([value], dtype=object) for value in ZONE.values()],
        list(ZONE),
        geometry_type="Polygon",
        crs="EPSG:4326",
    )
    assert "no geometry, or one that cannot be read" in refused("zone", path).message
    assert "an open ring was closed" in take("zone", path, repair=True).warnings.found[0].what.en


def test_heights_are_left_out_aloud_or_kept(geojson, take, rows):
    high = {"type": "Point", "coordinates": [106.34, 20.45, 7.5]}
    path = geojson(({"code": "A"}, high), ({"code": "B"}, point(106.35, 20.45)))
    assert (
        "1 geometries have heights or measures (Z, M), which are left out."
        in take("pole", path, dry_run=True).notes
    )
    take("pole", path, keep_z=True)
    assert rows(
        "SELECT code, extra FROM registry.pole LEFT JOIN registry.pole_private ON pole_id = id ORDER BY 1"
    ) == [("A", {"z": 7.5}), ("B", {})]


def test_mixed_types_name_the_rows(geojson, refused):
    path = geojson(
        ({"code": "A"}, point(106, 20)),
        ({"code": "B"}, {"type": "LineString", "coordinates": [[106, 20], [107, 20]]}),
    )
    error = refused("pole", path)
    assert "row 2 (B): hình là LineString, nhưng lớp pole cần Point." in error.said.vi
    assert "row 2 (B): it is a LineString, but pole wants Point." in error.said.en


def test_a_geojson_of_nothing_but_text(tmp_path, refused):
    path = tmp_path / "a.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [{"type": "Feature"}]}))
    assert "a.geojson" in refused("pole", path).message


NODE = {
    "id": "n1",
    "name": "C-01",
    "type": ["pole"],
    "status": "inactive",
    "location": point(106.34, 20.45),
    "physicalInfrastructureProvider": {"id": "o1"},
}
SPAN = {
    "id": "s1",
    "start": "n1",
    "end": "n2",
    "route": {"type": "LineString", "coordinates": [[106.34, 20.45], [106.35, 20.45]]},
    "transmissionMedium": ["fibre"],
    "deployment": ["aboveGround"],
    "fibreCount": 24,
    "physicalInfrastructureProvider": {"id": "o1"},
}


def as_geojson(thing, kind, place):
    properties = {name: value for name, value in thing.items() if name != place}
    provider = {"id": "o1", "name": "Viettel"}
    extra = {"featureType": kind, "network": {"id": "x"}, "physicalInfrastructureProvider": provider}
    return {"type": "Feature", "geometry": thing[place], "properties": properties | extra}


@pytest.mark.parametrize(
    "content",
    [
        {
            "networks": [
                {
                    "id": "x",
                    "organisations": [{"id": "o1", "name": "Viettel"}],
                    "nodes": [NODE],
                    "spans": [SPAN],
                }
            ]
        },
        {
            "type": "FeatureCollection",
            "features": [as_geojson(NODE, "node", "location"), as_geojson(SPAN, "span", "route")],
        },
    ],
)
def test_the_open_fibre_data_standard(tmp_path, take, refused, rows, content):
    rows(
        "INSERT INTO registry.organisation (code, name, kind) VALUES ('VTL', 'Viettel', 'carrier') RETURNING id"
    )
    path = tmp_path / "network.json"
    path.write_text(json.dumps(content), encoding="utf-8")
    take("pole", path)
    take("cable", path)
    assert rows(
        "SELECT p.code, status, o.code FROM registry.pole AS p JOIN registry.organisation AS o ON o.id = owner_id"
    ) == [("C-01", "disused", "VTL")]
    assert rows(
        "SELECT code, medium, deployment, fibre_count FROM registry.cable JOIN registry.cable_private ON cable_id = id"
    ) == [("s1", "fibre", "aerial", 24)]
    assert "cannot be imported from the Open Fibre" in refused("zone", path).message
    assert "holds nothing for the layer tower" in refused("tower", path).message
    path.write_text('{"networks": [7', encoding="utf-8")
    assert "is no whole document" in refused("pole", path).message
