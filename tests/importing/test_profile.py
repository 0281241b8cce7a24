"""What columns mean: by name, by hand, by a profile; what maps to nothing is kept."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gisreg.errors import InvalidInputError, UsageError
from gisreg.importing.mapping import match_columns, propose
from gisreg.importing.profile import profile_of, read_profile
from gisreg.importing.request import ColumnOptions, ImportRequest
from gisreg.importing.run import import_file
from layers import LAYERS
from tests.importing.conftest import point

POLE = LAYERS["pole"]
PROFILE = """
columns: {Ký hiệu: code, "Cao độ đỉnh": height_m, Mã nội bộ: own, Rác: drop}
values: {material: {PC.I: spun_concrete, "6": steel}, owner: {Tập đoàn: VNPT}}
units: {Cao độ đỉnh: cm}
constants: {kind: telecom}
crs: EPSG:4326
table: {decimal: comma}
"""


@pytest.fixture
def profile(tmp_path):
    path = tmp_path / "vnpt.yaml"
    path.write_text(PROFILE, encoding="utf-8")
    return read_profile(path)


def test_a_profile_says_what_columns_mean(tmp_path, registry, profile, rows):
    rows(
        "INSERT INTO registry.organisation (code, name, kind) VALUES ('VNPT', 'VNPT', 'carrier') RETURNING id"
    )
    path = tmp_path / "poles.csv"
    path.write_text(
        "Ký hiệu;Cao độ đỉnh;Vật liệu;Chủ quản;Mã nội bộ;Rác;lon;lat\n"
        "C-01;850;pc.i;Tập đoàn;007;x;106,34;20,45\n"
        "C-02;900;6;VNPT;12;y;106,35;20,45\n",
        encoding="utf-8",
    )
    report = import_file(registry, profile.apply(ImportRequest("pole", path)))

    assert report.own_columns == ("Mã nội bộ",)
    assert report.dropped == ("Rác",)
    assert rows(
        "SELECT p.code, height_m, material, p.kind, o.code, extra FROM registry.pole AS p"
        " JOIN registry.organisation AS o ON o.id = owner_id JOIN registry.pole_private ON pole_id = p.id ORDER BY 1"
    ) == [
        ("C-01", 8.5, "spun_concrete", "telecom", "VNPT", {"Mã nội bộ": "007"}),
        ("C-02", 9.0, "steel", "telecom", "VNPT", {"Mã nội bộ": "12"}),
    ]


def test_what_is_said_by_hand_goes_before_the_profile(profile, tmp_path):
    asked = ImportRequest(
        "pole",
        tmp_path,
        crs="EPSG:9209",
        columns=ColumnOptions({"Ký hiệu": "note"}),
        constants={"kind": "other"},
    )
    applied = profile.apply(asked)
    assert (applied.crs, applied.columns.fields["Ký hiệu"], applied.constants["kind"]) == (
        "EPSG:9209",
        "note",
        "other",
    )
    assert applied.table.decimal == "comma"


@pytest.mark.parametrize(
    "content",
    [None, [], {"colums": {}}, {"columns": ["a"]}, {"values": {"material": "x"}}, {"table": {"decimal": "dot"}},
     {"table": {"shett": "x"}}, {"table": {"header_row": "3"}}],
)  # fmt: skip
def test_profiles_that_are_none(content):
    with pytest.raises(InvalidInputError) as caught:
        profile_of(content, "p.yaml")
    assert "docs/import.md" in str(caught.value.hint)


def test_profile_files_that_are_none(tmp_path):
    with pytest.raises(InvalidInputError, match="no such profile"):
        read_profile(tmp_path / "absent.yaml")
    path = tmp_path / "p.yaml"
    path.write_text("columns: {a: !!python/object:os.system x", encoding="utf-8")
    with pytest.raises(InvalidInputError, match="is no YAML"):
        read_profile(path)


def test_columns_that_look_like_a_field_are_proposed_not_taken(geojson, take):
    report = take("pole", geojson(({"code": "C", "chieu_caoo": 8, "tuyến": "x"}, point(106.3, 20.4))))
    assert report.own_columns == ("chieu_caoo", "tuyến")
    assert report.proposals == [("chieu_caoo", "height_m", 0.97)]


def test_a_column_cannot_become_what_is_no_field(geojson, take):
    path = geojson(({"code": "C", "a": 8, "b": 9}, point(106.3, 20.4)))
    for fields in ({"a": "colour"}, {"a": "height_m", "b": "height_m"}):
        with pytest.raises(UsageError):
            take("pole", path, columns=ColumnOptions(fields))


def test_own_fields_keep_their_types(tmp_path, take, rows):
    path = tmp_path / "poles.csv"
    path.write_text("ma,lat,lon,So,Ma2,Chu\nA,20.4,106.3,12,007,x\nB,20.4,106.4,1.5,12,\n", encoding="utf-8")
    take("pole", path, crs="EPSG:4326")
    assert rows(
        "SELECT extra FROM registry.pole_private JOIN registry.pole ON id = pole_id ORDER BY code"
    ) == [
        ({"So": 12, "Ma2": "007", "Chu": "x"},),
        ({"So": 1.5, "Ma2": "12"},),
    ]


def test_own_fields_of_layers_that_have_none_are_dropped_and_said(geojson, take):
    line = {"type": "LineString", "coordinates": [[106.3, 20.4], [106.4, 20.4]]}
    report = take("street", geojson(({"code": "S", "Lộ giới": 12}, line)))
    assert report.dropped == ("Lộ giới",)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text(max_size=12), max_size=8, unique=True))
def test_every_column_is_used_at_most_once(columns):
    found = match_columns(POLE, columns)
    assert len(set(found.values())) == len(found)
    assert set(found.values()) <= set(columns)
    assert not {name for _, name, _ in propose(POLE, columns, found)} & found.keys()
