"""What poles are: owner, kind, height, material, codes of several organisations, and their faults."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import shapely

from gisreg.demo.plan import Row, Street, label
from gisreg.demo.pole_lines import PoleLines

POWER, VNPT, VIETTEL, FPT = 6, 0, 1, 2
CARRIERS = (0, 1, 2, 3, 4, 5)
RENTS_VND = (36_000, 48_000, 60_000, 84_000)
KNOWN_UNTIL = date(2026, 6, 30)
"""Every date of the demo town lies before this day, whenever it is built (zones may begin later)."""

HEIGHTS_M = {"telecom": (6.5, 7.0, 7.5), "lighting": (8.0, 9.0, 10.0), "power_mv": (12.0, 14.0),
             "power_lv": (7.5, 8.5, 10.0)}  # fmt: skip


def some_day(rng: np.random.Generator, first: date, last: date = KNOWN_UNTIL) -> date:
    """Return a day between two days."""
    return first + timedelta(days=int(rng.integers(0, (last - first).days + 1)))


def describe(rng: np.random.Generator, lines: PoleLines, streets: list[Street]) -> dict[str, list[Row]]:
    """Return rows of pole and pole_private, geometry in metres.

    One organisation owns a whole pole line; the power company most of them. Heights are known for
    nearly all poles (they are made in sizes), leaning and condition only where somebody looked.
    """
    rows: list[Row] = []
    private: list[Row] = []
    owner_of_line: dict[int, tuple[int | None, str]] = {}
    counters: dict[str, int] = {}
    for i in range(len(lines.xy)):
        street = streets[int(lines.street[i])]
        line = int(lines.line[i])
        if line not in owner_of_line:
            owner_of_line[line] = _owner(rng, street)
        owner, kind = owner_of_line[line]
        height = float(rng.choice(HEIGHTS_M.get(kind, HEIGHTS_M["power_lv"])))
        fault = rng.random()
        surveyed = rng.random() < 0.72
        lean = None
        if fault < 0.022:
            lean = round(float(rng.uniform(5.5, 17)), 1)
        elif surveyed and rng.random() < 0.4:
            lean = round(float(rng.uniform(0, 4)), 1)
        corner = len(lines.next[i]) > 2 or _turns(lines, i)
        secret = owner == VIETTEL and rng.random() < 0.03
        rows.append({
            "code": _code(owner, kind, int(lines.street[i]), line, counters),
            "owner_id": owner,
            "kind": kind,
            "material": _material(rng, kind),
            "height_m": height if rng.random() < 0.9 else None,
            "height_method": "estimate" if rng.random() < 0.7 else "pole_stick",
            "lean_deg": lean,
            "condition": _condition(rng, lean, surveyed),
            "status": "disused" if rng.random() < 0.006 else "in_service",
            "installed_on": some_day(rng, date(1998, 1, 1)) if rng.random() < 0.6 else None,
            "has_bracket": bool(rng.random() < 0.35) if surveyed else None,
            "is_reinforced": (bool(rng.random() < 0.7) if corner else False) if surveyed else None,
            "is_corner": corner,
            "has_light": kind == "lighting" or bool(rng.random() < 0.25),
            "has_transformer": kind == "power_mv" and bool(rng.random() < 0.07),
            "lowest_power_height_m": _power_height(rng, kind, height),
            "position_accuracy_m": float(rng.choice([0.5, 2.0, 3.0, 5.0])),
            "survey_date": some_day(rng, date(2024, 3, 1)) if surveyed else None,
            "visibility": "secret" if secret else str(rng.choice(
                ["partner", "public", "agency"], p=[0.9, 0.07, 0.03])),
            "geom": shapely.Point(np.round(lines.xy[i], 3)),
            **label("pole"),
        })  # fmt: skip
        if rows[-1]["height_m"] is None:
            rows[-1]["height_method"] = None
        private.append({
            "pole_id": i,
            "cable_capacity": int(rng.choice([6, 8, 10, 12])),
            "contract_ref": f"HĐ-MH-{int(rng.integers(100, 999))}/{int(rng.integers(2019, 2026))}"
            if owner is not None and rng.random() < 0.5 else None,
            "rent_vnd_per_year": float(rng.choice(RENTS_VND)) if owner == POWER else None,
            "note": "Dữ liệu minh hoạ" if rng.random() < 0.02 else None,
        })  # fmt: skip
    return {"pole": rows, "pole_private": private}


def _owner(rng: np.random.Generator, street: Street) -> tuple[int | None, str]:
    draw = rng.random()
    if draw < 0.015:
        return None, "unknown"
    if draw < 0.20:
        return VNPT, "telecom"
    if draw < 0.29:
        return VIETTEL, "telecom"
    if draw < 0.31:
        return FPT, "telecom"
    if street.width_m >= 11:
        return POWER, str(rng.choice(["power_mv", "power_lv", "lighting"], p=[0.45, 0.35, 0.2]))
    return POWER, str(rng.choice(["power_lv", "power_mv", "lighting"], p=[0.88, 0.07, 0.05]))


def _turns(lines: PoleLines, i: int) -> bool:
    if len(lines.next[i]) != 2:
        return True
    a, b = (lines.xy[j] - lines.xy[i] for j in lines.next[i])
    cosine = float(a @ b) / max(float(np.hypot(*a) * np.hypot(*b)), 1e-6)
    return cosine > -0.87


def _code(owner: int | None, kind: str, street: int, line: int, counters: dict[str, int]) -> str | None:
    """Return the number painted on the pole, in the manner of its owner; none where nobody owns it."""
    if owner is None:
        return None
    if owner == POWER:
        prefix = f"CS{street:03d}" if kind == "lighting" else f"TBA{street % 180 + 1:03d}/{line:04d}"
    elif owner == VNPT:
        prefix = f"VNPT.TBH.{street:03d}"
    elif owner == VIETTEL:
        prefix = f"TBH{street:04d}-C"
    else:
        prefix = "FTEL-TB"
    counters[prefix] = counters.get(prefix, 0) + 1
    number = counters[prefix]
    if owner == POWER:
        return f"{prefix}/{number}"
    return f"{prefix}{number:03d}" if owner == VIETTEL else f"{prefix}.{number:03d}"


def _material(rng: np.random.Generator, kind: str) -> str:
    if kind == "lighting":
        return "steel" if rng.random() < 0.8 else "spun_concrete"
    if kind == "unknown":
        return "unknown"
    shares = [0.62, 0.33, 0.03, 0.02] if kind == "telecom" else [0.78, 0.2, 0.01, 0.01]
    return str(rng.choice(["spun_concrete", "square_concrete", "steel", "composite"], p=shares))


def _condition(rng: np.random.Generator, lean: float | None, surveyed: bool) -> str:
    if lean is not None and lean > 10:
        return "dangerous"
    if not surveyed:
        return "unknown"
    return str(rng.choice(["good", "worn", "damaged"], p=[0.8, 0.17, 0.03]))


def _power_height(rng: np.random.Generator, kind: str, height: float) -> float | None:
    if kind not in ("power_lv", "power_mv") or rng.random() < 0.55:
        return None
    return round(height - float(rng.uniform(1.2, 2.4)), 1)
