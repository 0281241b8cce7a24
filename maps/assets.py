"""The scripts and style sheets of map pages: their addresses, their text, and their licences."""

from __future__ import annotations

import base64
import json
import re
from dataclasses import dataclass
from pathlib import Path

from gisreg.errors import NotFoundError
from gisreg.said import both

STATIC = Path(__file__).parent / "static"
STATIC_URL = "/static/"

# In the order they are loaded: each file adds functions to the global object `gisreg`.
_MODULES = (
    "core",
    "hash",
    "sources",
    "memory_source",
    "style",
    "lanes",
    "symbols",
    "cells",
    "labels",
    "vector_tiles",
    "pick",
    "data",
    "detail",
    "swatch",
    "legend",
    "search",
    "seen_as",
    "chrome",
    "progress",
    "candidates",
    "proposals",
    "changes",
    "findings",
    "matches_words",
    "matches_filters",
    "matches",
    "measure_next",
)
SCRIPTS: list[tuple[str, str]] = [
    ("leaflet", f"{STATIC_URL}vendor/leaflet/leaflet.js"),
    ("protomaps", f"{STATIC_URL}vendor/protomaps-leaflet/protomaps-leaflet.js"),
    *((f"gisreg_{name}", f"{STATIC_URL}js/{name}.js") for name in _MODULES),
]
STYLES: list[tuple[str, str]] = [
    ("leaflet_css", f"{STATIC_URL}vendor/leaflet/leaflet.css"),
    ("gisreg_css", f"{STATIC_URL}css/map.css"),
    ("gisreg_panels_css", f"{STATIC_URL}css/panels.css"),
]

_CSS_URL = re.compile(r"url\((['\"]?)(?!data:|#)([^)'\"]+)\1\)")
_END_TAG = re.compile(r"</(script|style)", re.IGNORECASE)


@dataclass(frozen=True)
class Licence:
    """A third-party package that pages load; `compiled_into` names the one it is a part of."""

    name: str
    version: str
    licence: str
    compiled_into: str | None


def asset_path(url: str) -> Path:
    """Return the file behind an asset address such as `/static/js/core.js`.

    Raises:
        NotFoundError: the file is missing; the message says how to fetch it.
    """
    path = STATIC / url.removeprefix(STATIC_URL)
    if not path.is_file():
        raise NotFoundError(
            both(f"Chưa cài tệp {url} của bản đồ.", f"The map asset {url} is not installed."),
            hint=both(
                "Hãy chạy `npm ci` và `npm run vendor` trong thư mục của dự án, hoặc cài gói wheel.",
                "Run `npm ci` and `npm run vendor` in the project's folder, or install the wheel.",
            ),
        )
    return path


def inline_script(url: str) -> str:
    """Return the text of a script so that it can stand between script tags."""
    return _END_TAG.sub(r"<\\/\1", asset_path(url).read_text(encoding="utf-8"))


def inline_style(url: str) -> str:
    """Return the text of a style sheet with its images as data addresses."""
    path = asset_path(url)

    def embed(match: re.Match[str]) -> str:
        image = base64.b64encode((path.parent / match[2]).read_bytes()).decode("ascii")
        return f"url(data:image/png;base64,{image})"

    return _CSS_URL.sub(embed, path.read_text(encoding="utf-8"))


def licences() -> list[Licence]:
    """Return the third-party packages that pages load, as the vendor manifest lists them.

    Raises:
        NotFoundError: the assets were not installed.
    """
    manifest = json.loads(asset_path(f"{STATIC_URL}vendor/manifest.json").read_text("utf-8"))
    return [
        Licence(item["name"], item["version"], item["licence"], item["compiled_into"])
        for item in manifest["packages"]
    ]
