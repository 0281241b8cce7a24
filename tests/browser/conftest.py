"""A real browser against a real HTTP server that answers as the application does."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest

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
        elif parts == ["findings", "counts"]:
            self._json(town.finding_counts())
        elif parts[0] == "findings":
            self._json(town.findings(parse_qs(url.query)))
        elif parts[0] == "proposals":
            self._json(town.proposals())
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
