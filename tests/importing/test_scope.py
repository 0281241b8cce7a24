"""`--replace-scope` deletes what a ward or street has and the file has not: only the owner's, only when asked."""

from __future__ import annotations

import pytest

from gisreg.errors import ConflictError, UsageError
from tests.importing.conftest import point


@pytest.fixture
def ward(rows, geojson, take):
    """Make two wards, a street and two owners; five poles stand in the first ward, one in the second."""
    rows(
        "INSERT INTO registry.organisation (code, name, kind) VALUES ('A', 'A', 'carrier'), ('B', 'B', 'carrier') RETURNING id"
    )
    for code, name, west in (("1", "Phường Trần Lãm", 106.3), ("2", "Xã Vũ Thư", 106.4)):
        rows(
            "INSERT INTO registry.admin_unit (gso_code, level, kind, name, valid_from, geom) VALUES"
            " (%s, 'commune', 'phuong', %s, '2025-07-01', ST_Multi(ST_MakeEnvelope(%s, 20.4, %s, 20.5, 4326))) RETURNING id",
            code, name, west, west + 0.1,
        )  # fmt: skip
    rows(
        "INSERT INTO registry.street (code, name, geom) VALUES ('S', 'Lý Bôn',"
        " ST_Multi(ST_GeomFromText('LINESTRING(106.3 20.41, 106.4 20.41)', 4326))) RETURNING id"
    )
    for owner, poles in (
        (
            "A",
            {"A-1": (106.31, 20.41), "A-2": (106.32, 20.41), "A-3": (106.33, 20.45), "A-4": (106.41, 20.41)},
        ),
        ("B", {"B-1": (106.31, 20.42)}),
    ):
        take("pole", geojson(*(({"ma": code}, point(*place)) for code, place in poles.items())), owner=owner)


@pytest.fixture
def update(geojson):
    return geojson(({"ma": "A-1", "cao": 9}, point(106.31, 20.41)), ({"ma": "A-5"}, point(106.34, 20.41)))


CODES = "SELECT string_agg(code, ' ' ORDER BY code) FROM registry.pole"


@pytest.mark.parametrize(
    ("scope", "gone", "left"),
    [
        ("ward=Trần Lãm", ["A-2", "A-3"], "A-1 A-4 A-5 B-1"),
        ("ward=1", ["A-2", "A-3"], "A-1 A-4 A-5 B-1"),
        ("street=Lý Bôn", ["A-2"], "A-1 A-3 A-4 A-5 B-1"),
    ],
)
def test_what_is_not_in_the_file_goes(ward, update, take, rows, scope, gone, left):
    dry = take("pole", update, owner="A", replace_scope=scope, dry_run=True)
    assert (dry.deleted, dry.deletions) == (len(gone), gone)
    assert rows(CODES) == [("A-1 A-2 A-3 A-4 B-1",)]

    report = take("pole", update, owner="A", replace_scope=scope)

    assert (report.inserted, report.changed, report.deletions) == (1, 1, gone)
    assert rows(CODES) == [(left,)]


def test_nothing_goes_unless_asked(ward, update, take, rows):
    assert take("pole", update, owner="A").deleted == 0
    assert rows(CODES) == [("A-1 A-2 A-3 A-4 A-5 B-1",)]


def test_an_owner_must_be_said(ward, update, take):
    with pytest.raises(UsageError, match="whose objects"):
        take("pole", update, replace_scope="ward=1")


@pytest.mark.parametrize("scope", ["ward", "city=1", "ward="])
def test_scopes_that_are_none(ward, update, take, scope):
    with pytest.raises(UsageError, match="not understood"):
        take("pole", update, owner="A", replace_scope=scope)


def test_a_ward_that_is_not_there(ward, update, refused):
    assert "there are 0 such wards" in refused("pole", update, owner="A", replace_scope="ward=X").message


def test_nothing_goes_while_rows_are_rejected(ward, geojson, take, rows):
    path = geojson(({"ma": "A-1", "cao": 999}, point(106.31, 20.41)), ({"ma": "A-5"}, point(106.34, 20.41)))
    dry = take("pole", path, owner="A", replace_scope="ward=1", dry_run=True)
    assert (dry.deleted, dry.notes) == (0, ["--replace-scope was not tried: rows are rejected."])
    with pytest.raises(UsageError, match="rows are rejected"):
        take("pole", path, owner="A", replace_scope="ward=1", accept_valid=True)


def test_what_is_in_use_stays(ward, update, take, rows):
    rows(
        "INSERT INTO registry.fitting (pole_id, kind) SELECT id, 'box' FROM registry.pole WHERE code = 'A-3' RETURNING id"
    )
    with pytest.raises(ConflictError, match="A-3: 1 fitting refer to it"):
        take("pole", update, owner="A", replace_scope="ward=1")
