"""Large files are taken part by part: the same outcome as of the file as a whole, whatever is in it."""

from __future__ import annotations

import math
import unicodedata

import pytest
import shapely

from gisreg.importing.request import ImportRequest
from gisreg.importing.run import import_file
from tests.importing.taken_by_parts import both, places, write

pytestmark = pytest.mark.usefixtures("small_parts")


def test_a_plain_file_is_taken_by_parts(tmp_path, outcome, by_parts, monkeypatch):
    path = write(
        tmp_path / "poles.gpkg",
        {
            "Mã cột": [f"C-{n}" for n in range(23)],
            "Loại cột": ["Cột viễn thông", "hạ thế", None] * 7 + ["hạ thế", "nhựa dẻo"],
            "Chiều cao (cm)": [850 + n for n in range(23)],
            "Số thẻ": [None] * 20 + ["x", "y", "z"],
        },
        places(23),
    )

    in_parts, whole = both(outcome, path, monkeypatch)

    assert by_parts == [True]
    assert in_parts == whole
    assert in_parts["read"] == 23
    assert in_parts["own_columns"] == ("Số thẻ",)
    assert in_parts["rejected"] == 1
    assert len(in_parts["rows"]) == 22


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        # What a column is shows only at its end: the file is taken once more.
        ({"Chiều cao": ["8"] * 10 + ["8,5"] * 3 + ["12,500"]}, None),
        ({"Số thẻ": ["1", "2"] * 6 + ["x", "007"]}, None),
        ({"Số thẻ": ["1,5", "2,25"] * 7}, None),
        ({"Mã cột": [f"{n}" for n in range(100, 110)] + ["000007", "12", "x", "y"]}, None),
        ({"Mã cột": [f"C{n}" for n in range(13)] + ["1E5"]}, None),
        ({"Mã cột": [f"C{n % 12}" for n in range(14)]}, None),
        ({"Mã cột": [None] * 14}, None),
        (
            {
                "Ngày dựng": ["2020-01-31"] * 7
                + ["31/12/2021", "2020-13-45", " 2020-01-02", "", None, "2021", "x"]
            },
            None,
        ),
        (
            {
                "Ghi chú": ["  hai  khoảng trắng ", "\ttab\\n", 'dấu "nháy"', "a\nb", "", None, "đường\u00a0"]
                * 2
            },
            None,
        ),
        (
            {"Tên riêng": ['"', "\\", "a\tb", "x" * 10_100, "ớ", unicodedata.normalize("NFD", "ớ"), ""] * 2},
            None,
        ),
        ({"Có gông gom": [True, None] * 7, "Có đèn": [False] * 14, "của mình": [True, None] * 7}, None),
        ({"Độ nghiêng": [1.5, math.inf, -1.0, 99.0, None, 3.0, 0.0] * 2}, None),
        ({"riêng": [1.0, 2.5, None, 1e300, 12.0, -0.0, 7.0] * 2}, None),
        ({"extra": ['{"a": 1}', None, "kein json", "{}"] * 3 + [None] * 2, "b": [1] * 14}, None),
        # Text that is not plainly Unicode, or damaged, is looked at as a whole.
        ({"Ghi chú": ["Tr­êng häc"] * 13 + ["§­êng"]}, None),
        ({"Ghi chú": ["tốt"] * 13 + ["đ??ng"]}, "letters were replaced by ?"),
        # A column that has the name of a codelist, but none of its values, is no such field.
        (
            {"Hiện trạng": ["cột cũ", "chờ dời", None, "sát mép đường", ""] * 2 + [None] * 4},
            "is not taken for",
        ),
        ({"Hiện trạng": [None] * 7 + ["cột cũ", "chờ dời"] * 3 + [None]}, "is not taken for"),
        ({"Hiện trạng": ["cột cũ"] * 9 + ["tốt"] * 5}, "'cột cũ'"),
        ({"Hiện trạng": ["cột cũ"] * 14}, "'cột cũ'"),
    ],
)
def test_the_same_as_a_whole(tmp_path, outcome, monkeypatch, columns, said):
    count = 14
    named = {"Mã cột": [f"C-{n}" for n in range(count)]} | columns

    in_parts, whole = both(outcome, write(tmp_path / "poles.gpkg", named, places(count)), monkeypatch)

    assert in_parts == whole
    if said:
        assert said in str(in_parts)


@pytest.mark.parametrize(
    "options",
    [
        {"crs": "EPSG:9209"},
        {"crs": "EPSG:4326", "repair": True},
        {"crs": "declared"},
        {"crs": "EPSG:banana"},
        {"keep_z": True},
        {"owner": "VNPT"},
        {"constants": {"kind": "telecom", "height_m": "8,5"}},
        {"coordinates": "swapped"},
        {"encoding": "unicode"},
        {"dry_run": True},
        {"source_layer": "nirgends"},
    ],
)
def test_options_hold_in_parts_too(tmp_path, outcome, monkeypatch, registry, options):
    with registry.cursor() as cursor:
        cursor.execute(
            "INSERT INTO registry.organisation (code, name, kind, source) VALUES ('VNPT', 'VNPT', 'carrier', 'test')"
        )
    shapes = [shapely.Point(106.3 + n / 1e4, 20.4, n % 3) for n in range(11)]
    columns = {"code": [f"C-{n}" for n in range(11)], "height": [None, 7.5] * 5 + [8.0]}

    in_parts, whole = both(outcome, write(tmp_path / "poles.gpkg", columns, shapes), monkeypatch, **options)

    assert in_parts == whole


def test_rows_without_a_code_are_found_nearby_in_parts_too(
    tmp_path, outcome, by_parts, monkeypatch, registry
):
    far, near = places(17), [shapely.Point(one.x + 3e-6, one.y) for one in places(17)]
    known = {"code": [f"C-{n}" for n in range(17)], "kind": ["telecom"] * 17}
    import_file(registry, ImportRequest("pole", write(tmp_path / "known.gpkg", known, far)))
    near[5:7] = [shapely.Point(106.4, 20.4), shapely.Point((far[6].x + far[7].x) / 2, 20.4)]
    found = {"kind": ["telecom"] * 16 + ["lighting"], "height_m": [8.0] * 17}
    path = write(tmp_path / "gps.gpkg", found, near)
    taken = len(by_parts)

    in_parts, whole = both(outcome, path, monkeypatch, match_within_m=6.0)

    assert by_parts[taken:] == [True]
    assert in_parts == whole
    # One stands elsewhere, one half way between two poles, one is of another kind.
    assert {name for _, name, _ in in_parts["matched"]} == {f"C-{n}" for n in range(16) if n not in (5, 6)}
    assert in_parts["changed"] == 14


def test_codes_that_the_registry_has_are_not_spoilt_in_parts_either(
    tmp_path, outcome, by_parts, monkeypatch, registry
):
    with registry.cursor() as cursor:
        cursor.execute(
            "INSERT INTO registry.pole (code, source, geom)"
            " VALUES ('1E5', 'test', ST_SetSRID(ST_MakePoint(106.3, 20.4), 4326))"
        )
    codes = ["1E5", *(f"C-{n}" for n in range(12)), "2E5"]

    in_parts, whole = both(outcome, write(tmp_path / "poles.gpkg", {"code": codes}, places(14)), monkeypatch)

    assert by_parts == [True]
    assert in_parts == whole
    assert [row for _, row, _, _ in in_parts["problems"]] == ["row 14"]
    assert (in_parts["inserted"], in_parts["rejected"]) == (12, 1)


@pytest.mark.parametrize(
    ("names", "known", "said"),
    [
        (None, 0, "has no column for name."),
        (None, 1, [f"row {n + 1} (Z-{n})" for n in range(1, 12)]),
        (["Khu vực"] * 7 + [None] * 5, 9, [f"row {n + 1} (Z-{n})" for n in range(9, 12)]),
        (["Khu vực"] * 12, 0, []),
    ],
)
def test_what_only_new_objects_need_is_asked_in_parts_too(
    tmp_path, outcome, by_parts, monkeypatch, registry, names, known, said
):
    areas = [shapely.box(106.3, 20.4 + n / 1e3, 106.301, 20.4005 + n / 1e3) for n in range(12)]
    columns = {
        "code": [f"Z-{n}" for n in range(12)],
        "kind": ["urban"] * 12,
        "valid_from": ["2025-01-01"] * 12,
    }
    if known:
        old = {name: cells[:known] for name, cells in columns.items()} | {"name": ["Đã có"] * known}
        import_file(registry, ImportRequest("zone", write(tmp_path / "known.gpkg", old, areas[:known])))
    given = columns if names is None else columns | {"name": names}
    taken = len(by_parts)

    in_parts, whole = both(outcome, write(tmp_path / "a.gpkg", given, areas), monkeypatch, layer="zone")

    assert in_parts == whole
    if isinstance(said, str):
        assert said in in_parts["error"]
    else:
        assert by_parts[taken:] == [True]
        assert [
            row for _, row, what, _ in in_parts["problems"] if what == "name để trống. / name is empty."
        ] == said
        assert in_parts["inserted"] == 12 - known - len(said)


@pytest.mark.parametrize("places_off", [0.0, 4e-9, 2e-8])
def test_another_key_and_places_that_are_rounded_in_parts_too(
    tmp_path, outcome, by_parts, monkeypatch, registry, places_off
):
    with registry.cursor() as cursor:
        cursor.execute(
            "INSERT INTO registry.organisation (code, name, kind, source) VALUES ('VNPT', 'VNPT', 'carrier', 'test')"
        )
    known = {"code": [f"C-{n}" for n in range(17)], "source": [f"S-{n}" for n in range(17)]}
    path = write(tmp_path / "known.gpkg", known, places(17))
    import_file(registry, ImportRequest("pole", path, owner="VNPT"))
    shapes = [shapely.Point(one.x + places_off, one.y) for one in places(17)]
    renamed = {"code": [f"D-{n}" for n in range(16)] + ["C-3"], "source": known["source"]}
    for columns, options in ((known, {}), (renamed, {"key": ("source",)})):
        path = write(tmp_path / "again.gpkg", columns, shapes)
        taken = len(by_parts)
        in_parts, whole = both(outcome, path, monkeypatch, owner="VNPT", **options)
        assert by_parts[taken:] == [True]
        assert in_parts == whole
        moved = places_off > 1e-8
        if not options:
            assert (in_parts["changed"], in_parts["unchanged"]) == ((17, 0) if moved else (0, 17))
        else:
            assert (in_parts["changed"], in_parts["rejected"]) == (16, 1)
