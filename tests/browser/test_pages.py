"""The map pages in a real browser, on an old office screen and on a phone."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Route, expect

from maps.subjects import STATE_COLOURS
from tests.browser import town
from tests.browser.conftest import AUDIENCES
from tests.support.watched import Watched

CROSSING = "17/20.4460/106.3400"


def spot(watched: Watched, x: float, y: float) -> tuple[float, float]:
    """Return the page's pixel over metres east and north of the town's corner."""
    lon, lat = town.at(x, y)
    return watched.on_screen(lon, lat)


def view_of(x: float, y: float, zoom: int = 17) -> str:
    """Return the address part that centres the map there, above a phone's sheet."""
    lon, lat = town.at(x, y)
    return f"{zoom}/{lat:.6f}/{lon:.6f}"


@pytest.mark.parametrize("audience", AUDIENCES)
def test_every_map_opens_under_a_strict_policy_and_stays_on_this_host(
    watched: Watched, site: str, audience: str
) -> None:
    watched.open(f"{site}/maps/{audience}#{CROSSING}")
    expect(watched.page.locator("canvas.leaflet-tile-loaded").first).to_be_attached()
    expect(watched.page.locator(".gr-banner")).to_have_text(re.compile("^Dữ liệu minh hoạ"))
    watched.assert_harmless(site)


@pytest.mark.parametrize("audience", ["overview", "tidying"])
def test_segments_are_drawn_in_the_colours_of_their_states(
    watched: Watched, site: str, audience: str
) -> None:
    watched.open(f"{site}/maps/{audience}#{CROSSING}")
    for state, colour in STATE_COLOURS.items():
        assert watched.count_pixels(colour) > 150, state


def test_low_zooms_show_discs_and_a_press_goes_nearer(watched: Watched, site: str) -> None:
    watched.open(f"{site}/maps/overview#{view_of(800, 700, 13)}")
    assert watched.count_pixels(STATE_COLOURS["accepted"]) > 20
    cell = watched.page.evaluate(
        """() => {
          const map = Object.values(window).find((value) => value instanceof L.Map);
          const tiles = map.gisreg.tiles.grViews.get("segment").tileCache.cache;
          const [key, entry] = [...tiles].find(([, e]) => (e.data.get("segment") || []).length);
          const [x, y, z] = key.split(":").map(Number);
          const p = entry.data.get("segment")[0].geom[0][0];
          const at = map.unproject([x * 512 + p.x, y * 512 + p.y], z + 1);
          const q = map.latLngToContainerPoint(at), box = map.getContainer().getBoundingClientRect();
          return [q.x + box.x, q.y + box.y];
        }"""
    )
    watched.press(*cell)
    expect(watched.page).to_have_url(re.compile("#15/"))
    watched.assert_harmless(site)


def test_a_press_on_a_segment_shows_why_it_is_flagged(watched: Watched, site: str) -> None:
    watched.open(f"{site}/maps/tidying#{view_of(420, 645)}")
    watched.press(*spot(watched, 427, 705))
    panel = watched.page.locator(".gr-detail")
    assert "Đoạn cáp" in panel.locator("h2 .gr-first, .gr-first").first.inner_text()
    reasons = panel.locator(".gr-reason")
    expect(reasons).to_have_count(2)
    assert "Nằm trong khu vực đô thị" in reasons.first.inner_text()
    assert "35 m trong khu vực" in reasons.first.inner_text()
    assert "QĐ 1120/QĐ-UBND" in reasons.first.inner_text()
    assert panel.get_by_text("04/05/2026 05:37").is_visible()
    assert "pick=segment/" in watched.page.url
    watched.assert_harmless(site)


def test_markup_in_registry_text_is_shown_and_never_run(watched: Watched, site: str) -> None:
    watched.open(f"{site}/maps/tidying#{view_of(420, 645)}")
    watched.press(*spot(watched, 427, 705))
    panel = watched.page.locator(".gr-detail")
    assert town.HOSTILE in panel.locator("dd").last.inner_text()
    assert any(town.HOSTILE in text for text in panel.locator(".gr-place").all_inner_texts())
    assert panel.locator("img").count() == 0
    watched.assert_harmless(site)


def test_a_finger_may_miss_by_twelve_pixels_a_mouse_may_not(watched: Watched, site: str) -> None:
    watched.open(f"{site}/maps/tidying#{view_of(420, 645)}")
    # North of the last street nothing else is near; the outermost cable lies 20 pixels away.
    edge = watched.page.evaluate(
        """() => {
          const map = Object.values(window).find((value) => value instanceof L.Map);
          const box = map.getContainer().getBoundingClientRect();
          const at = (x) => map.containerPointToLatLng([x, box.height * 0.3]);
          const hit = (x) => gisreg.pickAll(map, at(x), 0.5)
            .some((found) => found.layer.key === "segment");
          let x = box.width - 1;
          while (x > 0 && !hit(x)) x -= 1;
          return [box.x + x, box.y + box.height * 0.3];
        }"""
    )
    watched.press(edge[0] + 9, edge[1])
    picked = watched.page.url.partition("pick=")[2]
    assert picked.startswith("segment/") is (watched.size == "phone")


def test_the_address_keeps_view_filters_and_language(watched: Watched, site: str) -> None:
    watched.open(f"{site}/maps/tidying#{CROSSING}")
    watched.open_legend()
    watched.page.get_by_label("Đã nghiệm thu").uncheck()
    watched.page.get_by_role("button", name="English").click()
    watched.settled()
    address = watched.page.url
    assert "hide=segment%2Ftidying_state%3Aaccepted" in address
    assert "lang=en" in address
    assert watched.count_pixels(STATE_COLOURS["accepted"]) < 20
    watched.open("about:blank")
    watched.open(address)
    assert watched.page.url == address
    assert watched.page.locator("h1 , .gr-title .gr-first").first.inner_text() == "Cable tidying map"
    assert watched.count_pixels(STATE_COLOURS["accepted"]) < 20
    assert watched.count_pixels(STATE_COLOURS["flagged"]) > 150


def test_a_filter_redraws_without_asking_the_server(watched: Watched, site: str) -> None:
    watched.open(f"{site}/maps/tidying#{CROSSING}")
    watched.open_legend()
    asked = len(watched.requests)
    watched.page.get_by_label("FPT Telecom").uncheck()
    watched.page.get_by_label("Đã lập kế hoạch").uncheck()
    watched.settled()
    assert len(watched.requests) == asked
    assert "carrier=1%2C2%2C4" in watched.page.url or "carrier=1,2,4" in watched.page.url
    assert watched.count_pixels(STATE_COLOURS["planned"]) < 20


def test_the_other_maps_open_at_the_same_place(watched: Watched, site: str) -> None:
    watched.open(f"{site}/maps/tidying#{CROSSING}")
    watched.open_legend()
    watched.page.get_by_role("link", name="Dùng chung").click()
    expect(watched.page).to_have_url(re.compile(r"/maps/sharing#17/20\.4460+/106\.3400+$"))


def test_search_works_by_keyboard(watched: Watched, site: str) -> None:
    watched.open(f"{site}/maps/overview")
    box = watched.page.get_by_role("combobox").first
    box.focus()
    watched.page.keyboard.type("C-00-01", delay=20)
    watched.page.get_by_role("option").first.wait_for()
    watched.page.keyboard.press("ArrowDown")
    watched.page.keyboard.press("ArrowDown")
    chosen = watched.page.locator("[role=option][aria-selected=true]")
    assert chosen.locator(".gr-result-label").inner_text() == "C-00-011"
    watched.page.keyboard.press("Enter")
    watched.settled()
    expect(watched.page).to_have_url(re.compile("#18/.*pick=pole/12"))
    assert watched.page.locator(".gr-detail").is_visible()
    watched.assert_harmless(site)


def test_wards_are_shaded_by_progress_and_the_legend_counts_them(watched: Watched, site: str) -> None:
    watched.open(f"{site}/maps/tidying#{view_of(900, 900, 14)}")
    watched.open_legend()
    part = watched.page.locator("[data-part=progress]")
    expect(part.locator("strong")).to_contain_text("48")
    expect(part.locator(".gr-count")).to_have_text(["1", "0", "1", "0", "1"])


def test_findings_of_one_rule_are_drawn_by_severity_and_tell_their_source(
    watched: Watched, site: str
) -> None:
    watched.open(f"{site}/maps/tidying#{view_of(420, 645, 16)}")
    watched.open_legend()
    part = watched.page.locator("[data-part=findings]")
    expect(part.locator("option", has_text="P02")).to_have_count(1)
    options = part.locator("option").all_inner_texts()
    assert any("P02" in text and "Chưa đo đủ" in text for text in options)
    assert not any("(0)" in text for text in options)
    critical = "#7f1d1d"
    assert watched.count_pixels(critical) == 0
    with watched.page.expect_response(re.compile(r"/findings\?.*rule=H01")) as answer:
        part.locator("select").select_option("H01")
    found = answer.value.json()["features"]
    number = part.locator("[data-severity=critical] .gr-count")
    expect(number).to_have_text(str(len(found)))
    assert len(found) > 0
    expect(part).to_contain_text("trong khung này: 40 / 50 (80 %)")
    # Nothing found where little was measured is no zero.
    part.locator("select").select_option("P02")
    expect(part.locator("[data-part=coverage]")).to_contain_text("4 / 50 (8 %) · Chưa đo đủ")
    expect(part.locator(".gr-row .gr-count")).to_have_text(["–", "–", "–"])
    with watched.page.expect_response(re.compile(r"/findings\?(?!.*rule=)")):
        part.locator("select").select_option("*")
    expect(part.locator("[data-severity=minor] .gr-count")).not_to_have_text("0")
    part.locator("select").select_option("H01")
    expect(part.locator("[data-severity=minor] .gr-count")).to_have_text("0")
    watched.settled()
    assert watched.count_pixels(critical) > 100
    if (button := watched.page.locator(".gr-legend [aria-label='Đóng']")).is_visible():
        button.click()
    (x0, y0), (x1, y1) = found[0]["geometry"]["coordinates"][0], found[0]["geometry"]["coordinates"][-1]
    watched.press(*watched.on_screen((x0 + x1) / 2, (y0 + y1) / 2))
    reason = watched.page.locator(".gr-reason", has_text="H01")
    told = reason.inner_text()
    assert "Số đo 4,82 m; không đạt nếu < 5,5 m" in told
    assert "NĐ 11/2010 điều 21" in told
    assert "cần kiểm chứng" in told
    watched.assert_harmless(site)


def test_sharing_lists_candidate_pairs_by_distance(watched: Watched, site: str) -> None:
    watched.open(f"{site}/maps/sharing#{view_of(900, 900, 15)}")
    watched.open_legend()
    part = watched.page.locator("[data-part=candidates]")
    expect(part.locator(".gr-count")).to_have_text(["1", "1"])
    watched.assert_harmless(site)


def test_no_candidates_are_counted_before_they_have_come(watched: Watched, site: str) -> None:
    held: list[Route] = []
    watched.page.route("**/sharing/candidates", lambda route: held.append(route))
    watched.page.goto(f"{site}/maps/sharing#{view_of(900, 900, 15)}")
    watched.open_legend()
    counts = watched.page.locator("[data-part=candidates] .gr-count")
    expect(counts).to_have_text(["", ""])
    held.pop().continue_()
    expect(counts).to_have_text(["1", "1"])


def test_the_survey_map_shows_where_things_stand_and_are_proposed(watched: Watched, site: str) -> None:
    watched.open(f"{site}/maps/survey#{view_of(town.PROPOSED[0], town.PROPOSED[1], 19)}")
    assert watched.count_pixels("#c2185b") > 100
    watched.open_legend()
    part = watched.page.locator("[data-part=proposals]")
    expect(part.locator(".gr-count")).to_have_text("1")
    part.get_by_role("checkbox").uncheck()
    watched.settled()
    # What is left is the legend's own swatch.
    assert watched.count_pixels("#c2185b") < 100
    watched.assert_harmless(site)


def test_the_panel_says_what_to_do_when_the_answer_does_not_come(watched: Watched, site: str) -> None:
    watched.open(f"{site}/maps/tidying#{view_of(420, 645)}")
    watched.page.route("**/details/**", lambda route: route.abort())
    watched.press(*spot(watched, 427, 705))
    panel = watched.page.locator(".gr-detail")
    expect(panel).to_contain_text("Kiểm tra mạng rồi thử lại")
    watched.page.unroute("**/details/**")
    panel.get_by_role("button", name="Thử lại").click()
    watched.settled()
    expect(panel.locator(".gr-reason")).to_have_count(2)


def test_cables_on_one_span_lie_side_by_side_and_each_can_be_pressed(watched: Watched, site: str) -> None:
    watched.open(f"{site}/maps/tidying#{view_of(420, 645, 19)}")
    picked = watched.page.evaluate(
        """() => {
          const map = Object.values(window).find((value) => value instanceof L.Map);
          const size = map.getSize(), found = [];
          for (let x = 0; x < size.x; x += 1) {
            const hit = gisreg.pickAll(map, map.containerPointToLatLng([x, size.y * 0.3]), 0.5)[0];
            const id = hit && hit.layer.key === "segment" ? String(hit.feature.props.owner_id) : null;
            if (id && found[found.length - 1] !== id) found.push(id);
          }
          return found;
        }"""
    )
    assert sorted(picked) == ["1", "2", "3", "4"]


def test_what_a_decision_has_ended_is_not_drawn(watched: Watched, site: str) -> None:
    watched.open(f"{site}/maps/tidying#{view_of(900, 900, 14)}")
    shown = watched.page.evaluate(
        """() => {
          const map = Object.values(window).find((value) => value instanceof L.Map);
          const names = new Set();
          gisreg.eachInView(map, gisreg.layer(map, "admin_unit"), (feature) => {
            if (gisreg.isShown(map, gisreg.layer(map, "admin_unit"), feature)) {
              names.add(feature.props.name);
            }
          });
          return [...names].sort();
        }"""
    )
    assert "Phường Trần Lãm" in shown
    assert "Phường cũ" not in shown
