"""Towers and who hangs on them; some of different owners far too near to each other."""

from __future__ import annotations

from datetime import date

import numpy as np
import shapely

from gisreg.demo.plan import Row, label
from gisreg.demo.pole_lines import PoleLines
from gisreg.demo.poles import VIETTEL, some_day

OWNERS = (0, 1, 3)
CODES = {0: "VNPT-TBH-{n:03d}", 1: "TBH{n:04d}", 3: "MBF-TB{n:03d}"}
STRUCTURES = {"A1a": "rooftop", "A1b": "disguised", "A2a": "rooftop", "A2b": "lattice", "A2c": "guyed"}
PAIRS_M = (60.0, 85.0, 130.0, 240.0, 380.0)
"""Distances at which the first towers stand from one of another owner."""


def towers(rng: np.random.Generator, lines: PoleLines, count: int) -> dict[str, list[Row]]:
    """Return rows of tower and tower_tenancy with their private tables, geometry in metres."""
    rows: list[Row] = []
    private: list[Row] = []
    tenancies: list[Row] = []
    tenancies_private: list[Row] = []
    for number, (at, owner) in enumerate(_sites(rng, lines, count)):
        inner = number < count * 0.35
        mast_class = str(
            rng.choice(list(STRUCTURES), p=[0.3, 0.2, 0.4, 0.1, 0] if inner else [0, 0.03, 0.17, 0.7, 0.1])
        )
        on_roof = mast_class in ("A1a", "A2a")
        height = float(
            rng.choice([3.0] if mast_class == "A1a" else [12, 15, 18] if on_roof else [25, 36, 42, 45])
        )
        secret = owner == VIETTEL and number % 20 == 7
        rows.append({
            "code": CODES[owner].format(n=number + 1),
            "name": f"Trạm minh hoạ {number + 1:02d}",
            "owner_id": owner,
            "mast_class": mast_class if rng.random() < 0.95 else "unknown",
            "structure": "monopole" if mast_class == "A2b" and rng.random() < 0.3 else STRUCTURES[mast_class],
            "height_m": height,
            "building_height_m": float(rng.integers(9, 26)) if on_roof else None,
            "status": "planned" if rng.random() < 0.05 else "in_service",
            "position_accuracy_m": 3.0,
            "survey_date": some_day(rng, date(2023, 1, 1)),
            "visibility": "secret" if secret else "partner",
            "geom": shapely.Point(np.round(at, 3)),
            **label("tower"),
        })  # fmt: skip
        private.append({
            "tower_id": number,
            "load_capacity_kg": float(rng.integers(3, 16) * 50),
            "contract_ref": f"HĐ-TR-{int(rng.integers(10, 99))}/MH" if rng.random() < 0.6 else None,
            "rent_vnd_per_year": float(rng.integers(18, 90) * 1_000_000),
        })  # fmt: skip
        tenants = [owner, *[o for o in OWNERS if o != owner and rng.random() < 0.28]]
        for tenant in tenants:
            ended = tenant != owner and rng.random() < 0.12
            begun = some_day(rng, date(2010, 1, 1), date(2024, 12, 31))
            tenancies.append({
                "tower_id": number, "owner_id": tenant, "status": "removed" if ended else "in_service",
                "valid_from": begun, "valid_to": date(2026, 1, 1) if ended else None,
                "antenna_height_m": round(height * float(rng.uniform(0.6, 1.0)), 1),
                "visibility": rows[-1]["visibility"], **label("tower_tenancy"),
            })  # fmt: skip
            tenancies_private.append({
                "tower_tenancy_id": len(tenancies) - 1,
                "contract_ref": None if tenant == owner else f"HĐ-DC-{int(rng.integers(100, 999))}/MH",
                "rent_vnd_per_year": None if tenant == owner else float(rng.integers(20, 70) * 1_000_000),
            })  # fmt: skip
    return {
        "tower": rows, "tower_private": private, "tower_tenancy": tenancies,
        "tower_tenancy_private": tenancies_private,
    }  # fmt: skip


def _sites(rng: np.random.Generator, lines: PoleLines, count: int) -> list[tuple[np.ndarray, int]]:
    """Return positions and owners: from the centre outwards, then neighbours of the first ones."""
    pairs = PAIRS_M[: count // 2]
    middle = np.median(lines.xy, axis=0)
    order = np.argsort(np.hypot(*(lines.xy - middle).T), kind="stable")
    picks = np.sort(rng.uniform(0, 1, count - len(pairs)) ** 0.8 * (len(order) - 1)).astype(int)
    sites: list[tuple[np.ndarray, int]] = []
    for pick in picks:
        pole = int(order[pick])
        at = lines.xy[pole] + lines.outward[pole] * rng.uniform(18, 45)
        sites.append((at, int(rng.choice(OWNERS, p=[0.4, 0.4, 0.2]))))
    for number, metres in enumerate(pairs):
        at, owner = sites[number * 2]
        angle = rng.uniform(0, 2 * np.pi)
        other = OWNERS[(OWNERS.index(owner) + 1) % len(OWNERS)]
        sites.append((at + metres * np.array([np.cos(angle), np.sin(angle)]), other))
    return sites
