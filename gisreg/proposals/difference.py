"""What a merge patch would change of an object, and whether others may propose that."""

from __future__ import annotations

from typing import Any

from gisreg.errors import ForbiddenError, InvalidInputError
from gisreg.said import both
from layers import Layer

Patch = dict[str, Any]
"""A merge patch of a feature: `properties` and, where it changes, `geometry` (GeoJSON, EPSG:4326)."""


def difference(feature: dict[str, Any], patch: Patch) -> Patch:
    """Return what of a patch differs from the feature as it stands."""
    stands = feature["properties"]
    given = patch.get("properties") or {}
    found: Patch = {"properties": {k: v for k, v in given.items() if v != stands.get(k)}}
    if "geometry" in patch and not _same(patch["geometry"], feature["geometry"]):
        found["geometry"] = patch["geometry"]
    return found


def _same(one: Any, other: Any) -> bool:
    """Compare geometries by type and coordinates; other members (a box, say) do not count."""
    if one is None or other is None:
        return one is other
    return all(one.get(member) == other.get(member) for member in ("type", "coordinates"))


def stands(feature: dict[str, Any], patch: Patch) -> Patch:
    """Return what a feature has where a patch would change it."""
    found: Patch = {"properties": {name: feature["properties"].get(name) for name in patch["properties"]}}
    if "geometry" in patch:
        found["geometry"] = feature["geometry"]
    return found


def members(patch: Patch) -> set[str]:
    """Return the names of what a patch changes: fields, and `geometry`."""
    return set(patch["properties"]) | ({"geometry"} if "geometry" in patch else set())


def require_shared(layer: Layer, patch: Patch) -> None:
    """Refuse to propose what is not a shared fact, or nothing at all.

    Raises:
        ForbiddenError: `detail["fields"]` names what only the owner may say.
        InvalidInputError: all is as proposed already.
    """
    shared = {field.name for field in layer.shared_fields} | (
        {"geometry"} if layer.shares_position else set()
    )
    others = sorted(members(patch) - shared)
    if others:
        told = ", ".join(sorted(shared))
        raise ForbiddenError(
            both(
                f"Với đối tượng này của lớp '{layer.vi}', chỉ đơn vị chủ quản được ghi: {', '.join(others)}.",
                f"Only the owner may say of this {layer.key}: {', '.join(others)}.",
            ),
            hint=both(
                f"Đối tượng lớp '{layer.vi}' của đơn vị khác: được đề xuất {told or 'không gì cả'}.",
                f"Of a {layer.key} of somebody else's, these can be proposed: {told or 'nothing'}.",
            ),
            fields=others,
        )
    if not members(patch):
        raise InvalidInputError(
            both(
                f"Không có gì để đề xuất: đối tượng lớp '{layer.vi}' này vốn đã như vậy.",
                f"Nothing is proposed: the {layer.key} is so already.",
            ),
            hint=both("Hãy gửi những gì khác với hiện tại.", "Send what differs from it."),
        )
