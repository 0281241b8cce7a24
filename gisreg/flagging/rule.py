"""A rule of the trade: one file of the folder `catalogue`, a head that describes it and one SELECT.

Its name is the rule's id. A rule that looks at objects of several layers has a file for each: D01 (segments),
D01F (fittings), D01S (counted cables of spans).

The head is a comment of `-- key: value` lines; a value may go on in lines that are indented. Keys:

- `layer`: key of the layer whose objects are looked at,
- `concerned`: the SQL expression of the object's id, with which a run is bound to single objects,
- `vi`, `en`: what a finding says, in a short sentence; `asks_vi`, `asks_en`: which measurement is missing
  where the rule cannot be evaluated; `asks_in: records` where it is found in papers, not on the street,
- `severity`: critical, major or minor; `critical_at`: threshold beyond which it is critical,
- `fails`: `below` or `above`: the value lies strictly on that side of the threshold,
- `unit`: unit of value and threshold (empty for yes or no, where 1 fails and 0 passes),
- `needs`: keys of the thresholds it uses, the first one being its limit: while that one has no value, the
  rule is off; `reach`: thresholds within which other objects of the layer change the answer (metres),
- `legal`: the source; `confidence`: confirmed, partial or to_be_verified,
- `zone_kinds`: the kinds of zones that its answers hang on: an edit of such a zone asks it again,
- `costly`: `yes` where answering costs more than keeping the answers of a whole layer for a second look.

The SELECT answers a row per object (and zone) to which the rule applies: `object_id`, `zone_id` (NULL for
none), `owner_id`, `visibility`, `measured_value` (NULL: not measured), `tolerance` (of the measurement, in
the same unit), `threshold_value`. In it `:key` stands for a threshold that the head names, `:as_of` for the
day, and `{concerned}` for a condition that means all objects or those of an edit; `{concerned x.y_id}` says
the same of another column that holds the object's id, for a sub-query that would else be made over
everything, and `{ids}` stands for the ids themselves as an argument, NULL for all. `{missing}` stands for how
many wanted fields are missing in a row `o` of the layer (`gisreg.flagging.described`).
`gisreg.flagging.install` makes two functions of the owner's of it, so that an edit by the application is
looked at with the owner's eyes and the application can ask nothing else of it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

from gisreg.flagging import described
from layers import LAYERS

_LINE = re.compile(r"--\s(?:(?P<key>[a-z_]+): )?(?P<text>.*)")
_CONCERNED = re.compile(r"\{concerned(?: ([a-z_.]+))?\}")
_PARAMETER = re.compile(r"(?<!:):([a-z][a-z0-9_]*)")
_REQUIRED = {"layer", "concerned", "vi", "en", "severity", "fails", "legal", "confidence"}
_OPTIONAL = {
    "asks_vi", "asks_en", "asks_in", "critical_at", "unit", "needs", "reach", "zone_kinds", "costly",
}  # fmt: skip


@dataclass(frozen=True)
class Rule:
    """A rule as its file describes it; `zone_kind` is set for the rules that stand for a kind of zone."""

    id: str
    layer: str
    vi: str
    en: str
    severity: str
    legal: str
    confidence: str
    fails: str = "above"
    unit: str = ""
    asks_vi: str = ""
    asks_en: str = ""
    asks_on_site: bool = True
    critical_at: str | None = None
    needs: tuple[str, ...] = ()
    reach: tuple[str, ...] = ()
    zone_kinds: tuple[str, ...] = ()
    costly: bool = False
    concerned: str = ""
    query: str = ""
    zone_kind: str | None = None

    @property
    def limit(self) -> str | None:
        """Return the key of the threshold without which the rule is off."""
        return self.needs[0] if self.needs else None

    def select(self, is_whole: bool) -> str:
        """Return its SELECT as the body of a function of `ids`, `as_of` and `limits` (thresholds in JSON)."""
        body = _CONCERNED.sub(
            lambda found: "TRUE" if is_whole else f"{found[1] or self.concerned} = ANY (ids)", self.query
        )
        body = body.replace("{ids}", "NULL::bigint[]" if is_whole else "ids")
        if "{missing}" in body:
            body = body.replace("{missing}", described.missing(LAYERS[self.layer]))
        return _PARAMETER.sub(self._parameter, body)

    def _parameter(self, found: re.Match[str]) -> str:
        key = found[1]
        if key == "as_of":
            return key
        if key not in self.needs:
            raise ValueError(f"{self.id}: the threshold '{key}' is used, but not named under `needs`.")
        return f"(limits ->> '{key}')::double precision"


def parse(rule_id: str, text: str) -> Rule:
    """Return the rule that a file describes.

    Raises:
        ValueError: the head lacks a key, has an unknown one or a value that is not allowed.
    """
    head: dict[str, str] = {}
    lines = text.splitlines()
    last = ""
    body_from = 0
    for body_from, line in enumerate(lines):  # noqa: B007 - the number of the first line that is no comment
        found = _LINE.fullmatch(line)
        if found is None:
            break
        if found["key"]:
            last = found["key"]
            head[last] = found["text"].strip()
        elif last:
            head[last] += f" {found['text'].strip()}"
    if missing := _REQUIRED - head.keys():
        raise ValueError(f"{rule_id}: the head lacks {', '.join(sorted(missing))}.")
    if unknown := head.keys() - _REQUIRED - _OPTIONAL:
        raise ValueError(f"{rule_id}: the head has unknown keys: {', '.join(sorted(unknown))}.")
    for key, allowed in (
        ("severity", {"critical", "major", "minor"}),
        ("fails", {"below", "above"}),
        ("confidence", {"confirmed", "partial", "to_be_verified"}),
        ("layer", set(LAYERS)),
        ("costly", {"yes"}),
        ("asks_in", {"records"}),
    ):
        if key in head and head[key] not in allowed:
            raise ValueError(f"{rule_id}: {key} is none of {', '.join(sorted(allowed))}.")
    query = "\n".join(lines[body_from:]).strip().removesuffix(";")
    needs, reach, kinds = (_list(head.pop(key, "")) for key in ("needs", "reach", "zone_kinds"))
    costly = bool(head.pop("costly", ""))
    on_site = head.pop("asks_in", "") != "records"
    return Rule(
        id=rule_id,
        needs=needs,
        reach=reach,
        zone_kinds=kinds,
        costly=costly,
        asks_on_site=on_site,
        query=query,
        **head,
    )


def _list(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


@cache
def rules() -> Mapping[str, Rule]:
    """Return all rules by id: those of the catalogue's files, in the order of their ids."""
    folder = resources.files("gisreg.flagging").joinpath("catalogue")
    files = sorted((entry for entry in folder.iterdir() if entry.name.endswith(".sql")), key=lambda e: e.name)
    return {
        entry.name.removesuffix(".sql"): parse(entry.name.removesuffix(".sql"), entry.read_text("utf-8"))
        for entry in files
    }
