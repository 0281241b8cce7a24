"""Ask a running service for what every installation must answer: health, a map page, a tile."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from dataclasses import dataclass
from http.client import HTTPException
from urllib.parse import urlsplit

from gisreg.cli.service import get
from gisreg.database.connection import Role, transaction

_ZOOM = 15
_LAYER = "cable"


@dataclass(frozen=True, slots=True)
class Finding:
    """What one path answered, and whether that is right."""

    path: str
    good: bool
    text: str


def probe(host: str, port: int, key: str) -> Iterator[Finding]:
    """Yield what /health, the overview map and one tile with data answer to the holder of a key."""
    yield _ask(host, port, key, "/health", "application/json", at_least=2)
    yield _ask(host, port, key, "/maps/overview", "text/html", at_least=500)
    try:
        path = tile_path(host, port, key)
    except (OSError, HTTPException, ValueError, LookupError) as error:
        yield Finding("tile", False, f"no address of a tile can be made: {error}")
        return
    yield _ask(host, port, key, path, "application/vnd.mapbox-vector-tile", at_least=50)


def tile_path(host: str, port: int, key: str) -> str:
    """Return the path of a tile of cables that is not empty, as the service's own TileJSON gives it.

    Raises LookupError when there is no TileJSON or the registry holds no cable.
    """
    status, _, body = get(host, port, f"/tiles/{_LAYER}.json", key=key)
    if status != 200:
        raise LookupError(f"/tiles/{_LAYER}.json answered {status}")
    template = urlsplit(json.loads(body)["tiles"][0]).path
    column, row = tile_of(*_a_place(), _ZOOM)
    address: str = template.format(z=_ZOOM, x=column, y=row)
    return address


def tile_of(longitude: float, latitude: float, zoom: int) -> tuple[int, int]:
    """Return column and row of the web-mercator tile that holds a point (degrees, EPSG:4326)."""
    size = 1 << zoom
    phi = math.radians(latitude)
    column = int((longitude + 180) / 360 * size)
    row = int((1 - math.asinh(math.tan(phi)) / math.pi) / 2 * size)
    return column, row


def _a_place() -> tuple[float, float]:
    with transaction(Role.WORKER) as connection, connection.cursor() as cursor:
        cursor.execute(
            "SELECT ST_X(p), ST_Y(p)"
            " FROM (SELECT ST_StartPoint(geom) AS p FROM registry.cable ORDER BY id LIMIT 1) AS first"
        )
        found = cursor.fetchone()
    if found is None:
        raise LookupError("the registry holds no cable")
    return float(found[0]), float(found[1])


def _ask(host: str, port: int, key: str, path: str, kind: str, *, at_least: int) -> Finding:
    try:
        status, content_type, body = get(host, port, path, key=key)
    except (OSError, HTTPException) as error:
        return Finding(path, False, f"no answer: {error}")
    good = status == 200 and content_type == kind and len(body) >= at_least
    text = f"{status} {content_type}, {len(body)} bytes"
    return Finding(path, good, text if good else f"{text}; wanted 200 {kind}, {at_least} bytes or more")
