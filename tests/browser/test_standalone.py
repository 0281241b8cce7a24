"""The saved map: one file, opened from disk, with no network at all."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import expect

from maps import tidying
from maps.config import Text
from maps.standalone import save
from maps.subjects import STATE_COLOURS
from tests.browser import town
from tests.browser.conftest import config
from tests.browser.ground import over_ground
from tests.support.watched import Watched


@pytest.fixture(scope="session")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    features = {}
    for key, found in town.features().items():
        collection = town.collection(found)
        if key == "segment":
            for feature in collection["features"]:
                detail = town.detail(key, feature["properties"]["id"])
                assert detail is not None
                feature["properties"]["reasons"] = detail["reasons"]
        features[key] = json.dumps(collection, ensure_ascii=False)
    moment = datetime(2026, 5, 4, 8, 30, tzinfo=UTC)
    text = save(
        tidying.build,
        replace(config(), bounds=None, progress=tuple(town.progress())),
        features,
        made_on=moment,
        data_as_of=moment,
        trace=(Text("Xuất bởi thử số XK-0", "Exported by test, number XK-0"),),
    )
    path = tmp_path_factory.mktemp("saved") / "tidying.html"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_saved_map_draws_segments_and_answers_without_network(watched: Watched, saved: Path) -> None:
    watched.page.context.set_offline(True)
    lon, lat = town.at(420, 645)
    watched.open(f"{saved.as_uri()}#17/{lat:.6f}/{lon:.6f}")
    assert watched.count_pixels(STATE_COLOURS["planned"]) > 100
    watched.page.get_by_role("combobox").first.fill("ly bon")
    watched.page.get_by_role("option").first.wait_for()
    assert "Lý Bôn" in watched.page.get_by_role("option").first.inner_text()
    watched.page.keyboard.press("Escape")
    watched.press(*watched.on_screen(*town.at(427, 705)))
    panel = watched.page.locator(".gr-detail")
    expect(panel.locator(".gr-reason")).to_have_count(2)
    assert any(town.HOSTILE in text for text in panel.locator(".gr-place").all_inner_texts())
    assert "Dữ liệu tính đến 04/05/2026" in watched.page.locator(".gr-foot").inner_text()
    assert watched.page.locator(".gr-banner").is_visible()
    assert watched.errors == []
    assert {url.partition("#")[0] for url in watched.requests} == {saved.as_uri()}
    assert watched.page.evaluate("window.hacked") is None


def test_a_saved_map_shades_wards_by_the_progress_of_its_day(watched: Watched, saved: Path) -> None:
    watched.page.context.set_offline(True)
    lon, lat = town.at(900, 900)
    watched.open(f"{saved.as_uri()}#14/{lat:.6f}/{lon:.6f}")
    # The class that 86 % falls into, over the ground as the live map draws it.
    assert watched.count_pixels(over_ground((84, 64, 120), 0.6)) > 2000
    watched.open_legend()
    part = watched.page.locator("[data-part=progress]")
    expect(part.locator("strong")).to_contain_text("48")
    expect(part.locator(".gr-count")).to_have_text(["1", "0", "1", "0", "1"])
    assert watched.errors == []
