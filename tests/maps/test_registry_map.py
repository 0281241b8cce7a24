"""Pages as text: stable bytes, nothing from other hosts, nothing that registry text can break."""

from __future__ import annotations

import re
from dataclasses import replace

import folium
import pytest

from layers import LAYERS
from maps import overview, sharing, survey, tidying
from maps.config import BaseMap, Carrier, MapConfig, Text

CONFIG = MapConfig(layers=tuple(LAYERS.values()), bounds=(106.3, 20.4, 106.4, 20.5))
BUILDERS = [overview.build, tidying.build, sharing.build, survey.build]
HOSTILE = '</script><script>alert(1)</script><img src=x onerror="alert(2)">'


@pytest.mark.parametrize("build", BUILDERS)
def test_the_same_input_gives_the_same_bytes(build) -> None:  # type: ignore[no-untyped-def]
    page = build(CONFIG)
    assert page.page() == page.page() == build(CONFIG).page()


@pytest.mark.parametrize("build", BUILDERS)
def test_nothing_is_loaded_from_another_host(build) -> None:  # type: ignore[no-untyped-def]
    addresses = re.findall(r'(?:src|href)="([^"]+)"', build(CONFIG).page())
    assert len(addresses) > 15
    assert [a for a in addresses if not a.startswith(("/static/", "data:,"))] == []


@pytest.mark.parametrize("build", BUILDERS)
def test_every_script_and_style_carries_the_nonce(build) -> None:  # type: ignore[no-untyped-def]
    text = build(CONFIG).page(nonce="n0nce")
    tags = re.findall(r"<(?:script|style)\b[^>]*>", text)
    assert tags
    assert all('nonce="n0nce"' in tag for tag in tags)
    assert " onclick=" not in text


def test_texts_from_outside_cannot_leave_their_place() -> None:
    config = replace(
        CONFIG,
        title=Text(HOSTILE, HOSTILE),
        carriers=(Carrier(1, HOSTILE),),
        attribution=(HOSTILE,),
        base_map=BaseMap("https://maps.example/{z}/{x}/{y}.png", HOSTILE),
    )
    text = overview.build(config).page()
    assert "<img" not in text
    assert "alert(1)</script>" not in text
    assert 'onerror="' not in text


def test_other_folium_maps_keep_their_own_assets() -> None:
    before = list(folium.Map.default_js)
    overview.build(CONFIG).page()
    assert folium.Map.default_js == before


def test_with_a_base_map_the_streets_step_back() -> None:
    def visible(config: MapConfig) -> bool:
        page = overview.build(config)
        tiles = next(c for c in page._children.values() if c._name == "VectorTiles")
        return next(e["visible"] for e in tiles.config["layers"] if e["key"] == "street")

    assert visible(CONFIG)
    assert not visible(replace(CONFIG, base_map=BaseMap("/base/{z}/{x}/{y}.png", "")))


def test_a_reader_without_a_layer_gets_a_map_without_it() -> None:
    few = tuple(layer for layer in CONFIG.layers if layer.key in {"street", "zone"})
    for build in BUILDERS:
        text = build(replace(CONFIG, layers=few)).page()
        assert "/tiles/segment/" not in text
        assert "/tiles/street/" in text


def test_the_revision_is_part_of_every_tile_address() -> None:
    text = overview.build(replace(CONFIG, revision="r17")).page()
    assert text.count(".mvt?v=r17") == text.count(".mvt")
