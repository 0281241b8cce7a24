"""The product as people meet it: the demo town, the real service, a real browser."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg2
import pytest
from playwright.sync_api import expect
from typer.testing import CliRunner

from gisreg.access.actor import Actor, PersonRole
from gisreg.database.address import Role
from gisreg.database.connection import transaction
from gisreg.demo.build import build
from gisreg.tidying.progress import progress as read_progress
from maps.cli import app
from maps.subjects import STATE_COLOURS
from tests.browser.ground import over_ground
from tests.support.databases import Database
from tests.support.served import serving
from tests.support.watched import Watched

MAPS = ("overview", "tidying", "sharing", "survey")
HOSTILE = {
    "pole": '<img src=x onerror="window.hacked=1">',
    "street": "${window.hacked=2} Phố Nguyễn Đình Chiểu",
    "organisation": "</script><script>window.hacked=3</script>",
}
OCCUPIED, CANDIDATE = "#3b2f7d", (213, 94, 0)


@pytest.fixture(scope="module")
def town(fresh_database: Database) -> Database:
    """Return this module's database with a small demo town in which markup is stored as text."""
    build(poles=1500, cables=450, towers=40)
    ((pole, owner, street),) = rows(
        fresh_database,
        "SELECT p.id, p.owner_id, s.id FROM registry.pole AS p"
        " JOIN registry.organisation AS o ON o.id = p.owner_id AND o.kind = 'carrier'"
        " CROSS JOIN LATERAL (SELECT id FROM registry.street"
        "   WHERE name <> 'Lý Bôn' ORDER BY geom <-> p.geom LIMIT 1) AS s"
        " WHERE p.visibility = 'public' ORDER BY p.code LIMIT 1",
    )
    rows(fresh_database, "UPDATE registry.pole SET code = %s WHERE id = %s", HOSTILE["pole"], pole)
    rows(fresh_database, "UPDATE registry.street SET name = %s WHERE id = %s", HOSTILE["street"], street)
    rows(
        fresh_database,
        "UPDATE registry.organisation SET name = %s WHERE id = %s",
        HOSTILE["organisation"],
        owner,
    )
    return fresh_database


@pytest.fixture(scope="module")
def site(town: Database) -> Iterator[str]:
    with serving() as address:
        yield address


@pytest.fixture
def watched(watched: Watched, site: str, authority_cookie: str) -> Watched:
    """Return the watched page of a browser in which the authority is signed in."""
    watched.page.context.add_cookies([{"name": "gisreg", "value": authority_cookie, "url": site}])
    return watched


def rows(database: Database, statement: str, *parameters: Any) -> list[tuple[Any, ...]]:
    """Run a statement as the worker, commit, and return its rows."""
    connection = psycopg2.connect(database.urls[Role.WORKER])
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute(statement, parameters or None)
            return cursor.fetchall() if cursor.description else []
    finally:
        connection.close()


def lonely_segment(town: Database) -> tuple[int, float, float]:
    """Return id, longitude and latitude of the middle of a flagged segment that hangs alone."""
    ((number, lon, lat),) = rows(
        town,
        "SELECT g.id, ST_X(m.geom), ST_Y(m.geom) FROM registry.segment AS g"
        " JOIN registry.segment_state AS t ON t.segment_id = g.id"
        " CROSS JOIN LATERAL (SELECT ST_LineInterpolatePoint(g.geom, 0.5) AS geom) AS m"
        " WHERE t.tidying_state = 'flagged' AND g.length_m > 25 AND g.span_id IS NOT NULL"
        "   AND g.visibility IN ('public', 'partner') AND NOT EXISTS ("
        "   SELECT FROM registry.segment AS o"
        "   WHERE o.id <> g.id AND ST_DWithin(o.geom::geography, m.geom::geography, 9))"
        " ORDER BY g.length_m DESC, ST_X(m.geom) LIMIT 1",
    )
    return number, lon, lat


def at(lon: float, lat: float, zoom: int = 18) -> str:
    return f"{zoom}/{lat:.6f}/{lon:.6f}"


def statuses(watched: Watched) -> list[int]:
    """Return a list that fills with what the service really answers: the page sees 200 for a 304."""
    found: list[int] = []
    session = watched.page.context.new_cdp_session(watched.page)
    session.on("Network.responseReceivedExtraInfo", lambda event: found.append(event["statusCode"]))
    session.send("Network.enable")
    return found


@pytest.mark.parametrize("name", MAPS)
def test_a_map_shows_the_town_and_asks_this_host_only(
    watched: Watched, site: str, town: Database, name: str
) -> None:
    _, lon, lat = lonely_segment(town)
    # The fullest poles stand in the town's middle.
    url = f"{site}/maps/{name}#{at(lon, lat) if name != 'sharing' else at(106.3366, 20.4463, 16)}"
    colour = OCCUPIED if name == "sharing" else STATE_COLOURS["flagged"]
    watched.open(url)
    assert watched.page.url == url
    banner = watched.page.locator(".gr-banner")
    assert banner.inner_text() == "Dữ liệu minh hoạ được sinh tự động / Generated demonstration data"
    assert watched.count_pixels(colour) > 60
    assert "OpenStreetMap" not in watched.page.locator(".gr-foot").inner_text()
    answers = statuses(watched)
    watched.page.reload()
    watched.settled()
    assert answers[0] == 304
    assert set(answers) <= {200, 204, 304}
    assert watched.count_pixels(colour) > 60
    watched.assert_harmless(site)


def test_a_press_on_a_flagged_segment_shows_its_reasons(watched: Watched, site: str, town: Database) -> None:
    number, lon, lat = lonely_segment(town)
    # Where the panel will open: at the left of a wide screen, in the lower half of a phone's.
    east, north = (0.0026, 0) if watched.size == "desktop" else (0, 0.0008)
    watched.open(f"{site}/maps/tidying#{at(lon + east, lat + north)}")
    watched.press(*watched.on_screen(lon, lat))
    assert watched.shows(lon, lat)
    assert f"pick=segment/{number}" in watched.page.url
    findings = rows(
        town,
        "SELECT r.id, r.vi, z.name, f.metres_inside, coalesce(z.decision_no, r.legal_ref)"
        " FROM registry.finding AS f JOIN registry.rule AS r ON r.id = f.rule_id"
        " LEFT JOIN registry.zone AS z ON z.id = f.zone_id WHERE f.object_id = %s",
        number,
    )
    told = watched.page.locator(".gr-reason").all_inner_texts()
    assert len(told) == len(findings) > 0
    for rule, text, zone, metres, legal in findings:
        (reason,) = [item for item in told if rule in item and (zone or "") in item]
        assert text in reason
        assert legal in reason
        if metres:
            assert f"{metres:.1f}".rstrip("0").rstrip(".").replace(".", ",") + " m trong khu vực" in reason
    panel = watched.page.locator(".gr-detail")
    box, width = panel.bounding_box(), watched.page.viewport_size
    assert box is not None
    assert width is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= width["width"]
    assert panel.locator(".gr-reason").first.is_visible()
    assert "urban" not in panel.inner_text()
    watched.assert_harmless(site)


def test_markup_in_the_registry_is_shown_as_text_and_never_runs(
    watched: Watched, site: str, town: Database
) -> None:
    ((pole, lon, lat),) = rows(
        town, "SELECT id, ST_X(geom), ST_Y(geom) FROM registry.pole WHERE code = %s", HOSTILE["pole"]
    )
    watched.open(f"{site}/maps/survey#{at(lon, lat, 19)}&pick=pole/{pole}")
    panel = watched.page.locator(".gr-detail")
    assert HOSTILE["pole"] in panel.locator("h2").inner_text()
    assert panel.locator("dd", has_text=HOSTILE["organisation"]).count() >= 1
    panel.get_by_role("button", name="Đóng").click()
    watched.open_legend()
    assert watched.page.locator(".gr-legend").get_by_text(HOSTILE["organisation"]).count() >= 1
    if watched.size == "phone":
        watched.page.locator(".gr-legend").get_by_role("button", name="Đóng").click()
    for words, wanted in (("nguyen dinh chieu", "street"), (HOSTILE["pole"][:9], "pole")):
        watched.page.get_by_role("combobox").first.fill(words)
        option = watched.page.get_by_role("option").filter(has_text=HOSTILE[wanted])
        option.first.click()
        watched.settled()
        assert HOSTILE[wanted] in panel.locator("h2").inner_text()
    assert watched.page.locator("img").count() == 0
    watched.assert_harmless(site)


def test_search_without_diacritics_moves_the_map_and_the_address_keeps_the_view(
    watched: Watched, site: str, town: Database
) -> None:
    watched.open(f"{site}/maps/overview")
    before = watched.page.url
    found = watched.page.request.get(f"{site}/search", params={"q": "ly bon"}).json()["results"][0]
    ((number,),) = rows(town, "SELECT id FROM registry.street WHERE name = 'Lý Bôn' ORDER BY code LIMIT 1")
    watched.page.get_by_role("combobox").first.fill("ly bon")
    watched.page.get_by_role("option").filter(has_text=re.compile(r"^Lý Bôn")).first.click()
    watched.settled()
    address = watched.page.url
    assert address.split("#")[1].split("&")[0] != before.partition("#")[2].split("&")[0]
    assert f"pick=street/{number}" in address
    west, south, east, north = found["bbox"]
    for corner in ((west, south), (east, north)):
        assert watched.shows(*corner), corner
    watched.open("about:blank")
    watched.open(address)
    assert watched.page.url == address
    expect(watched.page.locator(".gr-detail h2")).to_contain_text("Lý Bôn")
    watched.page.evaluate("window.location.hash = '#17/20.446300/106.336600&lang=en'")
    expect(watched.page.locator(".gr-title .gr-first")).to_have_text("Telecom cable map")
    watched.settled()
    assert (
        watched.page.evaluate("Object.values(window).find((value) => value instanceof L.Map).getZoom()") == 17
    )
    watched.assert_harmless(site)


def test_wards_are_shaded_by_the_share_that_is_accepted(watched: Watched, site: str, town: Database) -> None:
    progress = watched.page.request.get(f"{site}/progress?by=ward").json()["rows"]
    shares = [row["share_accepted"] for row in progress if row["flagged_m"] > 0]
    classes = [sum(low <= share < low + 0.2 for share in shares) for low in (0, 0.2, 0.4, 0.6)]
    watched.open(f"{site}/maps/tidying#{at(106.3366, 20.4463, 13)}")
    for count, colour in zip(classes, ((232, 225, 240), (201, 189, 221)), strict=False):
        assert (watched.count_pixels(over_ground(colour, 0.6)) > 2000) is (count > 0), colour
    watched.open_legend()
    expect(watched.page.locator("[data-part=progress] .gr-count").first).to_be_visible()
    counts = watched.page.locator("[data-part=progress] .gr-count").all_inner_texts()
    assert [int(text) for text in counts[:4]] == classes
    assert sum(classes) > 0
    watched.assert_harmless(site)


def test_masts_that_could_be_one_are_joined_on_the_sharing_map(
    watched: Watched, site: str, town: Database
) -> None:
    pairs = watched.page.request.get(f"{site}/sharing/candidates").json()["features"]
    near = [pair for pair in pairs if pair["properties"]["distance_m"] <= 100]
    # One as long as a finger is wide: some stand on the same roof.
    joined = next(pair for pair in near if pair["properties"]["distance_m"] >= 30)
    (west, south), (east, north) = joined["geometry"]["coordinates"]
    watched.open(f"{site}/maps/sharing#{at((west + east) / 2, (south + north) / 2, 19)}")
    assert watched.count_pixels(over_ground(CANDIDATE, 0.85)) > 60
    watched.open_legend()
    counts = watched.page.locator("[data-part=candidates] .gr-count").all_inner_texts()
    assert [int(text) for text in counts] == [len(near), len(pairs) - len(near)]
    watched.assert_harmless(site)


@pytest.fixture(scope="module")
def saved(town: Database, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the inspectors' map as the command line saves it."""
    path = tmp_path_factory.mktemp("saved") / "tidying.html"
    result = CliRunner().invoke(app, ["tidying", "--out", str(path)])
    assert result.exit_code == 0, result.output
    return path


def test_the_saved_map_opens_from_disk_without_any_network(
    watched: Watched, saved: Path, town: Database
) -> None:
    number, lon, lat = lonely_segment(town)
    # What a file counts is what an inspector of no organisation sees: nothing secret goes from hand to hand.
    with transaction(actor=Actor("saver", roles=frozenset({PersonRole.INSPECTOR}))) as connection:
        wards = read_progress(connection, "ward")
    accepted = sum(ward["accepted_m"] for ward in wards) / sum(ward["flagged_m"] for ward in wards)
    watched.page.context.set_offline(True)
    watched.open(f"{saved.as_uri()}#{at(lon, lat)}")
    assert watched.count_pixels(STATE_COLOURS["flagged"]) > 60
    watched.press(*watched.on_screen(lon, lat))
    assert f"pick=segment/{number}" in watched.page.url
    reasons = watched.page.locator(".gr-reason").all_inner_texts()
    assert any("Cáp treo trong khu vực" in text for text in reasons)
    assert watched.page.locator(".gr-banner").is_visible()
    watched.page.locator(".gr-detail").get_by_role("button", name="Đóng").click()
    watched.open_legend()
    expect(watched.page.locator("[data-part=progress] strong")).to_have_text(f"{100 * accepted:.0f} %")
    assert watched.errors == []
    assert {url.partition("#")[0] for url in watched.requests} == {saved.as_uri()}
    assert watched.page.evaluate("window.hacked") is None


def test_counted_findings_fit_the_screen_and_no_number_is_broken(watched: Watched, site: str) -> None:
    page = watched.page
    page.goto(f"{site}/findings?by=ward&by2=rule")
    figures = page.locator(".gr-findings td:nth-last-child(-n+3)")
    assert re.search(r"\d\.\d{3}", " ".join(figures.all_inner_texts())), "thousands are told apart"
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    broken = page.evaluate(
        """() => [...document.querySelectorAll(".gr-findings td:nth-last-child(2), .gr-findings td a")]
          .filter((cell) => {
            const range = document.createRange();
            range.selectNodeContents(cell);
            return new Set([...range.getClientRects()].map((box) => Math.round(box.y))).size > 1;
          }).map((cell) => cell.innerText)"""
    )
    assert broken == []
