"""What fields say (Q06 to Q09, Q12, Q13), as the rules' texts ask for it (docs/reading-rules.md)."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from datetime import date

from gisreg.importing.text import folded
from layers import LAYERS, Field
from tests.flagging.verdict import UNKNOWN, Verdict, Verdicts, doubting, judge
from tests.support.ground import WGS84
from tests.support.rows import Row, Rows

SUFFIX = {"pole": "", "cable": "C", "tower": "T", "manhole": "M", "duct": "D", "fitting": "F"}
TOLERANCE_M = {"laser": 0.05, "pole_stick": 0.05, "photo": 0.3}


def lacks(rows: Rows) -> Verdicts:
    """Q06: what a description wants is said."""
    found: Verdicts = {}
    for layer, suffix in SUFFIX.items():
        wanted = [field.name for field in LAYERS[layer].public_fields if field.wanted]
        for row in rows.all(layer):
            if getattr(row, "status", "in_service") in ("planned", "removed"):
                continue
            empty = [
                name for name in wanted if str(getattr(row, name) or "unknown").strip() in ("", "unknown")
            ]
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
            nobody_knows = "unknown" in meant or text.casefold() in ("unknown", "không rõ")
            known = None if nobody_knows else bool(meant)
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
            pair: tuple[float | None, float | None] = (None, None)
            if layer in parts and row.id in private:
                pair = tuple(getattr(private[row.id], name) for name in parts[layer])  # type: ignore[assignment]
            elif layer == "pole" and row.lowest_power_height_m is not None:
                pair = (row.lowest_power_height_m, row.height_m)
            elif layer == "tower" and antennas[row.id]:
                top = None if row.height_m is None else row.height_m + (row.building_height_m or 0)
                pair = (max(antennas[row.id]), top)
            known = own.get(row.id, [])
            if pair != (None, None):
                is_within = None if None in pair else (pair[0] or 0) <= (pair[1] or 0)
                # What everybody may know goes before own fields.
                known = [False] if is_within is False and layer in ("pole", "tower") else [*known, is_within]
            if known:
                found[f"Q08{suffix}", row.id] = counted(known)
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
    found: Verdicts = {}
    for key, shares in told.items():
        with doubting(found, key):
            most = max((one for one in shares if one is not None), default=None)
            found[key] = judge(most, 0.2, "above", 0, 1e-6)
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
