"""Masts and sharing requests as the rules' texts ask for them (DOMAIN 1.4, 7.2): measured with pyproj, judged in Python."""

from __future__ import annotations

import math
from datetime import timedelta, timezone

import shapely

from tests.flagging.verdict import Ambiguous, Verdict, doubting, judge
from tests.support.ground import WGS84, metres
from tests.support.rows import Row, Rows

Verdicts = dict[tuple[str, int, int | None], Verdict]
"""By rule, object and zone."""

PROGRAMME = ("urban", "district_centre", "aesthetic_priority", "heritage", "underground_only")
HIDDEN = ("agency", "secret")
BULKY = ("A2a", "A2b", "A2c")
SPACING = {("low", True): 150.0, ("low", False): 200.0, ("high", True): 200.0, ("high", False): 350.0}
INNER_M, OUTER_M = 100.0, 500.0
HERE = timezone(timedelta(hours=7))
DOUBT_M = 0.02
UNKNOWN = Verdict("not evaluable", None)
RANK = {"public": 0, "partner": 1, "agency": 2, "secret": 3}


def sharing(rows: Rows) -> Verdicts:
    """Return S01 to S04 of everything they apply to."""
    return zone_masts(rows) | spacing(rows) | pairs(rows) | requests(rows)


def apart(a: Row, b: Row) -> float:
    return float(WGS84.inv(a.geom.x, a.geom.y, b.geom.x, b.geom.y)[2])


def tolerance(*masts: Row) -> float:
    return math.hypot(*(mast.position_accuracy_m or 0 for mast in masts))


def nearer(distance: float, limit: float) -> bool:
    """Say whether a distance is less than a limit (Ambiguous: about as much)."""
    if abs(distance - limit) < DOUBT_M:
        raise Ambiguous
    return distance < limit


def zone_masts(rows: Rows) -> Verdicts:
    """S01: no bulky mast in a zone for small ones; how far inside is how sure that is."""
    found: Verdicts = {}
    for zone in rows.holding("zone"):
        if zone.kind != "a1_only":
            continue
        edge = shapely.transform(zone.geom.boundary, lambda xy: [metres((x, y)) for x, y in xy])
        for mast in rows.all("tower"):
            if mast.status == "removed" or not zone.geom.covers(mast.geom):
                continue
            inside = edge.distance(shapely.Point(metres((mast.geom.x, mast.geom.y))))
            key = ("S01", mast.id, zone.id)
            if mast.mast_class in ("A1a", "A1b"):
                found[key] = Verdict("pass", 0)
            elif mast.mast_class == "unknown":
                found[key] = UNKNOWN
            else:
                with doubting(found, key):
                    found[key] = judge(inside, 0, "above", tolerance(mast), DOUBT_M)
    return found


def standing(rows: Rows) -> tuple[list[Row], dict[int, bool]]:
    """Return the masts that stand or are planned, and which of them stand in a zone that everybody may know."""
    masts = [mast for mast in rows.all("tower") if mast.status in ("planned", "in_service")]
    zones = [z for z in rows.holding("zone") if z.kind in PROGRAMME and z.visibility not in HIDDEN]
    return masts, {mast.id: any(zone.geom.covers(mast.geom) for zone in zones) for mast in masts}


def surest(neighbours: list[tuple[Row, float, float]]) -> tuple[Row, float]:
    """Return the least hidden neighbour, and of those the one that is so near most surely."""
    first = min(neighbours, key=lambda one: (RANK[one[0].visibility], one[1] + one[2], one[0].id))
    for other in neighbours:
        same = RANK[other[0].visibility] == RANK[first[0].visibility] and other is not first
        if same and abs(other[1] + other[2] - first[1] - first[2]) < DOUBT_M:
            raise Ambiguous
    return first[0], first[1]


def spacing(rows: Rows) -> Verdicts:
    """S02: bulky masts keep the distance of their class, height and place."""
    masts, inner = standing(rows)
    found: Verdicts = {}
    for mast in masts:
        if mast.mast_class in ("A2a", "A2b", "unknown"):
            with doubting(found, key := ("S02", mast.id, None)):
                found[key] = spaced(mast, masts, inner[mast.id])
    return found


def spaced(mast: Row, masts: list[Row], is_inner: bool) -> Verdict:
    others = [(other, apart(mast, other)) for other in masts if other.id != mast.id]
    if mast.mast_class == "A2b" and is_inner:
        may_be = [300.0]
    elif mast.mast_class == "A2a":
        heights = ("low", "high") if mast.height_m is None else ("low" if mast.height_m <= 15 else "high",)
        may_be = [SPACING[height, is_inner] for height in heights]
    else:
        return UNKNOWN
    bulky = [
        (other, metres, tolerance(mast, other))
        for other, metres in others
        if other.mast_class in BULKY and nearer(metres, min(may_be))
    ]
    if bulky:
        other, metres = surest(bulky)
        return judge(metres, min(may_be), "below", tolerance(mast, other), DOUBT_M)
    if any(
        other.mast_class in (*BULKY, "unknown") and nearer(metres, max(may_be)) for other, metres in others
    ):
        return UNKNOWN
    return Verdict("pass", max(may_be))


def pairs(rows: Rows) -> Verdicts:
    """S03: masts of two owners do not stand within the radius in which one would do."""
    masts, inner = standing(rows)
    found: Verdicts = {}
    for mast in masts:
        with doubting(found, key := ("S03", mast.id, None)):
            found[key] = paired(mast, masts, inner)
    return found


def paired(mast: Row, masts: list[Row], inner: dict[int, bool]) -> Verdict:
    near = []
    for other in masts:
        if other.id == mast.id or other.owner_id == mast.owner_id:
            continue
        radius = INNER_M if inner[mast.id] and inner[other.id] else OUTER_M
        if nearer(metres := apart(mast, other), radius):
            near.append((other, metres, tolerance(mast, other) - radius, radius))
    known = [one for one in near if mast.owner_id is not None and one[0].owner_id is not None]
    if not known:
        return UNKNOWN if near else Verdict("pass", OUTER_M)
    other, metres = surest([one[:3] for one in known])
    radius = next(one[3] for one in known if one[0] is other)
    return judge(metres, radius, "below", tolerance(mast, other), DOUBT_M)


def requests(rows: Rows) -> Verdicts:
    """S04: a request is answered by the day agreed on, or 45 days after it was received."""
    days: dict[tuple[str, int], list[int | None]] = {}
    for one in rows.all("share_request"):
        asked = one.asked_at.astimezone(HERE).date() if one.asked_at else None
        if one.state != "submitted" or (asked is not None and asked > rows.day):
            continue
        due = one.due_on or (asked and asked + timedelta(days=45))
        for rule, number in (("S04", one.pole_id), ("S04T", one.tower_id), ("S04D", one.duct_id)):
            if number is not None:
                days.setdefault((rule, number), []).append((rows.day - due).days if due else None)
    found: Verdicts = {}
    for (rule, number), told in days.items():
        known = [one for one in told if one is not None]
        whole = len(known) == len(told) or (known and max(known) > 0)
        found[rule, number, None] = judge(max(known), 0, "above") if whole else UNKNOWN
    return found
