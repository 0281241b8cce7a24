"""What hangs on poles beside cable, the second numbers on them, and old poles left beside new ones."""

from __future__ import annotations

from collections import Counter
from datetime import date

import numpy as np
import shapely

from gisreg.demo.cables import Run
from gisreg.demo.names import ORGANISATIONS
from gisreg.demo.plan import GENERATED, Row, label
from gisreg.demo.pole_lines import PoleLines
from gisreg.demo.poles import some_day

CODE_STYLE = ("V-{n:05d}", "VTL{n:06d}", "F{n:05d}", "MB{n:04d}", "VC-{n:05d}", "SC{n:05d}")
BOX_STATES = ("in_service", "unused", "broken", "ownerless", "unknown")


def carriers_by_pole(ways: list[Run], pole_count: int) -> list[Counter[int]]:
    """Return how many cables of which carrier pass each pole."""
    counts: list[Counter[int]] = [Counter() for _ in range(pole_count)]
    for run in ways:
        for pole in run.poles:
            counts[pole][run.owner] += 1
    return counts


def codes(rng: np.random.Generator, carriers: list[Counter[int]], poles: list[Row]) -> list[Row]:
    """Return rows of pole_code: carriers number many of the poles that they hang on, as they like."""
    rows: list[Row] = []
    for pole, here in enumerate(carriers):
        for carrier in sorted(here):
            if carrier != poles[pole]["owner_id"] and rng.random() < 0.45:
                rows.append({
                    "pole_id": pole, "organisation_id": carrier,
                    "code": CODE_STYLE[carrier].format(n=pole * 3 + 11), "source": GENERATED,
                })  # fmt: skip
    return rows


def fittings(rng: np.random.Generator, carriers: list[Counter[int]], poles: list[Row]) -> list[Row]:
    """Return rows of fitting: boxes, closures, coils, tags, brackets, guys on poles that carry cable.

    Among them unused, broken and ownerless boxes, several boxes of one carrier on one pole, tags of the
    wrong colour or without a phone; many carriers have no tag at all.
    """
    rows: list[Row] = []

    def add(
        pole: int, kind: str, owner: int | None, state: str, height: float | None, **tag: str | None
    ) -> None:
        rows.append({
            "owner_id": owner, "pole_id": pole, "kind": kind, "state": state,
            "height_m": height, "height_method": None if height is None else "estimate",
            "tag_colour": tag.get("colour"), "tag_text": tag.get("text"), "tag_phone": tag.get("phone"),
            "survey_date": some_day(rng, date(2024, 3, 1)),
            "visibility": "secret" if poles[pole]["visibility"] == "secret" else "partner",
            "geom": poles[pole]["geom"], **label("fitting"),
        })  # fmt: skip

    def height() -> float | None:
        return round(float(rng.uniform(2.0, 5.5)), 1) if rng.random() < 0.3 else None

    for pole, here in enumerate(carriers):
        for carrier in sorted(here):
            organisation = ORGANISATIONS[carrier]
            if rng.random() < 0.22:
                for _ in range(1 if rng.random() < 0.9 else int(rng.integers(2, 4))):
                    state = str(rng.choice(BOX_STATES, p=[0.72, 0.12, 0.08, 0.04, 0.04]))
                    add(pole, "box", None if state == "ownerless" else carrier, state, height())
            if rng.random() < 0.05:
                add(pole, "closure", carrier, "broken" if rng.random() < 0.1 else "in_service", height())
            if rng.random() < 0.06:
                add(pole, "coil", carrier, "unused" if rng.random() < 0.3 else "in_service", height())
            if rng.random() < 0.16:
                text, phone = str(organisation["code"]), str(organisation["phone"])
                colour = "yellow" if rng.random() < 0.9 else str(rng.choice(["white", "red", "blue"]))
                add(pole, "tag", carrier, "in_service", None, colour=colour, text=text,
                    phone=phone if rng.random() < 0.8 else None)  # fmt: skip
        if here and poles[pole]["has_bracket"]:
            add(pole, "bracket", poles[pole]["owner_id"], "in_service", None)
        if poles[pole]["is_reinforced"] and rng.random() < 0.5:
            add(pole, "guy", poles[pole]["owner_id"], "in_service", None)
    return rows


def mistake_tags(rng: np.random.Generator, rows: list[Row]) -> None:
    """Have some tags name another carrier than whose they are, and others be past reading, in place."""
    names = [str(one["code"]) for one in ORGANISATIONS if one["kind"] != "commune"]
    for row in rows:
        if row["kind"] != "tag":
            continue
        draw = rng.random()
        if draw < 0.05:
            row["tag_text"] = str(rng.choice([name for name in names if name != row["tag_text"]]))
        elif draw < 0.09:
            row["tag_text"] = None


def double_poles(
    rng: np.random.Generator,
    lines: PoleLines,
    carriers: list[Counter[int]],
    tables: dict[str, list[Row]],
    count: int,
) -> None:
    """Put `count` new poles 2.2 to 2.9 m beside old ones that still carry the cable, in place."""
    busy = [pole for pole, here in enumerate(carriers) if here] or list(range(len(carriers)))
    for old in sorted(rng.choice(busy, min(count, len(busy)), replace=False).tolist()):
        row = tables["pole"][old]
        at = lines.xy[old] + lines.along[old] * rng.uniform(2.2, 2.9)
        new = dict(row)
        new |= {
            "code": None if row["code"] is None else f"{row['code']}M",
            "material": "spun_concrete", "height_m": 10.0, "height_method": "estimate", "lean_deg": None,
            "condition": "good", "status": "in_service",
            "installed_on": some_day(rng, date(2025, 6, 1), date(2026, 2, 1)),
            "geom": shapely.Point(np.round(at, 3)),
        }  # fmt: skip
        row["status"] = "disused"
        row["condition"] = "worn"
        tables["pole"].append(new)
        tables["pole_private"].append(
            tables["pole_private"][old]
            | {"pole_id": len(tables["pole"]) - 1, "note": "Cột mới thay thế (minh hoạ)"}
        )
