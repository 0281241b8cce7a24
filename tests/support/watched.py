"""A pytest plugin: pages in a real browser, on an old office screen and on a phone, and watched."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Browser, Page, Request

SIZES = {"desktop": (1366, 768), "phone": (390, 844)}

_COUNT = """async ([shot, colour]) => {
  const image = new Image();
  image.src = "data:image/png;base64," + shot;
  await image.decode();
  const canvas = new OffscreenCanvas(image.width, image.height);
  const context = canvas.getContext("2d");
  context.drawImage(image, 0, 0);
  const pixels = context.getImageData(0, 0, image.width, image.height).data;
  const want = [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16));
  let count = 0;
  for (let i = 0; i < pixels.length; i += 4) {
    if (want.every((value, k) => Math.abs(pixels[i + k] - value) <= 6)) count += 1;
  }
  return count;
}"""

# Timers come due in their order: the legend's are shorter than this one, so they have run before it,
# however slow the machine is. Then two frames, for what they draw.
_IDLE = """() => new Promise((done) => setTimeout(
  () => requestAnimationFrame(() => requestAnimationFrame(() => done())), 300))"""


@dataclass
class Watched:
    """A page and all that went wrong in it."""

    page: Page
    size: str
    errors: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)
    pending: set[str] = field(default_factory=set)

    def watch(self) -> None:
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on(
            "console",
            lambda message: self.errors.append(message.text) if message.type == "error" else None,
        )
        self.page.on("request", self._begun)
        self.page.on("requestfinished", self._ended)
        self.page.on("requestfailed", self._ended)

    def _begun(self, request: Request) -> None:
        self.requests.append(request.url)
        if not request.url.startswith("data:"):
            self.pending.add(request.url)

    def _ended(self, request: Request) -> None:
        self.pending.discard(request.url)

    def open(self, url: str) -> None:
        """Open an address and wait until the map is drawn."""
        self.page.goto(url)
        self.settled()

    def on_screen(self, lon: float, lat: float) -> tuple[float, float]:
        """Return the page's pixel over a position in degrees."""
        found = self.page.evaluate(
            """([lat, lon]) => {
              const map = Object.values(window).find((value) => value instanceof L.Map);
              const p = map.latLngToContainerPoint([lat, lon]);
              const box = map.getContainer().getBoundingClientRect();
              return [p.x + box.x, p.y + box.y];
            }""",
            [lat, lon],
        )
        return found[0], found[1]

    def shows(self, lon: float, lat: float) -> bool:
        """Tell whether the map is to be seen at a position in degrees: in the window, under no panel."""
        found = self.page.evaluate(
            "(at) => Boolean(document.elementFromPoint(...at)?.closest('.leaflet-container'))",
            list(self.on_screen(lon, lat)),
        )
        return bool(found)

    def open_legend(self) -> None:
        """Open the legend where it is not open from the start: on a phone."""
        if self.size == "phone":
            self.page.click(".gr-legend-button")

    def assert_harmless(self, site: str) -> None:
        """Fail where anything went wrong, was fetched from elsewhere, or ran that is registry text."""
        assert self.errors == []
        assert [url for url in self.requests if not url.startswith((site, "data:"))] == []
        assert self.page.evaluate("window.hacked") is None

    def press(self, x: float, y: float) -> None:
        """Click at a point of the page, or tap it on a phone."""
        if self.size == "phone":
            self.page.touchscreen.tap(x, y)
        else:
            self.page.mouse.click(x, y)
        self.settled()

    def count_pixels(self, colour: str, area: str = ".gisreg-map") -> int:
        """Return how many pixels of a screenshot of `area` have nearly this colour.

        The panels are left out: the legend shows the same colours.
        """
        panels = [self.page.locator(".gr-panel"), self.page.locator(".gr-legend-button")]
        shot = base64.b64encode(self.page.locator(area).screenshot(mask=panels)).decode()
        # A page of its own, because the map's policy lets no picture of ours in.
        blank = self.page.context.new_page()
        count = int(blank.evaluate(_COUNT, [shot, colour]))
        blank.close()
        return count

    def settled(self) -> None:
        """Wait until no request is under way for a while, and the page has done what it had put off."""
        calm = 0
        for _ in range(600):
            self.page.wait_for_timeout(50)
            calm = 0 if self.pending else calm + 1
            if calm >= 8:
                self.page.evaluate(_IDLE)
                if not self.pending:
                    return
        raise AssertionError(f"The page never came to rest: {sorted(self.pending)}")


@pytest.fixture(params=list(SIZES))
def watched(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Watched]:
    width, height = SIZES[request.param]
    context = browser.new_context(
        viewport={"width": width, "height": height},
        has_touch=request.param == "phone",
        is_mobile=request.param == "phone",
        device_scale_factor=2 if request.param == "phone" else 1,
        locale="vi-VN",
    )
    result = Watched(context.new_page(), request.param)
    result.watch()
    yield result
    context.close()
