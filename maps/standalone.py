"""One HTML file with map, code and data in it: opens from disk, without any network."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from gisreg.errors import InvalidInputError, UsageError
from gisreg.said import both
from maps.config import Bounds, MapConfig, Text
from maps.registry_map import RegistryMap

_SUBJECTS = frozenset({"segment", "pole", "tower"})

OBJECT_LIMIT = 60_000
"""Objects in one file: about 40 MB of text, which a browser still opens without complaint."""


def save(
    build: Callable[[MapConfig], RegistryMap],
    config: MapConfig,
    features: Mapping[str, str],
    *,
    made_on: datetime,
    data_as_of: datetime,
    trace: tuple[Text, ...],
    limit: int = OBJECT_LIMIT,
) -> str:
    """Return the page of one audience as a single HTML text, with `features` inside.

    `features` maps layer keys to GeoJSON FeatureCollection text. The view is `config.bounds`, else
    the extent of the data. `trace` are the lines of the register of exports: who took it, under which
    number, up to which head the history was sealed. A base map is left out, because a file must not load
    anything.

    Raises:
        UsageError: there are more than `limit` objects.
        InvalidInputError: a text is no FeatureCollection, or there is no object at all.
    """
    count, extent = _survey(features)
    if count > limit:
        raise UsageError(
            both(
                f"Bản đồ lưu sẽ có hơn {limit:,} đối tượng (tìm thấy {count:,}).".replace(",", "."),
                f"The saved map would hold more than {limit:,} objects ({count:,} were found).",
            ),
            hint=both(
                "Hãy chọn vùng nhỏ hơn bằng --bounds hoặc --zone.",
                "Choose a smaller area with --bounds or --zone.",
            ),
        )
    if extent is None:
        raise InvalidInputError(
            both(
                "Không có gì để lưu: vùng này không có đối tượng nào.",
                "There is nothing to save: no object lies in this area.",
            ),
            hint=both(
                "Hãy kiểm tra --bounds (tây,nam,đông,bắc theo độ) hoặc mã trong --zone.",
                "Check --bounds (west,south,east,north in degrees) or the code given to --zone.",
            ),
        )
    footer = (
        Text(f"Lập lúc {made_on:%H:%M %d/%m/%Y}", f"Made on {made_on:%d %B %Y, %H:%M}"),
        Text(f"Dữ liệu tính đến {data_as_of:%d/%m/%Y}", f"Data as of {data_as_of:%d %B %Y}"),
        *trace,
    )
    page = replace(
        config,
        features=features,
        bounds=config.bounds or extent,
        base_map=None,
        links=(),
        footer=footer,
    )
    return build(page).page(inline=True)


def _survey(features: Mapping[str, str]) -> tuple[int, Bounds | None]:
    """Return the number of objects and their extent; None where there is no geometry."""
    count = 0
    west, south, east, north = 180.0, 90.0, -180.0, -90.0
    # Areas, streets and whole cables reach far beyond what is saved: the objects tell where to look.
    subjects = _SUBJECTS & features.keys() or features.keys()
    for key, text in features.items():
        found = _parse(key, text)
        count += len(found)
        for feature in found if key in subjects else ():
            for lon, lat in _positions((feature.get("geometry") or {}).get("coordinates", [])):
                west, east = min(west, lon), max(east, lon)
                south, north = min(south, lat), max(north, lat)
    return count, (west, south, east, north) if west <= east else None


def _parse(key: str, text: str) -> list[dict[str, Any]]:
    try:
        parsed = json.loads(text)
        found: list[dict[str, Any]] = parsed["features"]
    except (ValueError, KeyError, TypeError) as error:
        raise InvalidInputError(
            both(
                f"Dữ liệu của lớp {key} không phải GeoJSON FeatureCollection.",
                f"The data of layer {key} are not a GeoJSON FeatureCollection.",
            ),
            hint=both(
                "Hãy xuất lại lớp này bằng `gisreg export`.",
                "Export the layer again with `gisreg export`.",
            ),
        ) from error
    return found


def _positions(coordinates: Iterable[Any]) -> Iterator[tuple[float, float]]:
    """Yield longitude and latitude of every position of a GeoJSON coordinate array."""
    items = list(coordinates)
    if items and isinstance(items[0], int | float):
        yield items[0], items[1]
        return
    for item in items:
        yield from _positions(item)
