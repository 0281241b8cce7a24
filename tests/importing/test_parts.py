"""Large files are taken part by part: the same outcome as of the file as a whole, whatever is in it."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyogrio
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg2.extensions import connection

from gisreg.errors import InvalidInputError
from gisreg.importing import arrow_file, parts
from gisreg.importing.request import ImportReport, ImportRequest
from gisreg.importing.run import import_file

PART = 5
ROWS = (
    "SELECT code, kind, material, height_m, lean_deg, condition, installed_on::text, has_bracket, source, visibility,"
    " position_method, province_code, owner_id, cable_capacity, contract_ref, note, extra::text, ST_AsText(geom)"
    " FROM registry.pole LEFT JOIN registry.pole_private ON pole_id = id ORDER BY code, ST_AsText(geom)"
)


@pytest.fixture(autouse=True)
def _small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(arrow_file, "BATCH", PART)
    monkeypatch.setattr(arrow_file, "SMALL", 0)


@pytest.fixture
def by_parts(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Return a list that takes, for every import, whether it was taken by parts in the end."""
    taken: list[bool] = []
    real = parts.take

    def noted(*arguments: Any) -> bool:
        taken.append(real(*arguments))
        return taken[-1]

    monkeypatch.setattr(parts, "take", noted)
    return taken


@pytest.fixture
def outcome(registry: connection) -> Callable[..., dict[str, Any]]:
    """Return what imports a file and tells all that came of it, undone afterwards."""

    def run(path: Path, layer: str = "pole", **options: Any) -> dict[str, Any]:
        with registry.cursor() as cursor:
            cursor.execute("SAVEPOINT before")
            try:
                report = import_file(registry, ImportRequest(layer, path, accept_valid=True, **options))
                told = _told(report)
            except InvalidInputError as error:
                told = {"error": error.message, "hint": error.hint}
                cursor.execute("ROLLBACK TO SAVEPOINT before")
            cursor.execute(ROWS)
            rows = cursor.fetchall()
            cursor.execute("ROLLBACK TO SAVEPOINT before")
        return {**told, "rows": rows}

    return run


def _told(report: ImportReport) -> dict[str, Any]:
    told = asdict(report)
    for name in ("problems", "warnings"):
        found = told[name]["found"]
        told[name] = sorted((one["index"], one["row"], one["what"], one["remedy"]) for one in found)
    del told["batch"]
    return told


def _both(
    outcome: Callable[..., dict[str, Any]], path: Path, monkeypatch: pytest.MonkeyPatch, **options: Any
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return what comes of a file by parts, and as a whole."""
    in_parts = outcome(path, **options)
    with monkeypatch.context() as whole:
        whole.setattr(parts, "opened", lambda _request, _layer: None)
        return in_parts, outcome(path, **options)


def write(path: Path, columns: dict[str, list[Any]], shapes: list[Any], crs: str = "EPSG:4326") -> Path:
    """Write a GeoPackage through Arrow, so that empty cells are empty."""
    path.unlink(missing_ok=True)
    arrays = {name: pa.array(cells, _type(cells)) for name, cells in columns.items()}
    arrays["geom"] = pa.array([None if one is None else shapely.to_wkb(one) for one in shapes], pa.binary())
    pyogrio.raw.write_arrow(
        pa.table(arrays), path, driver="GPKG", geometry_name="geom", geometry_type="Unknown", crs=crs
    )
    return path


def _type(cells: list[Any]) -> pa.DataType | None:
    return pa.string() if all(cell is None for cell in cells) else None


def places(count: int) -> list[shapely.Point]:
    return [shapely.Point(106.3 + n / 1e4, 20.4) for n in range(count)]


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

    in_parts, whole = _both(outcome, path, monkeypatch)

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

    in_parts, whole = _both(outcome, write(tmp_path / "poles.gpkg", named, places(count)), monkeypatch)

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

    in_parts, whole = _both(outcome, write(tmp_path / "poles.gpkg", columns, shapes), monkeypatch, **options)

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

    in_parts, whole = _both(outcome, path, monkeypatch, match_within_m=6.0)

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

    in_parts, whole = _both(outcome, write(tmp_path / "poles.gpkg", {"code": codes}, places(14)), monkeypatch)

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

    in_parts, whole = _both(outcome, write(tmp_path / "a.gpkg", given, areas), monkeypatch, layer="zone")

    assert in_parts == whole
    if isinstance(said, str):
        assert said in in_parts["error"]
    else:
        assert by_parts[taken:] == [True]
        assert [row for _, row, what, _ in in_parts["problems"] if what == "name is empty."] == said
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
        in_parts, whole = _both(outcome, path, monkeypatch, owner="VNPT", **options)
        assert by_parts[taken:] == [True]
        assert in_parts == whole
        moved = places_off > 1e-8
        if not options:
            assert (in_parts["changed"], in_parts["unchanged"]) == ((17, 0) if moved else (0, 17))
        else:
            assert (in_parts["changed"], in_parts["rejected"]) == (16, 1)


def test_odd_geometries_in_one_part_only(tmp_path, outcome, by_parts, monkeypatch):
    shapes: list[Any] = places(16)
    shapes[7] = None
    shapes[8] = shapely.MultiPoint([(106.3, 20.5)])
    shapes[9] = shapely.MultiPoint([(106.3, 20.5), (106.4, 20.5)])
    shapes[10] = shapely.Point(math.nan, 20.4)
    shapes[11] = shapely.Point(20.4, 106.3)
    shapes[12] = shapely.LineString([(106.3, 20.4), (106.4, 20.4)])
    shapes[13] = shapely.Point(106.31, 20.41, 5)
    path = write(tmp_path / "poles.gpkg", {"code": [f"C-{n}" for n in range(16)]}, shapes)

    in_parts, whole = _both(outcome, path, monkeypatch)

    assert by_parts == [True]
    assert in_parts == whole
    assert in_parts["rejected"] == 5


def test_cables_by_parts(tmp_path, registry, by_parts):
    lines = [shapely.LineString([(106.3, 20.4 + n / 1e4), (106.31, 20.4 + n / 1e4)]) for n in range(12)]
    path = write(tmp_path / "cables.gpkg", {"code": [f"K-{n}" for n in range(12)]}, lines)

    report = import_file(registry, ImportRequest("cable", path))

    assert by_parts == [True]
    assert (report.inserted, report.rejected) == (12, 0)


@pytest.mark.parametrize("driver", ["GeoJSON", "FlatGeobuf", "GeoJSONSeq", "ESRI Shapefile"])
def test_other_formats_by_parts(tmp_path, outcome, by_parts, monkeypatch, driver):
    gpkg = write(
        tmp_path / "poles.gpkg",
        {"code": [f"C-{n}" for n in range(17)], "ghi_chu": ["cột ở ngõ", None] * 8 + ["đường"]},
        places(17),
    )
    meta, _, wkb, fields = pyogrio.raw.read(gpkg)
    suffix = {"GeoJSON": "geojson", "FlatGeobuf": "fgb", "GeoJSONSeq": "geojsonl", "ESRI Shapefile": "shp"}[
        driver
    ]
    path = tmp_path / f"poles.{suffix}"
    pyogrio.raw.write(
        path, wkb, fields, meta["fields"], geometry_type="Point", crs=meta["crs"], driver=driver
    )

    in_parts, whole = _both(outcome, path, monkeypatch)

    assert by_parts == [True]
    assert in_parts == whole
    assert in_parts["inserted"] == 17


def test_places_that_look_wrong_are_asked_about(tmp_path, outcome, registry, by_parts, monkeypatch):
    with registry.cursor() as cursor:
        cursor.execute(
            "INSERT INTO registry.admin_unit (gso_code, name, level, kind, valid_from, province_code, source, geom)"
            " VALUES ('12345', 'Phường A', 'commune', 'phuong', '2025-07-01', '33', 'test',"
            " ST_Multi(ST_MakeEnvelope(106.2, 20.3, 106.5, 20.6, 4326)))"
        )
    path = write(
        tmp_path / "poles.gpkg",
        {"code": [f"C-{n}" for n in range(40)]},
        [shapely.Point(one.y, one.x) for one in places(40)],
    )

    in_parts, whole = _both(outcome, path, monkeypatch)

    assert by_parts == [False]
    assert in_parts == whole
    assert "outside the registry's wards" in in_parts["error"]


def test_a_file_that_ends_in_the_middle(tmp_path, outcome, by_parts, monkeypatch):
    count = 4000
    path = write(tmp_path / "poles.gpkg", {"code": [f"C-{n}" for n in range(count)]}, places(count))
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2])

    in_parts, whole = _both(outcome, path, monkeypatch)

    assert in_parts == whole
    assert "cannot be read" in in_parts["error"]
    assert True not in by_parts


def test_rejected_rows_are_found_again(tmp_path, registry):
    codes: list[Any] = [f"C-{n}" for n in range(18)]
    codes[16] = "C-3"
    heights = [8.0] * 18
    heights[9] = 99.0
    path = write(
        tmp_path / "poles.gpkg", {"Mã cột": codes, "Cao": heights, "của tôi": list(range(18))}, places(18)
    )
    rejects = tmp_path / "bad.gpkg"

    report = import_file(registry, ImportRequest("pole", path, accept_valid=True, rejects=(rejects,)))

    assert (report.inserted, report.rejected) == (15, 3)
    meta, _, wkb, fields = pyogrio.raw.read(rejects)
    found = dict(zip(meta["fields"], fields, strict=True))
    assert found["Mã cột"].tolist() == ["C-3", "C-9", "C-3"]
    assert found["import_row"].tolist() == ["row 4", "row 10", "row 17"]
    assert found["của tôi"].tolist() == [3, 9, 16]
    assert [shapely.from_wkb(one).x for one in wkb] == [places(18)[n].x for n in (3, 9, 16)]


cells = st.one_of(
    st.none(),
    st.text(max_size=6),
    st.sampled_from(["8,5", "8.5", "12,345", "007", "C-1", " x  y", "tốt", "1E5", "2020-01-01"]),
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    table=st.lists(
        st.tuples(cells, cells, cells, st.one_of(st.none(), st.floats(0, 70))), min_size=6, max_size=23
    ),
    names=st.permutations(["Mã cột", "Chiều cao", "Ghi chú", "của mình", "Hiện trạng"]),
)
def test_any_table_is_taken_alike(tmp_path_factory, outcome, table, names):
    columns = {name: [row[n] for row in table] for n, name in enumerate(names[:3])} | {
        "số": [row[3] for row in table]
    }
    clean = {
        name: [None if cell is None else str(cell).replace("\x00", "") for cell in cells]
        for name, cells in columns.items()
        if name != "số"
    }
    path = write(
        tmp_path_factory.mktemp("any") / "poles.gpkg", clean | {"số": columns["số"]}, places(len(table))
    )

    with pytest.MonkeyPatch.context() as monkeypatch:
        in_parts, whole = _both(outcome, path, monkeypatch)

    assert in_parts == whole


def test_points_out_of_wkb():
    points = shapely.points(np.array([[106.3, 20.4], [-1.5, math.inf]]))
    plain = arrow_file.points_of(pa.array(shapely.to_wkb(points)))

    assert plain is not None
    assert plain.tolist() == [[106.3, 20.4], [-1.5, math.inf]]
    assert arrow_file.points_of(pa.array(shapely.to_wkb(points)).slice(1)).tolist() == [[-1.5, math.inf]]  # type: ignore[union-attr]
    for odd in (shapely.Point(1, 2, 3), shapely.LineString([(0, 0), (1, 1)]), None):
        wkb = [*shapely.to_wkb(points), None if odd is None else shapely.to_wkb(odd)]
        assert arrow_file.points_of(pa.array(wkb, pa.binary())) is None
    assert arrow_file.points_of(pa.array(shapely.to_wkb(points, byte_order=0))) is None
