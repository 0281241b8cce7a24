"""Zones follow what they are made from: corrected, renamed, imported anew, removed; findings follow the zones."""

from __future__ import annotations

import asyncio
import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import shapely

from gisreg.database.connection import Actor, Role, transaction
from gisreg.features.edit import delete, update
from gisreg.importing.follow import follow
from gisreg.importing.request import ImportRequest
from gisreg.importing.run import import_file
from gisreg.jobs.registry import TASKS
from gisreg.jobs.worker import application, work
from gisreg.zones import keep
from gisreg.zones.make import detach
from gisreg.zones.rebuild import Rebuilt, rebuild, rebuild_stale
from layers import LAYERS
from tests.support.databases import Database
from tests.support.ground import degrees_of
from tests.support.network import Network
from tests.zones.drawn import SO, made, made_of, off, stands

STREET = LAYERS["street"]
box = shapely.box


def line(*points: tuple[float, float]) -> dict[str, Any]:
    return {"type": "MultiLineString", "coordinates": [[list(point) for point in degrees_of(points)]]}


def edit(network: Network, street: str, **members: Any) -> None:
    number = network.ids["street", street]
    ((version,),) = network.sql("SELECT version FROM registry.street WHERE id = %s", number)
    update(network.connection, STREET, number, version, members)


def versions(network: Network) -> list[tuple[Any, ...]]:
    return network.sql("SELECT operation, count(*) FROM history.zone GROUP BY 1 ORDER BY 1")


def stale(network: Network) -> list[str]:
    return [
        code
        for (code,) in network.sql(
            "SELECT z.code FROM registry.zone_recipe AS r JOIN registry.zone AS z ON z.id = r.zone_id"
            " WHERE r.stale_since IS NOT NULL ORDER BY 1"
        )
    ]


def waiting_jobs(network: Network) -> int:
    ((count,),) = network.sql(
        "SELECT count(*) FROM jobs.procrastinate_jobs WHERE task_name = 'zones.rebuild' AND status = 'todo'"
    )
    return int(count)


def alerts(network: Network) -> list[tuple[Any, ...]]:
    return network.sql("SELECT kind, subject FROM registry.alert ORDER BY id")


@pytest.fixture
def town(network: Network) -> Network:
    """Lê Lợi with two crossings and a cable along each of two lines, 100 m apart."""
    network.street("Lê Lợi", [(0, 0), (400, 0)])
    network.street("A Một", [(100, -80), (100, 180)])
    network.street("B Hai", [(300, -80), (300, 180)])
    for name, y in (("south", 5), ("north", 105)):
        for x in (110, 150, 190):
            network.pole(f"{name}{x}", (x, y))
        network.cable(name, [(110, y), (150, y), (190, y)])
    network.build()
    network.flag()
    return network


def flagged(network: Network) -> dict[str, float]:
    return {
        code: round(metres)
        for code, metres in network.sql(
            "SELECT c.code, sum(f.metres_inside) FROM registry.finding AS f"
            " JOIN registry.segment AS s ON s.id = f.object_id JOIN registry.cable AS c ON c.id = s.cable_id"
            " WHERE f.zone_id IS NOT NULL GROUP BY 1"
        )
    }


def test_making_a_zone_flags_what_lies_in_it(town: Network) -> None:
    made(town, "Lê Lợi (từ A Một đến B Hai)")
    assert flagged(town) == {"south": 80}


def test_a_corrected_street_takes_its_zone_along_and_the_findings(town: Network) -> None:
    number = made(town, "Lê Lợi (từ A Một đến B Hai)")
    edit(town, "Lê Lợi", geometry=line((0, 100), (400, 100)))
    assert stale(town) == ["Z"]
    assert waiting_jobs(town) == 1
    (done,) = rebuild_stale(town.connection)
    assert (done.code, done.changed, done.troubles) == ("Z", True, ())
    assert off(stands(town, number), box(100, 90, 300, 110)) < 1
    assert flagged(town) == {"north": 80}
    assert stale(town) == []
    assert rebuild_stale(town.connection) == []


def test_building_again_changes_nothing(town: Network) -> None:
    number = made(town, "Lê Lợi (từ A Một đến B Hai)")
    before = versions(town)
    for _ in range(2):
        assert rebuild(town.connection, number) == Rebuilt("Z", False, pytest.approx(4000, rel=1e-3))
    assert versions(town) == before
    # A street is edited, but not where it runs.
    edit(town, "Lê Lợi", properties={"carriageway_width_m": 12})
    assert stale(town) == []


def test_a_crossing_street_that_moves_moves_the_end(town: Network) -> None:
    number = made(town, "Lê Lợi (từ A Một đến B Hai)")
    edit(town, "B Hai", geometry=line((350, -80), (350, 80)))
    rebuild_stale(town.connection)
    assert off(stands(town, number), box(100, -10, 350, 10)) < 1


def test_a_renamed_street_is_still_the_one_that_was_meant(town: Network) -> None:
    number = made(town, "Lê Lợi (từ A Một đến B Hai)")
    edit(town, "Lê Lợi", properties={"name": "Nguyễn Huệ"})
    town.street("Lê Lợi mới", [(0, 2_000), (400, 2_000)])
    town.set("street", "Lê Lợi mới", "name", "Lê Lợi")
    assert [done.changed for done in rebuild_stale(town.connection)] == [False]
    assert off(stands(town, number), box(100, -10, 300, 10)) < 1


def test_a_street_that_has_gone_leaves_the_old_area_and_an_alert(town: Network) -> None:
    number = made(town, "Lê Lợi (từ A Một đến B Hai)")
    before = stands(town, number)
    delete(town.connection, STREET, town.ids["street", "Lê Lợi"], 1)
    (done,) = rebuild_stale(town.connection)
    assert [trouble.reason for trouble in done.troubles] == ["not_found"]
    assert stands(town, number).equals(before)
    assert flagged(town) == {"south": 80}
    assert alerts(town) == [("zone-not-rebuilt", "Z")]
    kept = keep.require(town.connection, number)
    assert kept.failure_vi is not None
    assert "không tìm thấy tuyến đường “Lê Lợi”" in kept.failure_vi
    assert "there is no" not in kept.failure_vi
    assert kept.failure_en is not None
    assert "there is no street “Lê Lợi”" in kept.failure_en
    # Trying again tells nobody twice.
    rebuild(town.connection, number)
    assert alerts(town) == [("zone-not-rebuilt", "Z")]


def test_a_street_that_comes_again_under_another_id_mends_it(town: Network) -> None:
    number = made(town, "Lê Lợi (từ A Một đến B Hai)")
    delete(town.connection, STREET, town.ids["street", "Lê Lợi"], 1)
    rebuild_stale(town.connection)
    town.street("LL-2", [(0, 30), (400, 30)])
    assert stale(town) == []
    town.set("street", "LL-2", "name", "Đường Lê Lợi")
    assert stale(town) == ["Z"]
    (done,) = rebuild_stale(town.connection)
    assert (done.changed, done.troubles) == (True, ())
    assert off(stands(town, number), box(100, 20, 300, 40)) < 1
    assert keep.require(town.connection, number).failure_vi is None


def test_a_piece_that_is_added_to_a_street_widens_its_zone(town: Network) -> None:
    number = made(town, "Lê Lợi")
    town.street("LL-2", [(400, 0), (500, 0)])
    town.set("street", "LL-2", "name", "Phố Lê Lợi")
    rebuild_stale(town.connection)
    assert off(stands(town, number), box(0, -10, 500, 10)) < 2


def test_only_zones_that_use_it_are_touched(town: Network) -> None:
    made(town, "Lê Lợi", code="Z1")
    made(town, "A Một", code="Z2")
    made(town, "B Hai từ Lê Lợi đến 200 m", code="Z3")
    edit(town, "Lê Lợi", geometry=line((0, 20), (400, 20)))
    assert stale(town) == ["Z1", "Z3"]


def test_a_street_that_becomes_secret_is_no_longer_followed(town: Network) -> None:
    number = made(town, "Lê Lợi")
    edit(town, "Lê Lợi", properties={"visibility": "secret"}, geometry=line((0, 50), (400, 50)))
    (done,) = rebuild_stale(town.connection)
    assert [trouble.reason for trouble in done.troubles] == ["more_hidden"]
    assert off(stands(town, number), box(0, -10, 400, 10)) < 2


def test_units_and_objects_take_their_zones_along(town: Network) -> None:
    town.unit("1", [(0, 0), (100, 0), (100, 100), (0, 100)])
    units = made_of(town, {"kind": "unit", "unit": "1", "unit_on": "2025-06-30"}, code="U")
    town.pole("TRU-SO", (0, 0), visibility="public")
    circle = {"kind": "circle", "object_layer": "pole", "object_code": "TRU-SO", "radius_m": 50}
    round_it = made_of(town, circle, code="C")
    town.sql("UPDATE registry.admin_unit SET geom = ST_Translate(geom, 0.01, 0)")
    assert stale(town) == ["U"]
    town.redraw("pole", "TRU-SO", [(500, 0)])
    assert stale(town) == ["C", "U"]
    before = stands(town, units)
    rebuild_stale(town.connection)
    assert not stands(town, units).intersects(before)
    assert off(stands(town, round_it), shapely.Point(500, 0).buffer(50, quad_segs=64)) < 40
    town.delete("pole", "TRU-SO")
    assert [len(done.troubles) for done in rebuild_stale(town.connection)] == [1]


def test_a_zone_without_its_recipe_is_drawn_by_hand(town: Network) -> None:
    number = made(town, "Lê Lợi")
    detach(town.connection, number)
    edit(town, "Lê Lợi", geometry=line((0, 50), (400, 50)))
    assert stale(town) == []
    assert off(stands(town, number), box(0, -10, 400, 10)) < 2
    town.sql("UPDATE registry.zone SET geom = ST_Translate(geom, 0.001, 0)")


def test_imported_streets_take_their_zones_along(town: Network, tmp_path: Path) -> None:
    number = made(town, "Lê Lợi (từ A Một đến B Hai)")
    path = tmp_path / "streets.geojson"
    feature = {
        "type": "Feature",
        "properties": {"code": "Lê Lợi", "name": "Lê Lợi", "street_class": "other"},
        "geometry": line((0, 100), (400, 100)),
    }
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}), encoding="utf-8")
    import_file(town.connection, ImportRequest("street", path))
    follow(town.connection, "street")
    assert off(stands(town, number), box(100, 90, 300, 110)) < 1
    assert flagged(town) == {"north": 80}


def test_the_job_follows_within_seconds_under_who_corrected_the_street(fresh_database: Database) -> None:
    with transaction(Role.WORKER, Actor("tester")) as connection:
        network = Network(connection)
        network.street("Lê Lợi", [(0, 0), (400, 0)])
        for x in (110, 150):
            network.pole(str(x), (x, 105))
        network.cable("k", [(110, 105), (150, 105)])
        network.build()
        number = made(network, "Lê Lợi")
    with transaction(actor=SO) as connection:
        network.connection = connection
        edit(network, "Lê Lợi", geometry=line((0, 100), (400, 100)))
    with ThreadPoolExecutor(1) as pool:
        pool.submit(asyncio.run, work(application(TASKS, []), wait=False)).result()
    with transaction(Role.WORKER) as connection:
        network.connection = connection
        assert off(stands(network, number), box(0, 90, 400, 110)) < 2
        assert flagged(network) == {"k": 40}
        ((person,),) = network.sql(
            "SELECT c.person FROM history.zone AS h JOIN gisreg.change_set AS c ON c.id = h.change_set_id"
            " ORDER BY h.history_id DESC LIMIT 1"
        )
        assert person == "Sở"
        assert waiting_jobs(network) == 0
