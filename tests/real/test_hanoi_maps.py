"""The maps on Hà Nội: real streets, wards and Old Quarter, a made-up network, a real browser."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator

from gisreg.demo.build import build
from maps.subjects import STATE_COLOURS
from tests.real.conftest import ask, region
from tests.support.databases import Database
from tests.support.served import serving
from tests.support.watched import Watched


@pytest.fixture(scope="module")
def site(shared_data: Path, fresh_database: Database) -> Iterator[str]:
    """Serve a network along the real streets, flagged in the Old Quarter."""
    with region(5897, (105.0, 20.0, 106.5, 21.5)):
        build(
            streets=shared_data / "osm-hanoi" / "hanoi_centre_2025.osm.pbf",
            admin=shared_data / "admin-2026" / "wards_01_ha_noi.geojson",
            zones=shared_data / "zone-hanoi-old-quarter" / "hanoi_old_quarter.geojson",
            poles=1500,
            cables=400,
            towers=10,
        )
        with serving() as address:
            yield address


@pytest.fixture
def watched(watched: Watched, site: str, authority_cookie: str) -> Watched:
    """Return the watched page of a browser in which the authority is signed in."""
    watched.page.context.add_cookies([{"name": "gisreg", "value": authority_cookie, "url": site}])
    return watched


@pytest.fixture(scope="module")
def flagged(site: str) -> tuple[int, str, float, float]:
    """Return id, tidying state, longitude and latitude of the middle of a flagged segment with none beside it."""
    ((number, state, lon, lat),) = ask(
        "SELECT g.id, t.tidying_state, ST_X(m.geom), ST_Y(m.geom) FROM registry.segment AS g"
        " JOIN registry.segment_state AS t ON t.segment_id = g.id"
        " CROSS JOIN LATERAL (SELECT ST_LineInterpolatePoint(g.geom, 0.5) AS geom) AS m"
        " WHERE t.reason IS NOT NULL AND g.length_m > 20"
        "   AND g.visibility IN ('public', 'partner') AND NOT EXISTS ("
        "   SELECT FROM registry.segment AS o"
        "   WHERE o.id <> g.id AND ST_DWithin(o.geom::geography, m.geom::geography, 6))"
        " ORDER BY g.length_m DESC, ST_X(m.geom) LIMIT 1"
    )
    return number, state, lon, lat


def apart(one: Locator, other: Locator) -> bool:
    """Tell whether two things on a page do not lie over each other; what is hidden lies over nothing."""
    a, b = one.bounding_box(), other.bounding_box()
    if a is None or b is None:
        return True
    return (
        a["x"] + a["width"] <= b["x"]
        or b["x"] + b["width"] <= a["x"]
        or a["y"] + a["height"] <= b["y"]
        or b["y"] + b["height"] <= a["y"]
    )


def test_flagged_cable_of_the_old_quarter_is_drawn_and_answers(
    watched: Watched, site: str, flagged: tuple[int, str, float, float]
) -> None:
    number, state, lon, lat = flagged
    watched.open(f"{site}/maps/tidying#18/{lat:.6f}/{lon:.6f}")
    assert watched.count_pixels(STATE_COLOURS[state]) > 60
    watched.press(*watched.on_screen(lon, lat))
    assert f"pick=segment/{number}" in watched.page.url
    reasons = watched.page.locator(".gr-reason").all_inner_texts()
    assert any("Khu phố cổ Hà Nội" in text for text in reasons)
    watched.assert_harmless(site)


def test_openstreetmap_is_named_and_its_streets_are_found(watched: Watched, site: str) -> None:
    for name in ("overview", "tidying", "sharing", "survey"):
        assert "OpenStreetMap contributors" in watched.page.request.get(f"{site}/maps/{name}").text()
    watched.open(f"{site}/maps/overview#17/21.034000/105.850500")
    credit = watched.page.locator(".gr-foot").get_by_text("© OpenStreetMap contributors")
    assert credit.is_visible()
    for above in (".leaflet-control-scale", ".gr-legend-button"):
        assert apart(credit, watched.page.locator(above)), above
    assert watched.page.locator(".gr-banner").is_visible()
    watched.page.get_by_role("combobox").first.fill("hang bac")
    watched.page.get_by_role("option").filter(has_text="Phố Hàng Bạc").first.click()
    watched.settled()
    assert "Phố Hàng Bạc" in watched.page.locator(".gr-detail h2").inner_text()
    watched.assert_harmless(site)
