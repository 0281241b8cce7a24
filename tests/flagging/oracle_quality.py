"""The quality of the network (Q01 to Q05) as the rules' texts ask for it, and of all data (Q01 to Q14)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

import shapely

from tests.flagging.oracle_fields import (
    SUFFIX,
    contradictions,
    heights,
    lacks,
    lengths,
    orders,
    own_fields,
)
from tests.flagging.oracle_places import LINES, ends, places, repeated
from tests.flagging.verdict import UNKNOWN, Ambiguous, Verdict, Verdicts, doubting, judge
from tests.support.ground import WGS84
from tests.support.rows import Row, Rows

STANDING = ("in_service", "disused")
NODE_M, SAME_M, PAIR_M = 2.0, 0.5, 3.0
DOUBT_M = 0.02


def quality(rows: Rows) -> Verdicts:
    """Return Q01 to Q14 of everything they apply to."""
    found: Verdicts = {}
    for part in (
        loose_ends, near_misses, orphans, dangling, doubles, lacks, own_fields, contradictions, lengths, places,
        repeated, heights, orders,
    ):  # fmt: skip
        found |= part(rows)
    return found


def yes_no(value: bool) -> Verdict:
    return judge(float(value), 0, "above")


class Near:
    """Finds rows near a point, in metres on the ellipsoid."""

    def __init__(self, rows: Iterable[Row]):
        self.rows = list(rows)
        self.tree = shapely.STRtree([row.geom for row in self.rows])

    def within(self, point: shapely.Point, reach_m: float) -> Iterator[Row]:
        for index in self.tree.query(point.buffer(reach_m / 50_000)):
            row = self.rows[index]
            distance = WGS84.inv(point.x, point.y, row.geom.x, row.geom.y)[2]
            if abs(distance - reach_m) < DOUBT_M:
                raise Ambiguous
            if distance < reach_m:
                yield row


def loose_ends(rows: Rows) -> Verdicts:
    """Q01: every end is on a pole, mast or manhole; one end of a subscriber's cable is in a house."""
    nodes = Near(
        row for table in ("pole", "tower", "manhole") for row in rows.all(table) if row.status in STANDING
    )
    found: Verdicts = {}
    for cable in rows.all("cable"):
        with doubting(found, key := ("Q01", cable.id)):
            loose = sum(not any(nodes.within(end, NODE_M)) for end in ends(cable.geom))
            if cable.role == "drop":
                loose = max(loose - 1, 0)
            unsure = cable.role == "unknown" and loose == 1
            if cable.role == "unknown" and loose == 2:
                loose = 1
            found[key] = UNKNOWN if unsure else judge(loose, 0, "above")
    return found


def near_misses(rows: Rows) -> Verdicts:
    """Q02: no pole is passed closely without being tied, but for one beside a pole that is."""
    poles = rows.by_id("pole")
    tied: dict[int, list[Row]] = defaultdict(list)
    for support in rows.all("support"):
        if support.pole_id in poles:
            tied[support.cable_id].append(poles[support.pole_id])
    missed: dict[int, list[Row]] = defaultdict(list)
    for miss in rows.all("near_miss"):
        missed[miss.cable_id].append(poles[miss.pole_id])
    found: Verdicts = {}
    for cable in rows.all("cable"):
        if cable.deployment == "aerial":
            near = Near(tied[cable.id])
            with doubting(found, key := ("Q02", cable.id)):
                found[key] = yes_no(any(not any(near.within(pole.geom, PAIR_M)) for pole in missed[cable.id]))
    return found


def orphans(rows: Rows) -> Verdicts:
    """Q03: something hangs on every pole of telecom, as far as anybody looked."""
    used = {support.pole_id for support in rows.all("support")}
    used |= {fitting.pole_id for fitting in rows.all("fitting")}
    spans = rows.by_id("span")
    for count in rows.all("span_count"):
        if count.cable_count > 0:
            used |= {spans[count.span_id].pole_a_id, spans[count.span_id].pole_b_id}
    passed = {miss.pole_id for miss in rows.all("near_miss")}
    found: Verdicts = {}
    for pole in rows.all("pole"):
        if pole.status != "in_service" or pole.kind not in ("telecom", "other", "unknown"):
            continue
        if (
            pole.id in used
            or pole.has_light
            or pole.has_transformer
            or pole.lowest_power_height_m is not None
        ):
            found["Q03", pole.id] = Verdict("pass", 0)
        elif pole.kind == "unknown" or pole.survey_date is None or pole.id in passed:
            found["Q03", pole.id] = UNKNOWN
        else:
            found["Q03", pole.id] = Verdict("fail", 1)
    return found


def dangling(rows: Rows) -> Verdicts:
    """Q04: what segments, attachments and spans refer to is there."""
    there = {table: set(rows.by_id(table)) for table in ("cable", "pole", "span", "street")}
    streets: dict[int, int] = defaultdict(int)
    for crossing in rows.all("crossing"):
        streets[crossing.segment_id] += crossing.street_id not in there["street"]

    def gone(table: str, *numbers: int | None) -> int:
        return sum(number is not None and number not in there[table] for number in numbers)

    found: Verdicts = {}
    for one in rows.all("segment"):
        lost = gone("cable", one.cable_id) + gone("span", one.span_id)
        lost += gone("pole", one.from_pole_id, one.to_pole_id) + streets[one.id]
        found["Q04", one.id] = judge(lost, 0, "above")
    for one in rows.all("support"):
        found["Q04U", one.id] = judge(gone("cable", one.cable_id) + gone("pole", one.pole_id), 0, "above")
    for one in rows.all("span"):
        found["Q04S", one.id] = judge(gone("pole", one.pole_a_id, one.pole_b_id), 0, "above")
    return found


def doubles(rows: Rows) -> Verdicts:
    """Q05: no two things at one place, no two lines of an owner alike, no number of an owner on two poles."""
    found: Verdicts = {}
    for layer in ("pole", "tower", "manhole"):
        standing = Near(row for row in rows.all(layer) if row.status in STANDING)
        for row in rows.all(layer):
            with doubting(found, key := (f"Q05{SUFFIX[layer]}", row.id)):
                found[key] = yes_no(
                    row.status in STANDING
                    and any(other.id != row.id for other in standing.within(row.geom, SAME_M))
                )
    numbered: dict[tuple[int, str], set[int]] = defaultdict(set)
    of_nobody: dict[str, int] = defaultdict(int)
    for pole in rows.all("pole"):
        if pole.owner_id is not None and pole.code is not None:
            numbered[pole.owner_id, pole.code].add(pole.id)
        elif pole.code is not None:
            of_nobody[pole.code] += 1
    for code in rows.all("pole_code"):
        numbered[code.organisation_id, code.code].add(code.pole_id)
    twice = {number for numbers in numbered.values() if len(numbers) > 1 for number in numbers}
    for pole in rows.all("pole"):
        if pole.id in twice:
            found["Q05", pole.id] = Verdict("fail", 1)
        elif pole.owner_id is None and of_nobody[pole.code] > 1 and found["Q05", pole.id].outcome == "pass":
            found["Q05", pole.id] = UNKNOWN
    for layer in LINES:
        alike: dict[tuple[int | None, bytes], int] = defaultdict(int)
        for row in rows.all(layer):
            alike[row.owner_id, row.geom.normalize().wkb] += 1
        for row in rows.all(layer):
            twin = alike[row.owner_id, row.geom.normalize().wkb] > 1
            unsure = twin and row.owner_id is None
            found[f"Q05{SUFFIX[layer]}", row.id] = UNKNOWN if unsure else yes_no(twin)
    return found
