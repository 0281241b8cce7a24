"""What OpenStreetMap's tags say about poles, masts and lines.

Tags: wiki pages Key:power, Tag:man_made=utility_pole, Key:tower:type, Tag:communication=line.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import shapely

Tags = Mapping[str, str]
LOW_VOLTAGE_V = 1_000
MEDIUM_VOLTAGE_V = 35_000
"""Vietnamese usage: hạ thế up to 1 kV, trung thế up to 35 kV, cao thế above."""

_LINES = ("line", "minor_line", "cable")
_MATERIALS = {"wood": "wood", "steel": "steel", "metal": "steel", "composite": "composite"}
_MEDIA = {"fibre": "fibre", "fiber": "fibre", "copper": "copper", "coaxial": "coax", "coax": "coax"}
_STRUCTURES = {
    "lattice": "lattice",
    "guyed_tube": "guyed",
    "guyed_lattice": "guyed",
    "freestanding": "monopole",
}


@dataclass(frozen=True)
class Voltages:
    """What hangs on a support, told by the power lines that have a vertex exactly where it stands."""

    by_place: Mapping[tuple[float, float], str]

    @classmethod
    def of(cls, lines: Iterable[Any], tags: Iterable[Tags]) -> Voltages:
        """Return the pole kind at each vertex of power lines; the highest voltage wins."""
        order = ("power_lv", "power_mv", "power_hv")
        found: dict[tuple[float, float], str] = {}
        for line, tag in zip(lines, tags, strict=True):
            kind = _line_kind(tag)
            if kind is None:
                continue
            for x, y in shapely.get_coordinates(line):
                before = found.get(_place(x, y))
                if before is None or order.index(kind) > order.index(before):
                    found[_place(x, y)] = kind
        return cls(found)

    def at(self, point: Any) -> str | None:
        """Return the kind of pole that stands at a point, None where no power line passes."""
        return None if point is None or point.is_empty else self.by_place.get(_place(point.x, point.y))


def pole_fields(tags: Tags, on_line: str | None) -> dict[str, Any] | None:
    """Return the fields of a pole, None where the node is none.

    Power towers and portals are poles too (kind power_hv): they carry lines. Masts for lamps are
    light poles; masts and towers for antennas belong to the layer `tower`.
    """
    power, made = tags.get("power"), tags.get("man_made")
    if power in ("tower", "portal"):
        kind = "power_hv"
    elif power == "pole" or (made == "utility_pole" and tags.get("utility") == "power"):
        kind = _voltage_kind(tags) or on_line or "unknown"
    elif made == "utility_pole":
        kind = {"telecom": "telecom", "street_lighting": "lighting"}.get(tags.get("utility", ""), "unknown")
    elif tags.get("highway") == "street_lamp" or (
        made in ("mast", "tower") and tags.get("tower:type") == "lighting"
    ):
        kind = "lighting"
    else:
        return None
    return {
        "kind": kind,
        "material": _MATERIALS.get(tags.get("material", "")),
        "height_m": _metres(tags.get("height"), 1, 60),
        "has_light": True if kind == "lighting" else None,
    }


def tower_fields(tags: Tags) -> dict[str, Any] | None:
    """Return the fields of an antenna mast or tower, None where the node is none."""
    made = tags.get("man_made")
    antenna = made in ("mast", "tower") and tags.get("tower:type") == "communication"
    if not antenna and made != "communications_tower":
        return None
    return {
        "name": tags.get("name"),
        "structure": _STRUCTURES.get(tags.get("tower:construction", "")),
        "height_m": _metres(tags.get("height"), 0.5, 400),
    }


def cable_fields(tags: Tags) -> dict[str, Any] | None:
    """Return the fields of a cable from a power or communication line, None where the way is none.

    Only the documented key `location` says that a line lies under ground; other keys (an old
    `position` on a way that ends on poles) stay among the object's own fields.
    """
    power, communication = tags.get("power"), tags.get("communication")
    if power not in _LINES and communication not in ("line", "cable"):
        return None
    place = tags.get("location")
    laid = place == "underground" or ("cable" in (power, communication) and place != "overhead")
    return {
        "medium": _MEDIA.get(tags.get("telecom:medium", "")),
        "deployment": "underground" if laid else "aerial",
    }


def _place(x: float, y: float) -> tuple[float, float]:
    """Return coordinates as OpenStreetMap stores them (1e-7 degrees), for comparing a node with itself."""
    return round(x, 7), round(y, 7)


def _line_kind(tags: Tags) -> str | None:
    if tags.get("power") not in _LINES:
        return None
    return _voltage_kind(tags) or {"line": "power_hv", "minor_line": "power_mv"}.get(tags["power"])


def _voltage_kind(tags: Tags) -> str | None:
    volts = [int(part) for part in tags.get("voltage", "").split(";") if part.strip().isdecimal()]
    if not volts:
        return None
    if max(volts) <= LOW_VOLTAGE_V:
        return "power_lv"
    return "power_mv" if max(volts) <= MEDIUM_VOLTAGE_V else "power_hv"


def _metres(text: str | None, low: float, high: float) -> float | None:
    """Return a height tag in metres where it is a plain number within the registry's limits."""
    try:
        value = float((text or "").removesuffix("m").strip())
    except ValueError:
        return None
    return value if low <= value <= high else None
