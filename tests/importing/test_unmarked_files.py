"""Files that do not say their encoding or reference system, through the import: told, asked, never silent."""

from __future__ import annotations

import numpy as np
import pyogrio
import pytest
import shapely
from pyproj import Transformer

from gisreg.errors import UsageError
from tests.importing.conftest import point, square
from tests.importing.encoders import tcvn3, vni

STREETS = ["Đường Trần Hưng Đạo", "Phố Lý Bôn", "Đường Võ Nguyên Giáp"]
PLACES = [(106.33, 20.44), (106.34, 20.45), (106.35, 20.46)]
WARD = {
    "gso_code": "12345",
    "name": "Phường Trần Lãm",
    "kind": "phuong",
    "level": "commune",
    "valid_from": "2025-07-01",
}


@pytest.fixture
def with_a_ward(geojson, take):
    take("admin_unit", geojson((WARD, square(106.28, 20.40, 0.1)), name="wards.geojson"))


@pytest.fixture
def bare(tmp_path):
    """Return a function that writes poles as a Shapefile which says neither code page nor system."""

    def write(points, **columns):
        path = tmp_path / "cot.shp"
        data = [[value.decode("latin-1") for value in values] for values in columns.values()]
        pyogrio.raw.write(
            path,
            shapely.to_wkb(shapely.points(points)),
            [np.array(values, dtype=object) for values in data],
            list(columns),
            geometry_type="Point",
            crs="EPSG:4326",
            driver="ESRI Shapefile",
            encoding="ISO-8859-1",
        )
        path.with_suffix(".prj").unlink()
        path.with_suffix(".cpg").unlink()
        table = bytearray(path.with_suffix(".dbf").read_bytes())
        table[29] = 0
        path.with_suffix(".dbf").write_bytes(table)
        return path

    return write


def in_zone(epsg=9209):
    return np.column_stack(Transformer.from_crs(4326, epsg, always_xy=True).transform(*np.array(PLACES).T))


def codes(count=3):
    return [f"C-{number:02d}".encode() for number in range(1, count + 1)]


def test_a_guess_is_proposed_and_taken_only_when_accepted(bare, refused, take, rows, with_a_ward):
    path = bare(in_zone()[:, ::-1], MA_COT=codes(), DUONG=[tcvn3(text) for text in STREETS])

    error = refused("pole", path)
    assert error.detail["confirm"] == "--crs EPSG:9209 --coordinates swapped"
    assert "100% in a ward" in error.message
    assert rows("SELECT count(*) FROM registry.pole") == [(0,)]

    report = take("pole", path, accept_guess=True)
    assert "coordinates were taken as: swapped." in report.notes
    assert any(text.told.startswith("text of DUONG: tcvn3") for text in report.texts)
    found = rows("SELECT ST_X(geom), ST_Y(geom) FROM registry.pole ORDER BY code")
    assert np.abs(np.array(found) - PLACES).max() < 1e-7


def test_what_was_proposed_can_be_said(bare, take, rows, with_a_ward):
    path = bare(in_zone()[:, ::-1] / 1000, MA_COT=codes())

    take("pole", path, crs="EPSG:9209", coordinates="swapped,km")

    found = rows("SELECT ST_X(geom), ST_Y(geom) FROM registry.pole ORDER BY code")
    assert np.abs(np.array(found) - PLACES).max() < 1e-7


def test_nothing_clear_is_never_taken(bare, refused):
    path = bare(in_zone(), MA_COT=codes())

    error = refused("pole", path, accept_guess=True)
    assert "None of them stands out." in error.message
    assert "confirm" not in error.detail
    assert "Import provinces and wards first" in error.hint


def test_a_declared_zone_that_puts_things_elsewhere_is_asked_about(bare, refused, take, with_a_ward):
    path = bare(in_zone(), MA_COT=codes())
    path.with_suffix(".prj").write_text(Transformer.from_crs(9211, 4326).source_crs.to_wkt("WKT1_ESRI"))

    error = refused("pole", path)
    assert "declares EPSG:9211, which puts them outside the registry's wards or area" in error.message
    assert error.detail["confirm"] == "--crs EPSG:9209"
    assert take("pole", path, crs="declared").inserted == 3


def test_two_encodings_in_two_columns(bare, take, rows):
    path = bare(
        PLACES, MA_COT=codes(), TEN=[tcvn3(text) for text in STREETS], TUYEN=[vni(text) for text in STREETS]
    )

    report = take("pole", path, crs="EPSG:4326", owner=None)

    assert "the columns are not all in one encoding; each was decoded by itself." in report.notes
    extra = [
        row[0]
        for row in rows(
            "SELECT p.extra FROM registry.pole_private AS p JOIN registry.pole AS o ON o.id = p.pole_id ORDER BY o.code"
        )
    ]
    assert [one["TUYEN"] for one in extra] == STREETS


def test_text_typed_in_an_old_font_into_a_unicode_file(geojson, take, rows):
    path = geojson(
        *[
            ({"code": tcvn3(f"Cột {text}").decode("latin-1")}, point(*place))
            for text, place in zip(STREETS, PLACES, strict=True)
        ]
    )

    report = take("pole", path)

    assert any(text.told.startswith("text of code: tcvn3") for text in report.texts)
    assert rows("SELECT code FROM registry.pole ORDER BY code") == sorted(
        [(f"Cột {text}",) for text in STREETS]
    )


def test_unicode_can_be_taken_as_it_is(geojson, take, rows):
    typed = tcvn3("Cột Trần Hưng Đạo").decode("latin-1")

    take("pole", geojson(({"code": typed}, point(106.3, 20.4))), encoding="unicode")

    assert rows("SELECT code FROM registry.pole") == [(typed,)]


@pytest.mark.parametrize(
    ("texts", "what"),
    [
        ([tcvn3(text).replace(b"\xad", b"") for text in STREETS], "the letter ư was deleted from 'Đờng'"),
        ([b"Ph? L? B?n", tcvn3(STREETS[0]), tcvn3(STREETS[2])], "letters were replaced by ?"),
    ],
)
def test_lost_letters_are_refused_unless_accepted(bare, refused, take, texts, what):
    path = bare(PLACES, MA_COT=codes(), DUONG=texts)

    error = refused("pole", path, crs="EPSG:4326")
    assert what in error.message
    assert "--accept-damaged" in error.hint

    report = take("pole", path, crs="EPSG:4326", accept_damaged=True)
    assert any(one.what.en.startswith("damaged text taken: DUONG") for one in report.warnings.found)
    assert take("pole", path, crs="EPSG:4326", accept_valid=True).rejected > 0


def test_requests_that_mean_nothing(bare, take):
    path = bare(PLACES, MA_COT=codes())
    with pytest.raises(UsageError, match="not understood"):
        take("pole", path, crs="EPSG:4326", coordinates="miles")
    with pytest.raises(UsageError, match="there is no such encoding"):
        take("pole", path, crs="EPSG:4326", encoding="tcvn4")
