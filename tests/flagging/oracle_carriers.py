"""What rules on attachments, dead cable, tags and plans say by their text; None where it cannot be evaluated."""

from __future__ import annotations

import unicodedata
from calendar import monthrange
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any

import shapely

from tests.flagging.carrier_towns import POLES, STEP_M, STREETS, CarrierTown

Key = tuple[str, str]
Answer = dict[Key, float | None]
LIMITS = {
    "boxes_per_carrier_max": 1.0, "cables_per_span_max": 2.0, "cables_per_pole_max": 2.0,
    "plan_overdue_days_max": 0.0, "lead_share_at_mid_term_min": 0.5,
}  # fmt: skip
SHARED = ("public", "partner")
REACH_M = 20


def yes(value: bool | None) -> float | None:
    return None if value is None else float(value)


def street_of(place: shapely.Point) -> str | None:
    """Return the nearest street, none beyond its reach."""
    near = sorted((shapely.distance(place, shapely.LineString(line)), name) for name, line in STREETS.items())
    return near[0][1] if near[0][0] <= REACH_M else None


def street_of_pole(pole: str) -> str | None:
    return street_of(shapely.Point(POLES.index(pole) * STEP_M, 0))


def street_of_piece(piece: str) -> str | None:
    return street_of(shapely.Point((POLES.index(piece[0]) + 0.5) * STEP_M, 0))


def plans_of(town: CarrierTown, street: str | None) -> list[dict[str, Any]]:
    return [plan for plan in town.plans if plan["street_id"] == street]


def supports(town: CarrierTown) -> list[tuple[str, str]]:
    return [(cable, pole) for cable in town.cables for pole in town.passes(cable)]


def segments(town: CarrierTown) -> list[tuple[str, str]]:
    return [(cable, piece) for cable in town.cables for piece in town.pieces(cable)]


def on_pole(town: CarrierTown, pole: str, kind: str | None = None) -> list[dict[str, Any]]:
    return [one for one in town.fittings if one["pole_id"] == pole and kind in (None, one["kind"])]


def drawn(town: CarrierTown, piece: str) -> list[dict[str, Any]]:
    """Return the cables drawn on a span that are no secret."""
    return [
        facts
        for name, facts in town.cables.items()
        if piece in town.pieces(name) and facts["visibility"] in SHARED
    ]


def survey(town: CarrierTown, piece: str) -> tuple[list[dict[str, Any]], bool]:
    """Return the newest count of a span, and whether it stands against the drawing."""
    every = {}
    for one in town.counts:
        if one["span_id"] == piece:
            key = (one["owner_id"], one["role"], one["state"], one["counted_on"])
            every.setdefault(key, one)
    rows = [one for one in every.values() if one["visibility"] in SHARED]
    if not rows or not any(piece in town.pieces(cable) for cable in town.cables):
        return [], False
    newest = max(one["counted_on"] for one in rows)
    days = [facts["survey_date"] for facts in drawn(town, piece)]
    stands = not days or None in days or newest >= min(days)
    return [one for one in rows if one["counted_on"] == newest], stands


def on_span(town: CarrierTown, piece: str) -> tuple[int, bool]:
    """Return how many cables a span carries and whether somebody counted them."""
    rows, stands = survey(town, piece)
    return (sum(one["cable_count"] for one in rows), True) if stands else (len(drawn(town, piece)), False)


def more_counted(town: CarrierTown, piece: str, column: str, values: tuple[str, ...]) -> int:
    """Return how many cables of a kind were counted more than are drawn."""
    rows, _ = survey(town, piece)
    return max(
        sum(one["cable_count"] for one in rows if one[column] in values)
        - sum(one[column] in values for one in drawn(town, piece)),
        0,
    )


def spans(town: CarrierTown) -> list[str]:
    return sorted({piece for _, piece in segments(town)})


def a01(town: CarrierTown, day: date) -> Answer:
    found: Answer = {}
    for pole, facts in town.poles.items():
        boxes = Counter(box["owner_id"] for box in on_pole(town, pole, "box"))
        carries = any(
            pole in town.passes(name) and one["visibility"] in SHARED for name, one in town.cables.items()
        )
        if not carries and not boxes:
            continue
        nobodys = boxes.pop(None, 0)
        most = max(boxes.values(), default=0)
        looked = facts["survey_date"] is not None or bool(on_pole(town, pole))
        sure = most > 1 or (most + nobodys <= 1 and looked)
        found["pole", pole] = float(most) if sure else None
    return found


def a02(town: CarrierTown, day: date) -> Answer:
    return {("support", cable + pole): yes(town.wound[cable, pole]) for cable, pole in supports(town)}


def a03(town: CarrierTown, day: date) -> Answer:
    found: Answer = {}
    for cable, pole in supports(town):
        has, bundled = town.poles[pole]["has_bracket"], town.cables[cable]["is_bundled"]
        if on_pole(town, pole, "bracket"):
            has = True
        if has is False:
            continue
        unsure = bundled is None or (has is None and not bundled)
        found["support", cable + pole] = None if unsure else float(not bundled)
    return found


def a04(town: CarrierTown, day: date) -> Answer:
    found: Answer = {}
    for piece in spans(town):
        cables, counted = on_span(town, piece)
        if cables:
            found["span", piece] = cables if counted or cables > LIMITS["cables_per_span_max"] else None
    return found


def a04p(town: CarrierTown, day: date) -> Answer:
    found: Answer = {}
    for pole, facts in town.poles.items():
        hanging = sum(
            pole in town.passes(name) and one["visibility"] in SHARED for name, one in town.cables.items()
        )
        counts = [on_span(town, piece) for piece in spans(town) if pole in piece]
        counted = [cables for cables, is_counted in counts if is_counted]
        cables = max([hanging, *counted])
        if cables:
            sure = counted or facts["survey_date"] is not None or cables > LIMITS["cables_per_pole_max"]
            found["pole", pole] = cables if sure else None
    return found


def a05(town: CarrierTown, day: date) -> Answer:
    found: Answer = {}
    for cable, pole in supports(town):
        mine, theirs = town.cables[cable]["owner_id"], town.poles[pole]["owner_id"]
        here = [one for one in town.approvals if one["pole_id"] == pole]
        if mine is not None and mine == theirs:
            value: float | None = 0
        elif mine is None or theirs is None:
            value = None
        elif any(
            one["owner_id"] == mine and one["state"] == "approved" and one["valid_from"] <= day
            and (one["valid_to"] is None or day < one["valid_to"])
            for one in here
        ):  # fmt: skip
            value = 0
        else:
            value = 1 if here else None
        found["support", cable + pole] = value
    return found


def a06(town: CarrierTown, day: date) -> Answer:
    return {
        ("support", cable + pole): {"unknown": None, "lighting": 1, "tree": 1}.get(
            town.poles[pole]["kind"], 0
        )
        for cable, pole in supports(town)
        if any(
            plan["kind"] == "underground" and plan["accepted_on"] is not None and plan["accepted_on"] <= day
            for plan in plans_of(town, street_of_pole(pole))
        )
    }


def a07(town: CarrierTown, day: date) -> Answer:
    found: Answer = {}
    for cable, piece in segments(town):
        running = [
            plan["starts_on"]
            for plan in plans_of(town, street_of_piece(piece))
            if plan["starts_on"] <= day and (plan["accepted_on"] is None or plan["accepted_on"] > day)
        ]
        if not running:
            continue
        hung = town.cables[cable]["installed_on"]
        licensed = hung and any(
            one["cable_id"] == cable
            and one["valid_from"] <= hung
            and (one["valid_to"] is None or hung < one["valid_to"])
            for one in town.licences
        )
        value = None if hung is None else float(hung >= min(running) and not licensed)
        found["segment", cable + piece] = value
    return found


def a08(town: CarrierTown, day: date) -> Answer:
    found: Answer = {}
    for cable in town.cables:
        ends = [
            one["valid_to"] for one in town.licences if one["cable_id"] == cable and one["valid_from"] <= day
        ]
        if ends:
            found["cable", cable] = None if None in ends else (day - max(ends)).days + 1
    return found


def d01(town: CarrierTown, day: date) -> Answer:
    says = {"in_service": 0, "unknown": None}
    return {("segment", c + p): says.get(town.cables[c]["state"], 1) for c, p in segments(town)}


def d01f(town: CarrierTown, day: date) -> Answer:
    says = {"in_service": 0, "unknown": None}
    return {
        ("fitting", str(n)): says.get(one["state"], 1)
        for n, one in enumerate(town.fittings)
        if one["kind"] == "box"
    }


def d01s(town: CarrierTown, day: date) -> Answer:
    found: Answer = {}
    for piece in spans(town):
        if survey(town, piece)[1]:
            dead = more_by_owner(town, piece, "state", ("dead", "ownerless", "suspect"))
            unknown = more_by_owner(town, piece, "state", ("unknown",))
            found["span", piece] = dead or (None if unknown else 0)
    return found


def more_by_owner(town: CarrierTown, piece: str, column: str, values: tuple[str, ...]) -> int:
    """Return the same, states of dead cable taken as suspected ones apart."""
    if "suspect" in values:
        return more_counted(town, piece, column, ("dead", "ownerless")) + more_counted(
            town, piece, column, ("suspect",)
        )
    return more_counted(town, piece, column, values)


def crosses(town: CarrierTown, piece: str) -> bool:
    return piece == "AB" and town.street_class["x"] not in ("alley", "path")


def d02(town: CarrierTown, day: date) -> Answer:
    return {
        ("segment", c + p): {"drop": 1, "unknown": None}.get(town.cables[c]["role"], 0)
        for c, p in segments(town)
        if crosses(town, p)
    }


def d02s(town: CarrierTown, day: date) -> Answer:
    found: Answer = {}
    for piece in spans(town):
        if survey(town, piece)[1] and crosses(town, piece) and drawn(town, piece):
            drops = more_counted(town, piece, "role", ("drop",))
            unknown = more_counted(town, piece, "role", ("unknown",))
            found["span", piece] = drops or (None if unknown else 0)
    return found


def d03(town: CarrierTown, day: date) -> Answer:
    found: Answer = {}
    for cable, piece in segments(town):
        below = [p for p in plans_of(town, street_of_piece(piece)) if p["kind"] == "underground"]
        if below:
            ends = [plan["deadline"] for plan in below if plan["deadline"] is not None]
            found["segment", cable + piece] = (day - min(ends)).days if ends else None
    return found


def plain(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFD", text.lower()) if not unicodedata.combining(c))


def t01(town: CarrierTown, day: date) -> Answer:
    found: Answer = {}
    for cable, pole in supports(town):
        owner, tags = town.cables[cable]["owner_id"], on_pole(town, pole, "tag")
        mine = [
            tag
            for tag in tags
            if tag["cable_id"] == cable
            or (tag["cable_id"] is None and owner is not None and tag["owner_id"] == owner)
        ]
        phoned = [tag for tag in mine if (tag["tag_phone"] or "").strip()]
        if any(plain(tag["tag_colour"] or "") in ("yellow", "vang") for tag in phoned):
            value: float | None = 0
        elif any(tag["tag_colour"] is None for tag in phoned):
            value = None
        else:
            value = 1 if tags or town.poles[pole]["survey_date"] else None
        found["support", cable + pole] = value
    return found


def t02(town: CarrierTown, day: date) -> Answer:
    found: Answer = {}
    for n, tag in enumerate(town.fittings):
        if tag["kind"] == "tag":
            owner = tag["owner_id"]
            if tag["cable_id"] is not None:
                owner = town.cables[tag["cable_id"]]["owner_id"] or owner
            named = {"VNPT": "VNPT", "vtl": "VTL"}.get(tag["tag_text"] or "")
            found["fitting", str(n)] = float(named != owner) if named and owner else None
    return found


def c01(town: CarrierTown, day: date) -> Answer:
    """Months as a calendar counts them, days beyond as 31sts."""
    found: Answer = {}
    for cable, piece in segments(town):
        tidied = town.tidied.get((cable, piece))
        whole = 0
        while tidied is not None and months_after(tidied, whole + 1) <= day:
            whole += 1
        value = None if tidied is None else whole + (day - months_after(tidied, whole)).days / 31
        found["segment", cable + piece] = value
    return found


def months_after(day: date, months: int) -> date:
    """Return the same day so many months later, or the last of a month that is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def c02(town: CarrierTown, day: date) -> Answer:
    found: Answer = {}
    for street in STREETS:
        defaults: list[int | None] = []
        for plan in plans_of(town, street):
            accepted = plan["accepted_on"]
            if accepted is None or accepted > day:
                late = None if plan["deadline"] is None else (day - plan["deadline"]).days
            elif plan["minutes_no"] is None or plan["has_evidence"] is False:
                late = (day - accepted).days + 1
            else:
                late = 0 if plan["has_evidence"] else None
            defaults.append(late)
        if defaults:
            told = [late for late in defaults if late is not None]
            found["street", street] = (
                max(told) if told and (max(told) > 0 or len(told) == len(defaults)) else None
            )
    return found


def c03(town: CarrierTown, day: date) -> Answer:
    found: Answer = {}
    for street in STREETS:
        shares = []
        for plan in plans_of(town, street):
            middle = plan["mid_term_on"]
            if middle is None and plan["deadline"] is not None:
                middle = plan["starts_on"] + timedelta(days=(plan["deadline"] - plan["starts_on"]).days // 2)
            if (
                middle is not None
                and middle <= day
                and (plan["accepted_on"] is None or plan["accepted_on"] > day)
            ):
                shares.append(plan["share_at_mid_term"])
        if shares:
            told = [share for share in shares if share is not None]
            found["street", street] = (
                min(told) if told and (min(told) < 0.5 or len(told) == len(shares)) else None
            )
    return found


ORACLE: Mapping[str, Callable[[CarrierTown, date], Answer]] = {
    "A01": a01, "A02": a02, "A03": a03, "A04": a04, "A04P": a04p, "A05": a05, "A06": a06, "A07": a07,
    "A08": a08, "D01": d01, "D01F": d01f, "D01S": d01s, "D02": d02, "D02S": d02s, "D03": d03, "T01": t01,
    "T02": t02, "C01": c01, "C02": c02, "C03": c03,
}  # fmt: skip
