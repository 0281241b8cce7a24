"""An edit that came too late: what is there now and what was sent, side by side."""

from __future__ import annotations

from typing import Any

from gisreg.errors import StaleVersionError
from gisreg.said import both
from layers import Layer


def stale(
    layer: Layer, object_id: int, version: int, current: dict[str, Any], sent: dict[str, Any] | None
) -> StaleVersionError:
    """Return the error for an edit on an old version.

    Args:
        layer: its description.
        object_id: of the object.
        version: on which the edit was made.
        current: the object as it is, as a GeoJSON feature.
        sent: the edit (`properties`, `geometry`); None for a removal.

    Returns:
        The detail has both versions whole (`current`, `sent`) and `fields`: for every field that was
        sent, its titles, what was sent, what is there, and whether these differ.
    """
    now = current["properties"]["version"]
    return StaleVersionError(
        both(
            f"Đối tượng {object_id} của lớp “{layer.vi}” đang ở phiên bản {now}; lần sửa này dựa vào "
            f"phiên bản {version}.",
            f"{layer.key} {object_id} is at version {now}; this edit was made on version {version}.",
        ),
        hint=both(
            "Hãy so sánh `fields` (hoặc `sent` với `current`), rồi gửi lại thay đổi với phiên bản hiện tại.",
            "Compare `fields` (or `sent` with `current`), then send your change with the current version.",
        ),
        your_version=version,
        current_version=now,
        current=current,
        sent=sent,
        fields=[] if sent is None else _fields(layer, current, sent),
    )


def _fields(layer: Layer, current: dict[str, Any], sent: dict[str, Any]) -> list[dict[str, Any]]:
    titles = {item.name: item for item in layer.fields}
    found = []
    for name, value in (sent.get("properties") or {}).items():
        there = current["properties"].get(name)
        found.append(
            {"field": name, "vi": titles[name].vi, "en": titles[name].en}
            | {"sent": value, "current": there, "differs": value != there}
        )
    if "geometry" in sent:
        there = current["geometry"]
        found.append(
            {"field": "geometry", "vi": "Hình", "en": "Geometry"}
            | {"sent": sent["geometry"], "current": there, "differs": sent["geometry"] != there}
        )
    return found
