"""Saving a map: limits and mistakes are told in sentences."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from gisreg.errors import InvalidInputError, UsageError
from layers import LAYERS
from maps import overview
from maps.config import MapConfig, Text
from maps.standalone import save

MOMENT = datetime(2026, 5, 4, tzinfo=UTC)
TRACE = (Text("Xuất bởi Bà Lan số XK-00000-000000", "Exported by Bà Lan, number XK-00000-000000"),)


def collection(*features: dict[str, Any]) -> str:
    return json.dumps({"type": "FeatureCollection", "features": list(features)})


def pole(lon: float, lat: float) -> dict[str, Any]:
    return {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [lon, lat]},
        "properties": {"id": 1, "code": "</script><b>"},
    }


def saved(features: dict[str, str], limit: int = 10) -> str:
    config = MapConfig(layers=tuple(LAYERS.values()))
    return save(overview.build, config, features, made_on=MOMENT, data_as_of=MOMENT, trace=TRACE, limit=limit)


def test_the_file_holds_code_and_data_and_shows_the_extent_of_the_data() -> None:
    text = saved({"pole": collection(pole(106.1, 20.1), pole(106.3, 20.4))})
    assert "[[20.1, 106.1], [20.4, 106.3]]" in text
    assert "XK-00000-000000" in text
    assert 'src="' not in text
    assert '<link rel="stylesheet"' not in text
    assert "url(images/" not in text
    assert text.count("</script>") == text.count("<script")


def test_too_many_objects_are_refused_with_a_way_out() -> None:
    with pytest.raises(UsageError, match=r"more than 1 objects.*--bounds or --zone"):
        saved({"pole": collection(pole(106.1, 20.1), pole(106.3, 20.4))}, limit=1)


def test_an_empty_area_is_refused() -> None:
    with pytest.raises(InvalidInputError, match="no object lies in this area"):
        saved({"pole": collection()})


@pytest.mark.parametrize("text", ["", "[]", '{"type": "Point"}'])
def test_what_is_no_collection_is_named_by_its_layer(text: str) -> None:
    with pytest.raises(InvalidInputError, match="layer pole"):
        saved({"pole": text})
