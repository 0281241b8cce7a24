"""The same file again changes nothing; a changed file changes what differs, and says so."""

from __future__ import annotations

import pytest

from tests.importing.conftest import point, square

POLES = (
    ({"Mã cột": "C-01", "Chiều cao (m)": "8,5", "Vật liệu": "BTLT", "Tuyến": "Lý Bôn"}, point(106.34, 20.45)),
    ({"Mã cột": "C-02", "Chiều cao (m)": 10, "Vật liệu": "gỗ", "Tuyến": None}, point(106.341, 20.45)),
    ({"Mã cột": None, "Chiều cao (m)": None, "Vật liệu": None, "Tuyến": "Lý Bôn"}, point(106.342, 20.45)),
)


def test_headers_units_and_codelists_are_understood(geojson, take, rows):
    report = take("pole", geojson(*POLES))

    assert (report.read, report.inserted, report.changed, report.unchanged) == (3, 3, 0, 0)
    assert report.columns == {"code": "Mã cột", "height_m": "Chiều cao (m)", "material": "Vật liệu"}
    assert report.own_columns == ("Tuyến",)
    assert rows(
        "SELECT code, height_m, material, kind, position_method, source FROM registry.pole ORDER BY code"
    ) == [
        ("C-01", 8.5, "spun_concrete", "unknown", "imported", "features.geojson"),
        ("C-02", 10.0, "wood", "unknown", "imported", "features.geojson"),
        (None, None, "unknown", "unknown", "imported", "features.geojson"),
    ]
    assert (
        rows("SELECT extra FROM registry.pole_private WHERE extra ? 'Tuyến'") == [({"Tuyến": "Lý Bôn"},)] * 2
    )


def test_again_is_no_version_and_no_history(geojson, take, rows):
    path = geojson(*POLES)
    take("pole", path)
    history = "SELECT (SELECT count(*) FROM history.pole), (SELECT count(*) FROM history.pole_private)"
    before = rows(history)

    again = take("pole", path)

    assert (again.inserted, again.changed, again.unchanged) == (0, 0, 3)
    assert rows(history) == before
    assert rows("SELECT DISTINCT version FROM registry.pole") == [(1,)]


def test_only_what_differs_is_written_and_empty_cells_erase_nothing(geojson, take, rows):
    take("pole", geojson(*POLES))
    moved = ({"Mã cột": "C-01", "Chiều cao (m)": None}, point(106.3401, 20.45))
    own = ({"Mã cột": "C-02", "Tuyến": "Trần Phú"}, point(106.341, 20.45))
    same = ({"Mã cột": "C-04"}, point(106.343, 20.45))

    report = take("pole", geojson(moved, own, same))

    assert (report.inserted, report.changed, report.unchanged) == (1, 2, 0)
    assert rows("SELECT p.version, p.height_m, ST_X(p.geom) FROM registry.pole AS p WHERE code = 'C-01'") == [
        (2, 8.5, 106.3401)
    ]
    assert rows(
        "SELECT extra ->> 'Tuyến' FROM registry.pole_private"
        " JOIN registry.pole ON id = pole_id WHERE code = 'C-02'"
    ) == [("Trần Phú",)]


def test_the_change_set_names_file_and_digest(geojson, take, rows):
    take("pole", geojson(*POLES, name="khảo sát.geojson"))

    ((reason,),) = rows("SELECT reason FROM gisreg.change_set ORDER BY id DESC LIMIT 1")
    assert reason.startswith("import pole from khảo sát.geojson (sha256 ")


def test_dry_run_counts_and_writes_nothing(geojson, take, rows):
    report = take("pole", geojson(*POLES), dry_run=True)

    assert report.inserted == 3
    assert rows("SELECT count(*) FROM registry.pole") == [(0,)]
    assert take("pole", geojson(*POLES)).inserted == 3


def test_owners_by_code_name_and_alias_keep_their_own_numbers(geojson, take, rows):
    rows(
        "INSERT INTO registry.organisation (code, name, kind, aliases) VALUES"
        " ('VNPT', 'VNPT Hưng Yên', 'carrier', '{VinaPhone}'), ('VTL', 'Viettel', 'carrier', '{}')"
        " RETURNING id"
    )
    pole = ({"code": "C-01", "Chủ quản": "vinaphone"}, point(106.34, 20.45))
    other = ({"code": "C-01", "Chủ quản": "VIETTEL"}, point(106.35, 20.45))
    take("pole", geojson(pole, other))
    report = take("pole", geojson(({"code": "C-01"}, point(106.34, 20.45))), owner="vnpt")

    assert (report.inserted, report.unchanged) == (0, 1)
    assert rows(
        "SELECT o.code, p.code FROM registry.pole AS p"
        " JOIN registry.organisation AS o ON o.id = owner_id ORDER BY 1"
    ) == [("VNPT", "C-01"), ("VTL", "C-01")]


@pytest.mark.parametrize(
    ("layer", "geometry"),
    [
        ("tower", point(106.34, 20.45)),
        ("manhole", point(106.34, 20.45)),
        ("duct", {"type": "LineString", "coordinates": [[106.34, 20.45], [106.35, 20.45]]}),
        ("cable", {"type": "MultiLineString", "coordinates": [[[106.34, 20.45], [106.35, 20.45]]]}),
        ("street", {"type": "LineString", "coordinates": [[106.34, 20.45], [106.35, 20.45]]}),
    ],
)
def test_every_layer_with_a_key_can_be_imported(geojson, take, layer, geometry):
    path = geojson(({"Mã số": "X-1"}, geometry))

    assert take(layer, path).inserted == 1
    assert take(layer, path).unchanged == 1


def test_constants_fill_empty_cells_only(geojson, take, rows):
    take(
        "zone",
        geojson(
            ({"code": "A", "name": "Chợ", "loai": "Khu vực đô thị"}, square(106.3, 20.4, 0.01)),
            ({"code": "B", "name": "Đền"}, square(106.4, 20.4, 0.01)),
        ),
        constants={"kind": "di sản, di tích", "valid_from": "1/7/2025"},
    )

    assert rows("SELECT code, kind, valid_from::text FROM registry.zone ORDER BY code") == [
        ("A", "urban", "2025-07-01"),
        ("B", "heritage", "2025-07-01"),
    ]
