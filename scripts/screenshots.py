"""`python -m scripts.screenshots [ADDRESS]`: pictures of the four maps for the README and the manual.

The maps are taken as the demo's authority sees them, with a key for ten minutes, so the settings must
name the demo's instance. Without an address it starts the demo service on a free port, takes the
pictures and stops it. They go to docs/images as <map>-<size>.png, each below 400 kB.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Browser, sync_playwright

from gisreg.cli.service import free_port, get
from gisreg.demo.accounts import short_key

FOLDER = Path(__file__).parents[1] / "docs" / "images"
MAPS = {"overview": 13, "tidying": 18, "sharing": 14, "survey": 18}
"""Map -> zoom at the middle of the network."""

SIZES = {"desktop": (1366, 768), "phone": (390, 844)}
LIMIT_BYTES = 400_000
_CHROMIUM = "/usr/bin/chromium"
_READY_TIMEOUT_S = 300


def main() -> None:
    """Take the pictures and say where they are."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with demo_service(sys.argv[1] if len(sys.argv) > 1 else None) as address, sync_playwright() as play:
        browser = play.chromium.launch(executable_path=_CHROMIUM, args=["--no-sandbox"])
        key = short_key()
        middle = middle_of_the_network(address, key)
        for name, zoom in MAPS.items():
            for size in SIZES:
                path = FOLDER / f"{name}-{size}.png"
                path.write_bytes(picture(browser, f"{address}/maps/{name}#{zoom}/{middle}", size, key))
                print(f"{path.name}\t{path.stat().st_size / 1000:.0f} kB")
        browser.close()


@contextmanager
def demo_service(given: str | None) -> Iterator[str]:
    """Yield the address of a running service: the one given, or the demo started for the purpose."""
    if given:
        yield given.rstrip("/")
        return
    port = free_port("127.0.0.1")
    process = subprocess.Popen(
        [sys.executable, "-m", "gisreg.cli.main", "demo", "up"],
        env=os.environ | {"GISREG_SERVER_PORT": str(port)},
    )
    try:
        wait_until_ready(process, port)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(60)


def wait_until_ready(process: subprocess.Popen[bytes], port: int) -> None:
    """Wait until the service answers. Raises RuntimeError when it ends or does not come up."""
    deadline = time.monotonic() + _READY_TIMEOUT_S
    while time.monotonic() < deadline and process.poll() is None:
        try:
            if get("127.0.0.1", port, "/ready", timeout_s=2)[0] == 200:
                return
        except OSError:
            pass
        time.sleep(0.5)
    raise RuntimeError("The demo service did not get ready; what it said stands above.")


def middle_of_the_network(address: str, key: str) -> str:
    """Return `latitude/longitude` of the middle of all segments, as the address of a map has it."""
    parts = urlsplit(address)
    body = get(parts.hostname or "127.0.0.1", parts.port or 80, "/tiles/segment.json", key=key)[2]
    west, south, east, north = json.loads(body)["bounds"]
    return f"{(south + north) / 2:.5f}/{(west + east) / 2:.5f}"


def picture(browser: Browser, address: str, size: str, key: str) -> bytes:
    """Return a settled page as PNG. Raises RuntimeError when it failed or weighs too much."""
    width, height = SIZES[size]
    context = browser.new_context(
        viewport={"width": width, "height": height},
        is_mobile=size == "phone",
        has_touch=size == "phone",
        locale="vi-VN",
        extra_http_headers={"X-Api-Key": key},
    )
    page = context.new_page()
    answer = page.goto(address, wait_until="networkidle")
    if answer is None or answer.status != 200:
        raise RuntimeError(f"{address} answered {answer and answer.status}, wanted 200.")
    page.locator("canvas.leaflet-tile-loaded").first.wait_for()
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(1000)  # the tiles fade in
    taken = page.screenshot()
    context.close()
    if len(taken) > LIMIT_BYTES:
        raise RuntimeError(f"The picture of {address} weighs {len(taken)} bytes, more than {LIMIT_BYTES}.")
    return taken


if __name__ == "__main__":
    main()
