"""Which reference system points are in: ranked by the ground, said with evidence, clear only where it is."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import CRS, Transformer

from gisreg.errors import InvalidInputError, UsageError
from gisreg.importing.arrangement import Arrangement
from gisreg.importing.crs_guess import guess
from gisreg.importing.ground import Ground
from gisreg.importing.operation import operation
from tests.importing.blind.ground import BOUNDS, make_ground, poles_along

THAI_BINH = (106.3366, 20.4463)
VECTORS = {9209: (587095.876, 2261880.297), 3405: (639230.278, 2261546.692)}
"""Test vectors of VN-2000, computed with EPSG:6960."""


@pytest.fixture(scope="module")
def ground():
    return make_ground(7)


@pytest.fixture(scope="module")
def poles(ground):
    return poles_along(ground, np.random.default_rng(7), 80)


def written(epsg: int, lonlat: np.ndarray) -> np.ndarray:
    return np.column_stack(Transformer.from_crs(4326, epsg, always_xy=True).transform(*lonlat.T))


@pytest.mark.parametrize("epsg", VECTORS)
def test_vectors_to_a_millimetre(epsg):
    how = operation(CRS.from_epsg(epsg), BOUNDS)

    back = how.transformer.transform(*THAI_BINH, direction="INVERSE")
    assert back == pytest.approx(VECTORS[epsg], abs=0.001)
    assert how.place(np.array([VECTORS[epsg]]))[0] == pytest.approx(THAI_BINH, abs=2e-8)
    assert (how.name, how.accuracy_m) == ("VN-2000 to WGS 84 (2)", 1.0)
    assert "Vietnam" in how.area


def test_no_operation_is_no_guesswork():
    """PROJ would take Indian 1960 for WGS 84 there; EPSG has nothing for the north."""
    with pytest.raises(InvalidInputError, match="there is no operation"):
        operation(CRS.from_epsg(3148), (105.8, 20.2, 106.7, 21.1))


def test_a_narrow_region_leaves_out_what_cannot_be_placed_there(poles):
    region = (*(poles.min(axis=0) - 0.1), *(poles.max(axis=0) + 0.1))
    found = guess(written(9209, poles), Ground(region, 9209))
    assert found[0].epsg == 9209
    assert not {one.epsg for one in found} & {3148, 3149, 4131}


@pytest.mark.parametrize("epsg", [9209, 9210, 5897, 9208, 9211, 3857, 4326])
def test_zones_are_told_apart_by_the_streets(ground, poles, epsg):
    found = guess(written(epsg, poles), ground)

    assert (found[0].epsg, found[0].clear) == (epsg, True)
    assert found[0].in_wards == 1
    assert found[0].street_m < 6
    assert [one.score for one in found] == sorted((one.score for one in found), reverse=True)
    assert not any(one.clear for one in found[1:])


@settings(max_examples=30, deadline=None)
@given(
    swapped=st.booleans(),
    form=st.sampled_from([(1.0, 0.0), (1000.0, 0.0), (1.0, 500_000.0)]),
    number=st.integers(0, 1000),
)
def test_arrangements_are_found_and_undone(ground, swapped, form, number):
    unit, east = form
    lonlat = poles_along(ground, np.random.default_rng(number), 40)
    points = (written(9209, lonlat) - (east, 0)) / unit
    points = points[:, ::-1] if swapped else points

    best = guess(points, ground)[0]

    assert best.arrangement == Arrangement(swapped, unit, east)
    assert np.abs(best.place(points) - lonlat).max() < 1e-7


def test_longitude_and_latitude_exchanged(ground, poles):
    best = guess(poles[:, ::-1], ground)[0]

    assert best.options == "--crs EPSG:4326 --coordinates swapped"
    assert best.clear


def test_the_box_of_a_country_tells_no_zones_apart(poles):
    found = guess(written(9209, poles), Ground(BOUNDS, 9209))

    assert found[0].epsg == 9209, "the registry's own zone goes first"
    assert len(found) > 5
    assert not found[0].clear
    assert (found[0].in_wards, found[0].in_province, found[0].street_m) == (None, None, None)


def test_datums_that_only_streets_tell_apart(ground, poles):
    """UTM 48N on VN-2000 and on WGS 84 lie 220 m apart, in the same wards."""
    without = Ground(BOUNDS, 9209, province=ground.province, wards=ground.wards)

    assert not guess(written(3405, poles), without)[0].clear
    with_streets = guess(written(3405, poles), ground)
    assert with_streets[0].epsg == 3405
    twin = next(one for one in with_streets if one.epsg == 32648)
    assert 150 < twin.shift_m < 300
    assert "m from the first" in twin.evidence.en
    assert "cách hệ thứ nhất" in twin.evidence.vi


@pytest.mark.parametrize(
    "points", [np.empty((0, 2)), np.full((3, 2), np.nan), np.array([[5.0, 7e8]]), np.zeros((2, 2))]
)
def test_points_that_are_nowhere(ground, points):
    found = guess(points, ground)
    assert not found or not found[0].clear


def test_hostile_numbers_do_not_break_it(ground):
    random = np.random.default_rng(1)
    for scale in (1e-9, 1.0, 1e6, 1e300):
        guess(random.normal(0, scale, (20, 2)), ground)


@pytest.mark.parametrize("text", ["", "swapped", "km", "swapped,km", "east+500000", "swapped,east+18000000"])
def test_arrangements_are_written_as_options(text):
    assert str(Arrangement.parse(text)) == text


@pytest.mark.parametrize("text", ["miles", "east+x", "east-5"])
def test_arrangements_that_mean_nothing(text):
    with pytest.raises(UsageError, match="not understood"):
        Arrangement.parse(text)
