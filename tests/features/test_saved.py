"""What is put into a saved map: the objects of an area, why they are flagged, and no more."""

from __future__ import annotations

import json
from datetime import date

import pytest

from gisreg.errors import NotFoundError
from gisreg.features.saved import features_by_layer
from layers import LAYERS
from tests.support.network import Network

LAYERS_SAVED = [LAYERS["pole"], LAYERS["segment"]]
DAY = date(2026, 5, 4)
SQUARE = [[(-5.0, -5.0), (45.0, -5.0), (45.0, 5.0), (-5.0, 5.0), (-5.0, -5.0)]]


@pytest.fixture
def street(network: Network) -> Network:
    """Return five poles 30 m apart with one cable, the first two of them in a zone."""
    for number in range(5):
        network.pole(f"P{number}", (30.0 * number, 0.0))
    network.cable("C", [(0.0, 0.0), (120.0, 0.0)])
    network.zone("KV-1", SQUARE)
    network.build()
    network.flag(DAY)
    return network


def codes(text: str) -> list[str]:
    return sorted(f["properties"]["code"] for f in json.loads(text)["features"])


def test_a_zone_gives_its_objects_with_their_reasons(street: Network) -> None:
    found = features_by_layer(street.connection, LAYERS_SAVED, zone="KV-1", limit=100, on_day=DAY)
    assert codes(found["pole"]) == ["P0", "P1"]
    segments = json.loads(found["segment"])["features"]
    assert len(segments) == 2
    for segment in segments:
        (reason,) = segment["properties"]["reasons"]
        assert reason["zone"] == {"vi": "KV-1", "en": "KV-1"}
        assert reason["metres_inside"] > 10
        assert segment["properties"]["tidying_state"] == "flagged"


def test_without_area_everything_comes_and_one_more_than_the_limit(street: Network) -> None:
    found = features_by_layer(street.connection, LAYERS_SAVED, limit=100, on_day=DAY)
    assert len(json.loads(found["pole"])["features"]) == 5
    assert len(json.loads(found["segment"])["features"]) == 4
    few = features_by_layer(street.connection, LAYERS_SAVED, limit=6, on_day=DAY)
    assert sum(len(json.loads(text)["features"]) for text in few.values()) == 7


def test_a_box_far_away_gives_nothing(street: Network) -> None:
    assert (
        features_by_layer(street.connection, LAYERS_SAVED, bounds=(104.0, 19.0, 104.1, 19.1), limit=9) == {}
    )


def test_a_zone_that_does_not_hold_is_named(street: Network) -> None:
    with pytest.raises(NotFoundError, match=r"No zone with the code KV-9 holds on 2026-05-04"):
        features_by_layer(street.connection, LAYERS_SAVED, zone="KV-9", limit=9, on_day=DAY)
    with pytest.raises(NotFoundError):
        features_by_layer(street.connection, LAYERS_SAVED, zone="KV-1", limit=9, on_day=date(2019, 1, 1))
