"""QGIS itself opens what gisreg writes, draws it in the registry's colours, edits it, and the edits come back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from gisreg.access.actor import Actor
from gisreg.database.connection import Role, transaction
from gisreg.exporting.export import export
from gisreg.exporting.formats import format_of
from gisreg.exporting.selection import select
from gisreg.topology.build import build
from gisreg.working_copy.checkin import checkin
from gisreg.working_copy.checkout import checkout
from layers import LAYERS
from tests.proposals.world import BOSS, engineer
from tests.support import real_qgis as qgis
from tests.support.databases import Database

BOX = "106.3,20.4,106.4,20.5"
TAKEN = ("pole", "cable", "zone")


def sql(query: str, *parameters: Any) -> list[tuple[Any, ...]]:
    with transaction(Role.WORKER) as own, own.cursor() as cursor:
        cursor.execute(query, parameters)
        return cursor.fetchall() if cursor.description else []


@pytest.fixture(scope="module")
def street(fresh_database: Database) -> tuple[Actor, int, int]:
    """Return an engineer, his organisation and another: four poles (one of the other's), a cable, a zone."""
    ((own,), (other,)) = sql(
        "INSERT INTO registry.organisation (code, name, kind) VALUES ('O', 'Chủ cột', 'carrier'),"
        " ('X', 'Khác', 'carrier') RETURNING id"
    )
    for place, (code, owner, kind) in enumerate(
        (("P1", own, "telecom"), ("P2", own, "power_lv"), ("P3", own, "telecom"), ("P4", other, "lighting"))
    ):
        sql(
            "INSERT INTO registry.pole (code, owner_id, kind, height_m, geom)"
            " VALUES (%s, %s, %s, 8, ST_SetSRID(ST_MakePoint(%s, 20.44), 4326))",
            code,
            owner,
            kind,
            106.33 + place * 0.0003,
        )
    sql(
        "INSERT INTO registry.cable (code, owner_id, medium, geom) VALUES ('C1', %s, 'fibre',"
        " ST_GeomFromText('LINESTRING(106.33 20.44, 106.3306 20.44)', 4326))",
        own,
    )
    sql(
        "INSERT INTO registry.zone (code, name, kind, valid_from, geom) VALUES ('Z1', 'Khu', 'heritage',"
        " '2020-01-01', ST_Multi(ST_GeomFromText('POLYGON((106.329 20.439, 106.332 20.439, 106.332 20.441,"
        " 106.329 20.441, 106.329 20.439))', 4326)))"
    )
    with transaction(Role.WORKER) as connection:
        build(connection)
    return engineer("Một", own), own, other


def expected_rules(key: str) -> list[dict[str, str]]:
    layer = LAYERS[key]
    assert layer.style is not None
    rules = [{"label": f"{rule.vi} / {rule.en}", "color": rule.color} for rule in layer.style.rules]
    return [*rules, {"label": f"{layer.vi} / {layer.en}", "color": layer.style.color}]


def test_the_project_opens_with_its_layers_drawn_and_its_forms(
    street: tuple[Actor, int, int], tmp_path: Path
) -> None:
    person, own, other = street
    checkout(person, BOX, TAKEN, tmp_path / "a.gpkg")
    told = qgis.look(tmp_path / "a.qgs")

    assert told["crs"] == "EPSG:4326"
    west, south, east, north = told["extent"]
    assert (west, south, east, north) == pytest.approx((106.329, 20.439, 106.332, 20.441))
    layers = {one["source"]: one for one in told["layers"]}
    assert list(layers) == ["pole", "cable", "zone"], "points above lines above areas"
    for key, layer in layers.items():
        assert layer["valid"]
        assert layer["crs"] == "EPSG:4326"
        assert layer["renderer"] == "RuleRenderer"
        assert layer["rules"] == expected_rules(key)
    assert [layers[key]["count"] for key in TAKEN] == [4, 1, 1]

    forms = layers["pole"]["fields"]
    kinds = LAYERS["pole"].field("kind").codelist
    assert kinds is not None
    assert forms["kind"]["widget"] == "ValueMap"
    assert forms["kind"]["choices"] == list(kinds.values)
    assert {str(own), str(other)} <= set(forms["owner_id"]["choices"])
    assert forms["height_m"]["alias"] == "Chiều cao cột / Height [m]"
    assert {name for name, one in forms.items() if one["read_only"]} == {"id", "version", "owner"}

    # What is really seen: pixels in the colours of the poles' rules, the cable and the zone's edge.
    by_value = {rule.value: rule.color for rule in LAYERS["pole"].style.rules}  # type: ignore[union-attr]
    seen = told["colours"]
    for color in (by_value["telecom"], by_value["power_lv"], by_value["lighting"], "#0f766e", "#8a5a2b"):
        assert seen.get(color, 0) > 10, color
    assert by_value["power_mv"] not in seen


def test_edits_made_in_qgis_are_taken_and_others_edits_are_kept(
    street: tuple[Actor, int, int], tmp_path: Path
) -> None:
    person, own, _ = street
    path = tmp_path / "a.gpkg"
    checkout(person, BOX, TAKEN, path)
    moved = (106.3305999, 20.4400501)
    qgis.edit(
        tmp_path / "a.qgs",
        {
            "pole": [
                {"code": "P1", "set": {"height_m": 9.5, "note": "cột mới sơn", "has_light": True}},
                {"code": "P2", "set": {"condition": "worn", "installed_on": "2021-02-03"}},
                {"code": "P3", "move": moved},
                {"code": "P4", "set": {"height_m": 7.5, "note": "không phải của tôi"}},
                {"add": (106.3315, 20.44), "set": {"code": "P5", "kind": "telecom", "owner_id": own}},
            ],
            "cable": [{"code": "C1", "set": {"diameter_mm": 12.5}}],
        },
    )
    sql("UPDATE registry.pole SET lean_deg = 4 WHERE code = 'P1'")
    sql("UPDATE registry.pole SET condition = 'good' WHERE code = 'P2'")
    with transaction(actor=person, timeout_ms=0) as connection:
        done = checkin(connection, person, path)

    assert [(one.layer, one.what.en) for one in done.faults] == [
        ("pole", "note of this pole is for its owner alone. Ask the people of its owner.")
    ]
    assert (done.changed, done.inserted, done.proposed) == (4, 1, 1)
    assert [(one.name, one.field, one.mine, one.theirs) for one in done.conflicts] == [
        ("P2", "condition", "worn", "good")
    ]
    rows = sql(
        "SELECT code, height_m, lean_deg, condition, has_light, installed_on::text, kind, round(ST_X(geom)::numeric, 7),"
        " round(ST_Y(geom)::numeric, 7) FROM registry.pole ORDER BY code"
    )
    by_code = {row[0]: row[1:] for row in rows}
    assert by_code["P1"][:4] == (9.5, 4, "unknown", True)
    assert by_code["P2"][2] == "good"
    assert by_code["P2"][4] == "2021-02-03"
    assert tuple(map(float, by_code["P3"][-2:])) == moved
    assert by_code["P4"][0] == 8, "another's pole: proposed, not changed"
    assert by_code["P5"][5] == "telecom"
    assert sql("SELECT diameter_mm FROM registry.cable") == [(12.5,)]
    assert sql(
        "SELECT note FROM registry.pole_private JOIN registry.pole ON id = pole_id WHERE code = 'P1'"
    ) == [("cột mới sơn",)]


def test_an_exported_geopackage_opens_coloured(street: tuple[Actor, int, int]) -> None:
    for key in TAKEN:
        chosen = select(key, format_of("gpkg"), crs="EPSG:9209", bbox=None, filters=[])
        with export(BOSS, chosen) as made:
            assert made.file is not None
            (layer,) = qgis.look(made.file)["layers"]
        assert layer["valid"]
        assert layer["crs"] == "EPSG:9209"
        assert layer["rules"] == expected_rules(key)
