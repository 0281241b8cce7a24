"""Rows without a code are found by distance and type, each match is told; or objects are found by a chosen key."""

from __future__ import annotations

import json

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from pyproj import Geod

from gisreg.database.connection import Actor, Role, transaction
from gisreg.errors import UsageError
from gisreg.importing.request import ImportRequest
from gisreg.importing.run import import_file
from tests.importing.conftest import point

LON, LAT = 106.34, 20.45
EAST, NORTH = 1 / 104_400, 1 / 110_700
"""Degrees a metre, nearly; distances in the tests are taken from the geodesic."""
GEOD = Geod(ellps="WGS84")


def at(x: float, y: float) -> tuple[float, float]:
    return LON + x * EAST, LAT + y * NORTH


def metres(one: tuple[float, float], other: tuple[float, float]) -> float:
    return GEOD.inv(*at(*one), *at(*other))[2]


def pole(place: tuple[float, float], **properties: object) -> tuple[dict[str, object], dict[str, object]]:
    return properties, point(*at(*place))


def expected(old: list, new: list, within: float) -> tuple[dict[int, int], set[int]]:
    """Return row -> pole, and the rows that could be several, from the rule's text."""

    def alike(one: str, other: str) -> bool:
        return "unknown" in (one, other) or one == other

    pairs = {
        (row, known): far
        for row, (place, kind) in enumerate(new)
        for known, (there, other) in enumerate(old)
        if alike(kind, other) and (far := metres(place, there)) <= within
    }
    taken: dict[int, int] = {}
    for (row, known), far in pairs.items():
        rivals = [
            other
            for pair, other in pairs.items()
            if pair != (row, known) and (pair[0] == row or pair[1] == known)
        ]
        if all(other >= 2 * far for other in rivals):
            taken[row] = known
    unclear = {
        row
        for row, _ in pairs
        if row not in taken and any(known not in taken.values() for one, known in pairs if one == row)
    }
    return taken, unclear


def on_the_edge(old: list, new: list, within: float) -> bool:
    """Say whether a distance lies on the limit, or two in the ratio that decides, by less than is computed."""
    fars = [metres(place, there) for place, _ in new for there, _ in old]
    return any(abs(far - within) < 1e-4 for far in fars) or any(
        abs(far - 2 * other) < 1e-4 for far in fars for other in fars
    )


PLACE = st.tuples(st.integers(0, 40).map(lambda n: n / 4), st.integers(0, 12).map(lambda n: n / 4))
KIND = st.sampled_from(("telecom", "lighting", "unknown"))
POLES = st.lists(st.tuples(PLACE, KIND), min_size=1, max_size=7, unique_by=lambda one: one[0])


@pytest.mark.usefixtures("database")
@given(POLES, POLES, st.sampled_from((0.6, 1.1, 3.1)))
@settings(max_examples=60, deadline=None)
def test_the_nearest_of_a_type_by_a_clear_lead(tmp_path_factory, old, new, within):
    # A twelfth of a metre aside: no row stands exactly where a pole does.
    new = [((x + 1 / 12, y), kind) for (x, y), kind in new]
    assume(not on_the_edge(old, new, within))
    taken, unclear = expected(old, new, within)
    folder = tmp_path_factory.mktemp("nearby")
    known, file = folder / "known.geojson", folder / "new.geojson"
    known.write_text(
        _collection([pole(place, code=f"P{n}", kind=kind) for n, (place, kind) in enumerate(old)])
    )
    file.write_text(_collection([pole(place, kind=kind) for place, kind in new]))
    with transaction(Role.WORKER, Actor("tester")) as own:
        import_file(own, ImportRequest("pole", known))
        report = import_file(own, ImportRequest("pole", file, match_within_m=within, accept_valid=True))
        again = import_file(own, ImportRequest("pole", known))
        own.rollback()
    assert {(label, name) for label, name, _ in report.matched} == {
        (f"row {row + 1}", f"P{number}") for row, number in taken.items()
    }
    assert {one.index for one in report.problems.found} == unclear
    assert report.inserted == len(new) - len(taken) - len(unclear)
    assert (again.inserted, again.problems.found) == (0, [])


def _collection(features):
    return json.dumps(
        {
            "type": "FeatureCollection",
            "features": [
                {"type": "Feature", "properties": properties, "geometry": geometry}
                for properties, geometry in features
            ],
        }
    )


def test_a_match_keeps_the_code_and_takes_the_place(geojson, take, rows):
    take("pole", geojson(pole((0, 0), code="P1", height_m=8), pole((30, 0), code="P2")))
    report = take(
        "pole", geojson(pole((0.6, 0), height_m=9), pole((30.4, 0)), pole((60, 0)), name="gps.geojson")
    )
    assert (report.inserted, report.changed, len(report.matched)) == (1, 2, 2)
    assert [(label, name, round(far, 1)) for label, name, far in report.matched] == [
        ("row 1", "P1", 0.6),
        ("row 2", "P2", 0.4),
    ]
    lon, _ = at(0.6, 0)
    assert rows("SELECT code, height_m, ST_X(geom) FROM registry.pole WHERE code = 'P1'") == [("P1", 9, lon)]
    # The same file again finds the poles where they are now, and changes nothing.
    again = take(
        "pole", geojson(pole((0.6, 0), height_m=9), pole((30.4, 0)), pole((60, 0)), name="gps.geojson")
    )
    assert (again.inserted, again.changed, again.unchanged) == (0, 0, 3)


def test_cables_without_a_code_are_found_by_their_course(geojson, take):
    def line(*places):
        return {"type": "LineString", "coordinates": [at(*place) for place in places]}

    take("cable", geojson(({"code": "C1", "medium": "fibre"}, line((0, 0), (30, 0), (60, 2)))))
    near = geojson(({"medium": "fibre"}, line((0, 0.5), (30, 0.4), (60, 2.2))), name="a.geojson")
    assert [(name, round(far, 1)) for _, name, far in take("cable", near, dry_run=True).matched] == [
        ("C1", 0.5)
    ]
    assert take("cable", near, dry_run=True, match_within_m=0.0).inserted == 1
    copper = geojson(({"medium": "copper"}, line((0, 0.5), (30, 0.4), (60, 2.2))), name="b.geojson")
    assert take("cable", copper, dry_run=True).inserted == 1
    shorter = geojson(({"medium": "fibre"}, line((0, 0), (30, 0))), name="c.geojson")
    assert take("cable", shorter, dry_run=True).inserted == 1


def test_a_row_that_could_be_two_is_rejected_with_both_names(geojson, take):
    take("pole", geojson(pole((0, 0), code="P1"), pole((1.1, 0), code="P2")))
    report = take("pole", geojson(pole((0.5, 0)), name="gps.geojson"), dry_run=True)
    assert [one.what.en for one in report.problems.found] == [
        "has no code and could be several objects: P1 (0.5 m), P2 (0.6 m)."
    ]


def test_less_than_a_millimetre_is_no_change(geojson, take, rows):
    take("pole", geojson(pole((0, 0), code="P1")))
    lon, lat = at(0, 0)
    assert take("pole", geojson(({"code": "P1"}, point(lon + 9e-9, lat - 9e-9)))).unchanged == 1
    assert take("pole", geojson(({"code": "P1"}, point(lon + 1.1e-8, lat)))).changed == 1
    assert rows("SELECT ST_X(geom) FROM registry.pole") == [(lon + 1.1e-8,)]


def test_another_key_can_be_chosen(geojson, take, rows, columns):
    rows(
        "INSERT INTO registry.organisation (code, name, kind) VALUES ('A', 'A', 'carrier'), ('B', 'B', 'carrier')"
        " RETURNING id"
    )
    take(
        "pole",
        geojson(pole((0, 0), code="P1", source="S-1"), pole((30, 0), code="P2", source="S-2")),
        owner="A",
    )
    # The poles were handed over: the same codes, another owner.
    moved = geojson(pole((0, 0), code="P1"), pole((30, 0), code="P2"), name="b.geojson")
    assert take("pole", moved, owner="B", dry_run=True).inserted == 2
    handed = take("pole", moved, owner="B", key=("code",))
    assert (handed.inserted, handed.changed) == (0, 2)
    # They got new codes: found by where they come from.
    named = geojson(
        pole((0, 0), code="N1", source="S-1"), pole((30, 0), code="N1", source="S-2"), name="c.geojson"
    )
    report = take("pole", named, owner="B", key=("source",), dry_run=True)
    assert {one.what.en for one in report.problems.found} == {
        "another object of the registry, or row of the file, has its owner_id and code."
    }
    named = geojson(
        pole((0, 0), code="N1", source="S-1"), pole((30, 0), code="N2", source="S-2"), name="c.geojson"
    )
    assert take("pole", named, owner="B", key=("source",)).changed == 2
    assert rows("SELECT code FROM registry.pole ORDER BY code") == [("N1",), ("N2",)]
    with pytest.raises(UsageError, match="--key colour: the layer pole has no such field"):
        take("pole", named, owner="B", key=("colour",))
