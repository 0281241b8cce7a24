"""The quality of data as the rules' texts ask for it (DOMAIN 7.2, docs/reading-rules.md), judged in Python."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date

import shapely

from gisreg.importing.text import folded
from layers import LAYERS, Field
from tests.flagging.verdict import Ambiguous, Verdict, judge
from tests.support.ground import WGS84, metres
from tests.support.rows import Row, Rows

Verdicts = dict[tuple[str, int], Verdict]
SUFFIX = {"pole": "", "cable": "C", "tower": "T", "manhole": "M", "duct": "D", "fitting": "F"}
LINES = ("cable", "duct")
STANDING = ("in_service", "disused")
NODE_M, SAME_M, PAIR_M = 2.0, 0.5, 3.0
FAR_DEG, OUTSIDE_M = 0.2, 50.0
DOUBT_M = 0.02
TOLERANCE_M = {"laser": 0.05, "pole_stick": 0.05, "photo": 0.3}
UNKNOWN = Verdict("not evaluable", None)


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


def plane(shape: shapely.Geometry) -> shapely.Geometry:
    return shapely.transform(shape, lambda xy: [metres((x, y)) for x, y in xy])


def ends(line: shapely.LineString) -> tuple[shapely.Point, shapely.Point]:
    return shapely.get_point(line, 0), shapely.get_point(line, -1)


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
        loose = sum(not any(nodes.within(end, NODE_M)) for end in ends(cable.geom))
        if cable.role == "drop":
            loose = max(loose - 1, 0)
        unsure = cable.role == "unknown" and loose == 1
        if cable.role == "unknown" and loose == 2:
            loose = 1
        found["Q01", cable.id] = UNKNOWN if unsure else judge(loose, 0, "above")
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
    return {
        ("Q02", cable.id): yes_no(
            any(not any(Near(tied[cable.id]).within(pole.geom, PAIR_M)) for pole in missed[cable.id])
        )
        for cable in rows.all("cable")
        if cable.deployment == "aerial"
    }


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
            twins = row.status in STANDING and any(
                other.id != row.id for other in standing.within(row.geom, SAME_M)
            )
            found[f"Q05{SUFFIX[layer]}", row.id] = yes_no(twins)
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


def lacks(rows: Rows) -> Verdicts:
    """Q06: what a description wants is said."""
    found: Verdicts = {}
    for layer, suffix in SUFFIX.items():
        wanted = [field.name for field in LAYERS[layer].public_fields if field.wanted]
        for row in rows.all(layer):
            if getattr(row, "status", "in_service") in ("planned", "removed"):
                continue
            empty = [name for name in wanted if str(getattr(row, name) or "unknown").strip() in ("", "unknown")]
            if getattr(row, "state", None) == "ownerless":
                empty = [name for name in empty if name not in ("owner_id", "code")]
            found[f"Q06{suffix}", row.id] = judge(len(empty), 0, "above")
    return found


def spoken(rows: Rows, layer: str) -> Iterator[tuple[int, Field, str, str]]:
    """Yield object, field, key and text of own fields that are called like a field of the layer."""
    called: dict[str, Field] = {}
    for field in LAYERS[layer].fields:
        numeric = field.type.value in ("integer", "double precision")
        if not field.state and (field.name == "length_m" or (field.writable and (field.codelist or numeric))):
            for name in (*field.aliases, field.name, field.vi, field.en):
                called.setdefault(folded(name), field)
    for number, private in rows.private(layer).items():
        for key, value in private.extra.items():
            if folded(key) in called and value not in (None, ""):
                yield number, called[folded(key)], key, str(value).strip()


def own_fields(rows: Rows) -> Verdicts:
    """Q07: own fields that are called like one with a codelist say what the codelist knows."""
    told: dict[tuple[str, int], list[bool | None]] = defaultdict(list)
    for layer, suffix in SUFFIX.items():
        for number, field, _, text in spoken(rows, layer):
            if field.codelist is None:
                continue
            meant = [
                code.value
                for code in field.codelist.codes
                if folded(text) in map(folded, (code.value, code.vi, code.en, *code.aliases))
            ]
            known = None if "unknown" in meant else bool(meant)
            told[f"Q07{suffix}", number].append(known)
    return {key: counted(known) for key, known in told.items()}


def counted(known: list[bool | None]) -> Verdict:
    """Return how many are wrong (False); where none is, whether all could be read."""
    wrong = known.count(False)
    return judge(float(wrong), 0, "above") if wrong or None not in known else UNKNOWN


def stated(field: Field, key: str, text: str) -> float | None:
    """Return the number that an own field states, in the field's unit; None where it cannot be read."""
    if not re.fullmatch(r"[+-]?\d+([.,]\d+)?", text):
        return None
    unit = re.search(r"[(\[_ ]\s*(mm|cm|dm|m|km)\s*[)\]]?\s*$", key.lower())
    length = {"mm": 0.001, "cm": 0.01, "dm": 0.1, "m": 1.0, "km": 1000.0}
    factor = length[unit[1]] / length[field.unit] if unit and field.unit in length else 1.0
    return float(text.replace(",", ".")) * factor


def ranges(rows: Rows, layer: str) -> dict[int, list[bool | None]]:
    """Return for every object with such own fields whether each number lies in its range, None: unreadable."""
    told: dict[int, list[bool | None]] = defaultdict(list)
    for number, field, key, text in spoken(rows, layer):
        if field.codelist is None and field.name != "length_m":
            value = stated(field, key, text)
            low, high = field.minimum, field.maximum
            told[number].append(
                None if value is None else (low is None or value >= low) and (high is None or value <= high)
            )
    return told


def contradictions(rows: Rows) -> Verdicts:
    """Q08: own numbers lie in their range, and no number is more than another one allows."""
    found: Verdicts = {}
    parts = {"cable": ("fibres_used", "fibre_count"), "duct": ("ways_free", "ways")}
    antennas: dict[int, list[float]] = defaultdict(list)
    for tenancy in rows.all("tower_tenancy"):
        if tenancy.antenna_height_m is not None:
            antennas[tenancy.tower_id].append(tenancy.antenna_height_m)
    for layer, suffix in SUFFIX.items():
        own = ranges(rows, layer)
        private = rows.private(layer)
        for row in rows.all(layer):
            compared: bool | None | str = "nothing"
            if layer in parts and row.id in private:
                part, whole = (getattr(private[row.id], name) for name in parts[layer])
                if (part, whole) != (None, None):
                    compared = None if None in (part, whole) else part > whole
            elif layer == "pole" and row.lowest_power_height_m is not None:
                compared = None if row.height_m is None else row.lowest_power_height_m > row.height_m
            elif layer == "tower" and antennas[row.id]:
                top = None if row.height_m is None else row.height_m + (row.building_height_m or 0)
                compared = None if top is None else max(antennas[row.id]) > top
            known = own.get(row.id, [])
            if compared == "nothing" and not known:
                continue
            if compared is True and layer in ("pole", "tower"):
                verdict = Verdict("fail", 1)
            else:
                more = [] if compared == "nothing" else [None if compared is None else not compared]
                verdict = counted([*known, *more])  # type: ignore[list-item]
            found[f"Q08{suffix}", row.id] = verdict
    return found


def lengths(rows: Rows) -> Verdicts:
    """Q09: the length that an owner states is that of the drawing, to a fifth."""
    told: dict[tuple[str, int], list[float | None]] = defaultdict(list)
    for layer, rule in (("cable", "Q09"), ("duct", "Q09D")):
        drawn = {row.id: WGS84.geometry_length(row.geom) for row in rows.all(layer)}
        for number, field, key, text in spoken(rows, layer):
            if field.name == "length_m":
                value = stated(field, key, text)
                told[rule, number].append(
                    None if value is None or not drawn[number] else abs(value / drawn[number] - 1)
                )
    return {
        key: judge(max((one for one in shares if one is not None), default=None), 0.2, "above", 0, 1e-6)
        for key, shares in told.items()
    }


def places(rows: Rows) -> Verdicts:
    """Q10, Q14: things lie near the units, and in one of them."""
    units = [u for u in rows.holding("admin_unit") if u.geom is not None and u.visibility == "public"]
    found: Verdicts = {}
    if units:
        west, south, east, north = shapely.total_bounds([unit.geom for unit in units])
    flat = [plane(unit.geom) for unit in units]
    for layer, suffix in SUFFIX.items():
        for row in rows.all(layer) if layer != "fitting" else []:
            if getattr(row, "status", None) == "removed":
                continue
            if not units:
                found[f"Q10{suffix}", row.id] = found[f"Q14{suffix}", row.id] = UNKNOWN
                continue
            x0, y0, x1, y1 = row.geom.bounds
            off = max(west - x0, x1 - east, south - y0, y1 - north, 0)
            # Boxes of units have single precision, which is outward.
            found[f"Q10{suffix}", row.id] = judge(off, FAR_DEG, "above", 0, 1e-4)
            points = ends(row.geom) if layer in LINES else (row.geom,)
            outside = 0.0
            for point in points:
                if not any(unit.geom.covers(point) for unit in units):
                    outside = max(outside, min(shape.distance(plane(point)) for shape in flat))
            doubt = max(DOUBT_M, outside * 0.01)
            found[f"Q14{suffix}", row.id] = judge(
                outside, OUTSIDE_M, "above", row.position_accuracy_m or 0, doubt
            )
    return found


def repeated(rows: Rows) -> Verdicts:
    """Q11: no point of a line stands where the one before it does."""
    found: Verdicts = {}
    for layer, rule in (("cable", "Q11"), ("duct", "Q11D")):
        for row in rows.all(layer):
            points = list(row.geom.coords)
            same = sum(a == b for a, b in zip(points, points[1:], strict=False))
            found[rule, row.id] = judge(same, 0, "above")
    return found


def heights(rows: Rows) -> Verdicts:
    """Q12: nothing hangs above its pole's top."""
    poles = rows.by_id("pole")
    found: Verdicts = {}
    for rule, table, column in (
        ("Q12", "support", "attachment_height_m"),
        ("Q12F", "fitting", "height_m"),
    ):
        for row in rows.all(table):
            height = getattr(row, column)
            if height is None or row.pole_id not in poles:
                continue
            top = poles[row.pole_id].height_m
            above = None if top is None else round(height - top, 3)
            found[rule, row.id] = judge(above, 0, "above", TOLERANCE_M.get(row.height_method, 0.5))
    return found


def orders(rows: Rows) -> Verdicts:
    """Q13: put up, then surveyed, then today."""
    found: Verdicts = {}

    def wrong(*pairs: tuple[date | None, date | None]) -> int:
        """Return the days by which first days come after second ones, at most."""
        return max((days(a, b) for a, b in pairs if a and b), default=0)

    def days(first: date, second: date) -> int:
        return (first - second).days

    for layer, rule in (("pole", "Q13"), ("cable", "Q13C")):
        for row in rows.all(layer):
            if (row.installed_on or row.survey_date) is None or getattr(row, "status", "") in (
                "planned",
                "removed",
            ):
                continue
            late = wrong(
                (row.installed_on, row.survey_date), (row.installed_on, rows.day), (row.survey_date, rows.day)
            )
            sure = late > 0 or None not in (row.installed_on, row.survey_date)
            found[rule, row.id] = judge(max(late, 0), 0, "above") if sure else UNKNOWN
    poles = rows.by_id("pole")
    for row in rows.all("fitting"):
        up = poles[row.pole_id].installed_on if row.pole_id in poles else None
        if row.pole_id in poles and (up or row.survey_date) is not None:
            late = wrong((up, row.survey_date), (row.survey_date, rows.day))
            sure = late > 0 or None not in (up, row.survey_date)
            found["Q13F", row.id] = judge(max(late, 0), 0, "above") if sure else UNKNOWN
    tenancies: dict[int, list[Row]] = defaultdict(list)
    for tenancy in rows.all("tower_tenancy"):
        if tenancy.status == "in_service":
            tenancies[tenancy.tower_id].append(tenancy)
    for row in rows.all("tower"):
        if row.status == "removed":
            continue
        late = wrong((row.survey_date, rows.day))
        if late <= 0:
            by_rank = defaultdict(list)
            for one in tenancies[row.id]:
                ended = (rows.day - one.valid_to).days + 1 if one.valid_to else 0
                by_rank[one.visibility].append(max(ended, (one.valid_from - rows.day).days))
            ranks = [max(by_rank[v], default=0) for v in ("public", "partner", "agency", "secret")]
            late = next((number for number in ranks if number > 0), 0)
        sure = late > 0 or row.survey_date is not None
        found["Q13T", row.id] = judge(max(late, 0), 0, "above") if sure else UNKNOWN
    return found
