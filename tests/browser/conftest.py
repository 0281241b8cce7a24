"""A real browser against a real HTTP server that answers as the application does."""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, Page, Request

from layers import LAYERS
from maps import overview, sharing, survey, tidying
from maps.assets import STATIC
from maps.config import Carrier, Link, MapConfig, Text
from tests.browser import town

AUDIENCES = {
    "overview": overview.build,
    "tidying": tidying.build,
    "sharing": sharing.build,
    "survey": survey.build,
}
SIZES = {"desktop": (1366, 768), "phone": (390, 844)}
NONCE = "dGVzdA"
# As strict as the application's own: a script without the nonce does not run.
POLICY = (
    f"default-src 'none'; script-src 'nonce-{NONCE}'; style-src 'self' 'nonce-{NONCE}'; "
    "img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'"
)
TYPES = {".js": "text/javascript", ".css": "text/css", ".png": "image/png"}


def config() -> MapConfig:
    return MapConfig(
        layers=tuple(LAYERS.values()),
        bounds=(*town.at(0, 0), *town.at(1900, 1900)),
        generated=True,
        carriers=tuple(Carrier(value, name) for value, name in town.OWNERS.items()),
        links=tuple(
            Link(f"/maps/{key}", Text(vi, en))
            for key, vi, en in (
                ("overview", "Tổng quan", "Overview"),
                ("tidying", "Chỉnh trang", "Tidying"),
                ("sharing", "Dùng chung", "Sharing"),
                ("survey", "Khảo sát", "Survey"),
            )
        ),
        attribution=("Sở Khoa học và Công nghệ",),
    )


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        url = urlsplit(self.path)
        parts = url.path.strip("/").split("/")
        if parts[0] == "maps":
            build = AUDIENCES[parts[1]]
            links = tuple(replace(link, current=link.href == url.path) for link in config().links)
            page = build(replace(config(), links=links)).page(nonce=NONCE)
            self._send(page.encode(), "text/html; charset=utf-8")
        elif parts[0] == "static":
            path = STATIC.joinpath(*parts[1:])
            self._send(path.read_bytes(), TYPES[path.suffix])
        elif parts[0] == "tiles":
            layer, z, x, y = parts[1], int(parts[2]), int(parts[3]), int(parts[4].split(".")[0])
            tile = town.tile(layer, z, x, y, LAYERS[layer].min_zoom)
            self._send(tile, "application/vnd.mapbox-vector-tile")
        elif parts[0] == "details":
            found = town.detail(parts[1], int(parts[2]))
            self._json(found or {"title": "not found"}, 200 if found else 404)
        elif parts[0] == "search":
            self._json({"results": town.search(parse_qs(url.query)["q"][0])})
        elif parts[0] == "progress":
            self._json({"rows": town.progress()})
        elif parts[0] == "sharing":
            self._json(town.candidates())
        else:
            self._json({"title": "not found"}, 404)

    def _json(self, answer: object, status: int = 200) -> None:
        self._send(json.dumps(answer).encode(), "application/json", status)

    def _send(self, body: bytes, kind: str, status: int = 200) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Content-Security-Policy", POLICY)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Keep the test output clean."""


@pytest.fixture(scope="session")
def site() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


COUNT = """async ([shot, colour]) => {
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
        count = int(blank.evaluate(COUNT, [shot, colour]))
        blank.close()
        return count

    def settled(self) -> None:
        """Wait until no request is under way for a while, and the tiles are painted."""
        calm = 0
        for _ in range(600):
            self.page.wait_for_timeout(50)
            calm = 0 if self.pending else calm + 1
            if calm == 8:
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
