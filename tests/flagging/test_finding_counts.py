"""Counts and metres of findings by every two of what they can be counted by, against a count in plain Python."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date
from itertools import combinations
from typing import Any

import httpx
import pytest
import shapely
from pyproj import Transformer
from typer.testing import CliRunner

from gisreg.cli.findings import app
from gisreg.clock import today
from gisreg.database.address import Role
from gisreg.database.connection import Actor, transaction
from gisreg.flagging.all_rules import all_rules
from gisreg.flagging.finding_counts import DIMENSIONS
from gisreg.flagging.run import run
from tests.support.databases import Database
from tests.support.served import Query

OLD = "ward@2025-01-01"
PAIRS = [*combinations(DIMENSIONS, 2), *((OLD, other) for other in DIMENSIONS if other != "ward")]
PLANE = Transformer.from_crs(4326, 9209, always_xy=True)
STREET_REACH_M = 20.0
PLACES = (
    *(
        f"SELECT id, encode(ST_AsBinary(geom), 'hex') FROM registry.{layer}"
        for layer in ("segment", "pole", "span", "tower", "cable", "street", "manhole", "duct")
    ),
    "SELECT s.id, encode(ST_AsBinary(p.geom), 'hex') FROM registry.support AS s JOIN registry.pole AS p"
    " ON p.id = s.pole_id",
    "SELECT f.id, encode(ST_AsBinary(coalesce(f.geom, p.geom, s.geom)), 'hex') FROM registry.fitting AS f"
    " LEFT JOIN registry.pole AS p ON p.id = f.pole_id LEFT JOIN registry.span AS s ON s.id = f.span_id",
)
AGES = (
    (0, 7, "0-"),
    (8, 30, "8-"),
    (31, 90, "31-"),
    (91, 180, "91-"),
    (181, 365, "181-"),
    (366, 10**6, "366-"),
)


@pytest.fixture(scope="module", autouse=True)
def town(seeded_network: Database) -> None:
    """Lean poles, wind cables round poles, add a second zone, two former wards, and make some findings old."""
    with transaction(Role.WORKER, Actor("seed")) as connection, connection.cursor() as cursor:
        cursor.execute("UPDATE registry.pole SET lean_deg = CASE WHEN code LIKE '%-3' THEN 12 ELSE 1 END")
        cursor.execute("UPDATE registry.support SET is_wound = sequence % 3 = 0")
        cursor.execute(
            "INSERT INTO registry.zone (code, name, kind, valid_from, weight, geom) VALUES ('Z2', 'Di tích', 'heritage',"
            " '2025-01-01', 2, ST_Multi(ST_MakeEnvelope(106.333, 20.4405, 106.3351, 20.4431, 4326)))"
        )
        cursor.execute(
            "INSERT INTO registry.admin_unit (gso_code, level, kind, name, valid_from, valid_to, geom) VALUES"
            " ('701', 'commune', 'xa', 'Tây', '2004-01-01', '2025-07-01',"
            "  ST_Multi(ST_MakeEnvelope(106.32, 20.43, 106.33205, 20.45, 4326))),"
            " ('702', 'commune', 'xa', 'Đông', '2004-01-01', '2025-07-01',"
            "  ST_Multi(ST_MakeEnvelope(106.33205, 20.43, 106.34, 20.45, 4326)))"
        )
        run(connection)
        for days, share in ((10, 5), (40, 7), (120, 9), (200, 11), (500, 13)):
            cursor.execute(
                "UPDATE registry.finding SET first_seen_at = now() - %s * interval '1 day'"
                " WHERE abs(hashint8(object_id)) %% %s = 0",
                (days, share),
            )


def findings(query: Query) -> list[dict[str, Any]]:
    """Return every finding with what it is counted by, found without the registry's own functions."""
    middles = {
        number: shapely.line_interpolate_point(shape, 0.5, normalized=True)
        if shape.geom_type == "LineString"
        else shape
        for number, shape in (
            (number, shapely.from_wkb(bytes.fromhex(wkb)))
            for number, wkb in query(" UNION ALL ".join(PLACES))
            if wkb is not None
        )
    }
    shape = lambda wkb: shapely.from_wkb(bytes.fromhex(wkb))  # noqa: E731 - used three times right here
    zones = {
        number: (code, shape(wkb))
        for number, code, wkb in query("SELECT id, code, encode(ST_AsBinary(geom), 'hex') FROM registry.zone")
    }
    former, wards = (
        [
            (code, shape(wkb))
            for code, wkb in query(
                "SELECT gso_code, encode(ST_AsBinary(geom), 'hex') FROM registry.admin_unit"
                f" WHERE level = 'commune' AND {held}"
            )
        ]
        for held in ("valid_to = '2025-07-01'", "valid_to IS NULL")
    )
    streets = [
        (number, code, shapely.transform(shape(wkb), PLANE.transform, interleaved=False))
        for number, code, wkb in query(
            "SELECT id, code, encode(ST_AsBinary(geom), 'hex') FROM registry.street"
        )
    ]
    codes = {number: code for number, code, _ in streets}
    states = dict(query("SELECT segment_id, tidying_state FROM registry.segment_state"))
    owners = dict(query("SELECT id, code FROM registry.organisation"))
    rows = query(
        "SELECT object_id, rule_id, zone_id, owner_id, outcome, coalesce(metres_inside, 0), priority,"
        " (first_seen_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date FROM registry.finding"
    )
    in_zones: dict[int, set[int]] = defaultdict(set)
    for object_id, rule, zone, _, _, metres, _, _ in rows:
        if rule >= "Z" and metres >= 0.01:
            in_zones[object_id].add(zone)
    found = []
    for object_id, rule, zone, owner, outcome, metres, priority, seen in rows:
        layer = all_rules()[rule].layer
        middle = middles.get(object_id)
        # Streets and cables have no one place: no unit and no zone, but a street.
        place = None if layer in ("street", "cable") else middle
        found.append({
            "rule": rule,
            "severity": severity(rule, priority),
            "layer": layer,
            "zone": zones_of(rule, zone, object_id, in_zones, zones, place),
            "ward": next((code for code, area in wards if place is not None and area.covers(place)), None),
            "street": codes[object_id] if layer == "street" else street_of(middle, streets),
            "carrier": owners.get(owner),
            "state": states.get(object_id, "none") if layer == "segment" else None,
            "outcome": outcome,
            "age": age_of(seen),
            OLD: next((code for code, area in former if place is not None and area.covers(place)), None),
            "metres": metres,
        })  # fmt: skip
    return found


def severity(rule: str, priority: float) -> str:
    if rule >= "Z":
        return all_rules()[rule].severity
    return "critical" if priority >= 100 else "major" if priority >= 10 else "minor"


def zones_of(
    rule: str,
    zone: int | None,
    number: int,
    in_zones: dict[int, set[int]],
    zones: dict[int, tuple[str, shapely.Geometry]],
    place: shapely.Point | None,
) -> set[str | None]:
    if rule >= "Z":
        assert zone is not None
        return {zones[zone][0]}
    if all_rules()[rule].layer == "segment":
        found = in_zones[number]
    else:
        found = {key for key, (_, area) in zones.items() if place is not None and area.covers(place)}
    return {zones[key][0] for key in found} or {None}


def street_of(middle: shapely.Point | None, streets: list[tuple[int, str, shapely.Geometry]]) -> str | None:
    if middle is None:
        return None
    at = shapely.Point(*PLANE.transform(middle.x, middle.y))
    near = [(line.distance(at), number, code) for number, code, line in streets]
    return next((code for metres, _, code in sorted(near) if metres <= STREET_REACH_M), None)


def age_of(seen: date) -> str:
    days = (today() - seen).days
    return next(key for least, most, key in AGES if least <= days <= most)


def expected(rows: list[dict[str, Any]], by: tuple[str, str]) -> tuple[Counter[Any], dict[Any, float]]:
    count: Counter[Any] = Counter()
    metres: dict[Any, float] = defaultdict(float)
    for row in rows:
        keys: list[tuple[Any, ...]] = [()]
        for name in by:
            options = row[name] if isinstance(row[name], set) else {row[name]}
            keys = [(*key, option) for key in keys for option in options]
        for key in keys:
            count[key] += 1
            metres[key] += row["metres"]
    return count, metres


@pytest.fixture(scope="module")
def plain(seeded_network: Database, town: None) -> list[dict[str, Any]]:
    import psycopg2

    connection = psycopg2.connect(seeded_network.urls[Role.WORKER])

    def ask(statement: str, *_: Any) -> list[tuple[Any, ...]]:
        with connection.cursor() as cursor:
            cursor.execute(statement)
            return cursor.fetchall()

    try:
        return findings(ask)
    finally:
        connection.close()


def test_the_town_has_something_of_everything(plain: list[dict[str, Any]]) -> None:
    for name in (*DIMENSIONS, OLD):
        values = {value for row in plain for value in (row[name] if name == "zone" else {row[name]})}
        assert len(values) > 1 or name in ("ward", "outcome"), name
    assert {row["layer"] for row in plain} == {"pole", "support", "segment", "cable", "tower"}
    assert {row["age"] for row in plain} == {key for _, _, key in AGES}


@pytest.mark.parametrize("by", PAIRS, ids=",".join)
def test_counts_and_metres_by_two(
    client: httpx.Client, plain: list[dict[str, Any]], by: tuple[str, str]
) -> None:
    answer = client.get("/findings/counts", params={"by": ",".join(by)})
    assert answer.status_code == 200, answer.text
    names = [name.partition("@")[0] for name in by]
    told = {tuple(row[name]["key"] for name in names): row for row in answer.json()["rows"] if row["count"]}
    count, metres = expected(plain, by)
    assert {key: row["count"] for key, row in told.items()} == dict(count)
    for key, row in told.items():
        assert row["metres"] == pytest.approx(metres[key], rel=1e-9)
        assert {"applicable", "evaluated", "share", "enough", "told"} <= set(row)


@pytest.mark.parametrize("name", DIMENSIONS)
def test_a_filter_gives_what_the_count_by_it_says(
    client: httpx.Client, plain: list[dict[str, Any]], name: str
) -> None:
    """The list of one key has as many findings as stand beside the key."""
    if name == "age":
        for least, _, _ in AGES:
            found = client.get("/findings", params={"age": least, "limit": 1000}).json()["features"]
            old = sum(row["age"] in [key for low, _, key in AGES if low >= least] for row in plain)
            assert len(found) == old
        return
    rows = client.get("/findings/counts", params={"by": name}).json()["rows"]
    asked = 0
    for row in rows:
        if row[name]["key"] is None or not row["count"]:
            continue
        page = client.get("/findings", params={name: row[name]["key"], "limit": 1000}).json()
        assert len(page["features"]) == row["count"], row
        assert all(feature["geometry"] for feature in page["features"])
        asked += 1
    assert asked


def test_a_former_ward_is_its_outline(client: httpx.Client, plain: list[dict[str, Any]]) -> None:
    for code in ("701", "702", "701@2024-05-01"):
        found = client.get("/findings", params={"ward": code, "limit": 1000}).json()["features"]
        assert len(found) == sum(row[OLD] == code[:3] for row in plain) > 0
    west = client.get("/findings/counts", params={"ward": "701", "by": "rule"}).json()
    assert sum(row["count"] or 0 for row in west["rows"]) == sum(row[OLD] == "701" for row in plain)


def test_coverage_of_a_place_that_runs_do_not_count(client: httpx.Client, query: Query) -> None:
    """Nothing is measured along one street: no finding there is no zero, however well the rest was measured."""
    query("UPDATE registry.pole SET lean_deg = CASE WHEN ST_Y(geom) < 20.4402 THEN NULL ELSE 1 END")
    with transaction(Role.WORKER, Actor("seed")) as connection:
        run(connection)
    try:
        everywhere = client.get("/findings", params={"rule": "P02"}).json()["coverage"]
        assert everywhere["share"] > 0.5
        assert everywhere["told"] is None
        (row,) = client.get("/findings/counts", params={"by": "rule", "rule": "P02"}).json()["rows"]
        assert row["count"] == 0
        for asked in ({"street": "S1"}, {"bbox": "106.32,20.4399,106.34,20.4402"}):
            page = client.get("/findings", params={"rule": "P02", **asked}).json()
            assert page["features"] == []
            assert (page["coverage"]["applicable"], page["coverage"]["evaluated"]) == (20, 0)
            assert page["coverage"]["told"]["vi"] == "Chưa đo đủ"
            (row,) = client.get("/findings/counts", params={"by": "rule", "rule": "P02", **asked}).json()[
                "rows"
            ]
            assert (row["count"], row["told"]["en"]) == (None, "Not enough measured")
        elsewhere = client.get(
            "/findings", params={"rule": "P02", "bbox": "106.32,20.4422,106.34,20.46"}
        ).json()
        assert elsewhere["coverage"]["share"] == 1.0
        assert elsewhere["coverage"]["told"] is None
    finally:
        query("UPDATE registry.pole SET lean_deg = CASE WHEN code LIKE '%-3' THEN 12 ELSE 1 END")
        with transaction(Role.WORKER, Actor("seed")) as connection:
            run(connection)


def test_a_rule_that_is_off_is_told_so(client: httpx.Client) -> None:
    page = client.get("/findings", params={"rule": "A04P"}).json()
    assert page["features"] == []
    assert page["coverage"]["off"] == [{"rule": "A04P", "threshold": "cables_per_pole_max"}]
    assert page["coverage"]["told"] == {"vi": "Quy tắc đang tắt", "en": "Rule is off"}
    off = client.get("/findings/counts").json()["off"]
    assert {"rule": "A04P", "threshold": "cables_per_pole_max"} in off


@pytest.mark.parametrize("by", ["rule,rule", "rule,zone,ward", "colour", "rule@2025-01-01", "ward@soon"])
def test_wrong_dimensions(client: httpx.Client, by: str) -> None:
    answer = client.get("/findings/counts", params={"by": by})
    assert answer.status_code == 400
    assert answer.json()["hint"]


def test_on_the_command_line(plain: list[dict[str, Any]]) -> None:
    counted = CliRunner().invoke(app, ["counts", "--by", "street,age"], env={"COLUMNS": "200"})
    assert counted.exit_code == 0, counted.output
    assert "Đường Lý Bôn" in counted.output
    assert "coverage does not tell apart: street, age" in counted.output
    assert "A04P (cables_per_pole_max)" in counted.output
    former = CliRunner().invoke(app, ["counts", "--by", f"{OLD},rule"], env={"COLUMNS": "200"})
    assert "701 Tây" in former.output
    listed = CliRunner().invoke(app, ["list", "--rule", "P02", "--limit", "2"])
    assert "cần kiểm chứng / to be verified" in listed.output
    assert "Ngưỡng nghiệp vụ đề xuất" in listed.output
    assert "12.00 deg (> 5)" in listed.output
