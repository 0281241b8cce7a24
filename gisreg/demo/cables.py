"""Cables: trunk, distribution and drop, run from pole to pole the way people draw them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import shapely

from gisreg.demo import route
from gisreg.demo.plan import Row, label
from gisreg.demo.pole_lines import PoleLines
from gisreg.demo.poles import CARRIERS, VIETTEL, some_day

NOISE_M = 0.8
SHARES = (0.32, 0.3, 0.17, 0.05, 0.1, 0.06)
MEDIA = (
    (0.7, 0.3, 0.0),
    (0.97, 0.03, 0.0),
    (1.0, 0.0, 0.0),
    (1.0, 0.0, 0.0),
    (0.35, 0.0, 0.65),
    (0.3, 0.0, 0.7),
)
STATES = ("in_service", "suspect", "dead", "ownerless", "unknown")
STATE_SHARES = {
    "trunk": (0.92, 0.03, 0.02, 0.0, 0.03),
    "distribution": (0.84, 0.05, 0.06, 0.02, 0.03),
    "drop": (0.68, 0.08, 0.12, 0.07, 0.05),
}
DIAMETERS_MM = {"trunk": (14.0, 16.5, 18.0), "distribution": (8.5, 10.5, 12.5), "drop": (3.0, 5.0, 6.8)}
FIBRES = {"trunk": (48, 96, 144), "distribution": (12, 24, 48), "drop": (1, 2, 4)}
CODE_STYLE = (
    "VNPT/TBH/{role}{n:04d}", "TBH-{role}-{n:05d}", "FTB{n:06d}{role}", "MBF.TB.{role}{n:03d}",
    "VTVC-{role}{n:04d}", "SCTV{n:05d}-{role}",
)  # fmt: skip


@dataclass(frozen=True)
class Run:
    """A cable's way: the poles it passes, and which of its faults is drawn."""

    owner: int
    role: str
    poles: list[int]
    crosses_road: bool = False


def runs(rng: np.random.Generator, lines: PoleLines, width_m: np.ndarray, count: int) -> list[Run]:
    """Return `count` cable ways: 4 % trunk, 28 % distribution, the rest drops.

    Args:
        width_m: carriageway width at each pole; cables prefer wide streets.
    """
    cost = np.where(width_m >= 11, 0.7, np.where(width_m < 5, 1.5, 1.0))
    middle = np.median(lines.xy, axis=0)
    from_middle = np.hypot(*(lines.xy - middle).T)
    reach = float(np.median(from_middle))
    trees = []
    for _ in CARRIERS:
        at = middle + rng.normal(0, reach * 0.25, 2)
        root = int(np.argmin(np.hypot(*(lines.xy - at).T)))
        trees.append(route.tree(lines, root, cost))
    near = 1.0 / (1.0 + (from_middle / reach) ** 2)
    near /= near.sum()
    far = from_middle / from_middle.sum()
    result: list[Run] = []
    for number in range(count):
        role = "trunk" if number < count * 0.04 else "distribution" if number < count * 0.32 else "drop"
        owner = int(rng.choice(len(SHARES), p=SHARES))
        weight = {"trunk": far, "distribution": None, "drop": near}[role]
        start = int(rng.choice(len(lines.xy), p=weight))
        limit = {"trunk": (1500, 4200), "distribution": (250, 900), "drop": (0, 130)}[role]
        poles = route.way(lines, trees[owner], start, float(rng.uniform(*limit)))
        if role != "drop" and len(poles) < 2:
            poles = [start, lines.next[start][0]] if lines.next[start] else poles
            # A pole that stands alone carries no line on: only what runs from it to a house.
            role = role if len(poles) > 1 else "drop"
        across = role == "drop" and bool(rng.random() < 0.22)
        result.append(Run(owner, role, poles, across))
    return result


def describe(rng: np.random.Generator, lines: PoleLines, ways: list[Run]) -> dict[str, list[Row]]:
    """Return rows of cable and cable_private with geometry in metres."""
    rows: list[Row] = []
    private: list[Row] = []
    for number, run in enumerate(ways):
        state = str(rng.choice(STATES, p=STATE_SHARES[run.role]))
        owner = None if state == "ownerless" else run.owner
        medium = str(rng.choice(["fibre", "copper", "coax"], p=MEDIA[run.owner]))
        if state in ("dead", "ownerless") and run.owner == 0 and rng.random() < 0.5:
            medium = "copper"
        secret = run.owner == VIETTEL and run.role == "trunk" and number % 3 == 0
        surveyed = rng.random() < 0.55
        style = CODE_STYLE[run.owner]
        code = style.format(role={"trunk": "T", "distribution": "P", "drop": "D"}[run.role], n=number + 1)
        rows.append({
            "code": None if state == "ownerless" else code,
            "owner_id": owner,
            "role": run.role,
            "medium": "unknown" if state == "ownerless" and rng.random() < 0.4 else medium,
            "state": state,
            "deployment": "aerial",
            "diameter_mm": float(rng.choice(DIAMETERS_MM[run.role])) if rng.random() < 0.7 else None,
            "has_messenger": bool(rng.random() < 0.8) if surveyed else None,
            "is_bundled": bool(rng.random() < 0.3) if surveyed else None,
            "installed_on": some_day(rng, date(2006, 1, 1)) if rng.random() < 0.5 else None,
            "position_accuracy_m": 3.0,
            "survey_date": some_day(rng, date(2024, 3, 1)) if surveyed else None,
            "visibility": "secret" if secret else str(rng.choice(
                ["partner", "public", "agency"], p=[0.93, 0.04, 0.03])),
            "geom": shapely.LineString(np.round(_draw(rng, lines, run), 3)),
            **label("cable"),
        })  # fmt: skip
        fibres = int(rng.choice(FIBRES[run.role])) if medium == "fibre" else None
        private.append({
            "cable_id": number,
            "fibre_count": fibres,
            "fibres_used": None if fibres is None else int(rng.integers(0, fibres + 1)),
            "contract_ref": f"HĐ-MH-{int(rng.integers(100, 999))}" if rng.random() < 0.4 else None,
            "note": "Tuyến dự phòng (minh hoạ)" if rng.random() < 0.02 else None,
        })  # fmt: skip
    return {"cable": rows, "cable_private": private}


def _draw(rng: np.random.Generator, lines: PoleLines, run: Run) -> np.ndarray:
    """Return a cable's vertices: near its poles, with a hand's noise; a drop goes on to its building."""
    at = lines.xy[run.poles].copy()
    angle = rng.uniform(0, 2 * np.pi, len(at))
    radius = NOISE_M * np.sqrt(rng.uniform(0, 1, len(at)))
    at += np.stack([np.cos(angle), np.sin(angle)], axis=1) * radius[:, None]
    if run.role != "drop" and len(at) > 6 and rng.random() < 0.06:
        # Somebody drew past a pole: too far off to be tied to it without a look.
        lost = int(rng.integers(1, len(at) - 1))
        at[lost] = lines.xy[run.poles[lost]] + lines.outward[run.poles[lost]] * rng.uniform(2.6, 6.5)
    if run.role != "drop":
        return at
    pole = run.poles[0]
    along = lines.along[pole] * rng.uniform(-7, 7)
    if run.crosses_road:
        house = lines.xy[pole] + along - lines.outward[pole] * (2 * lines.offset[pole] + rng.uniform(2.5, 8))
    else:
        house = lines.xy[pole] + along + lines.outward[pole] * rng.uniform(3.5, 10)
    return np.concatenate([house[None, :], at])


def forget_roles(rng: np.random.Generator, rows: list[Row]) -> None:
    """Have nobody know the role of a few cables, in place."""
    for row in rows:
        if rng.random() < 0.03:
            row["role"] = "unknown"
