"""Hà Nội's wards, streets and Old Quarter, imported as they are."""

from __future__ import annotations

from datetime import date

import pytest

from tests.real.conftest import Importer, ask

WARDS = "admin-2026/wards_01_ha_noi.geojson"
STREETS = "osm-hanoi/hanoi_centre_2025.osm.pbf"
OLD_QUARTER = "zone-hanoi-old-quarter/hanoi_old_quarter.geojson"
ZONE = {"constants": {"code": "HN-PHO-CO"}, "valid_from": date(1995, 3, 30)}


@pytest.fixture(scope="module", autouse=True)
def hanoi(bring: Importer) -> None:
    """Import the three files."""
    bring("admin_unit", "admin-2026/provinces_34.geojson", valid_from=date(2025, 7, 1))
    bring("admin_unit", WARDS, valid_from=date(2025, 7, 1))
    bring("street", STREETS)
    bring("zone", OLD_QUARTER, **ZONE)


def test_the_old_quarter_is_a_heritage_zone():
    assert ask(
        "SELECT code, name, name_en, kind, decision_no,"
        " round((ST_Area(geom::geography) / 1000)::numeric)::int"
        " FROM registry.zone"
    ) == [
        ("HN-PHO-CO", "Khu phố cổ Hà Nội", "Hanoi Old Quarter", "heritage",
         "Quyết định 70 BXD/KT-QH ngày 30/3/1995", 795)
    ]  # fmt: skip


def test_every_ward_belongs_to_the_city():
    assert ask(
        "SELECT c.province_code, p.name, count(*) FROM registry.admin_unit AS c"
        " JOIN registry.admin_unit AS p ON p.id = c.parent_id GROUP BY 1, 2"
    ) == [("01", "Thành phố Hà Nội", 126)]


def test_streets_of_one_name_that_hang_together_are_one():
    assert ask("SELECT count(*), sum(ST_NumGeometries(geom)) FROM registry.street") == [(11438, 13181)]
    assert ask("SELECT count(*) FROM registry.street WHERE name = 'Phố Hàng Bạc'") == [(1,)]
    assert ask(
        "SELECT count(*) FROM registry.street AS a"
        " JOIN registry.street AS b ON a.name = b.name AND a.id < b.id"
        " WHERE ST_DWithin(ST_Transform(a.geom, 9209), ST_Transform(b.geom, 9209), 99.9)"
    ) == [(0,)]
    assert ask("SELECT count(*) FROM registry.street WHERE (name IS NULL) <> (code LIKE 'osm-way-%%')") == [
        (0,)
    ]


def test_no_metre_of_street_is_lost():
    ((kilometres,),) = ask("SELECT sum(length_m) / 1000 FROM registry.street")
    assert 1150 < kilometres < 1200


def test_again_changes_nothing(bring: Importer):
    before = ask("SELECT count(*) FROM history.street")
    streets = bring("street", STREETS)
    zone = bring("zone", OLD_QUARTER, **ZONE)
    wards = bring("admin_unit", WARDS, valid_from=date(2025, 7, 1))

    assert (streets.inserted, streets.changed, streets.unchanged) == (0, 0, 11438)
    assert (zone.unchanged, wards.unchanged) == (1, 126)
    assert ask("SELECT count(*) FROM history.street") == before
