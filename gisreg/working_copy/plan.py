"""What checking a copy in would do: rows merged three ways, conflicts, what cannot be taken."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from gisreg.said import Said, both
from gisreg.working_copy.file_read import CopiedLayer
from gisreg.working_copy.rows import Row
from gisreg.working_copy.three_way import CLEAR, GEOMETRY, Clash, merge, same
from layers import Layer

WHOLE_ROW = "*"

_NOT_TAKEN_OUT = both(
    "id không thuộc những đối tượng đã lấy ra", "its id is none of those that were taken out"
)


@dataclass(frozen=True)
class Conflict:
    """A field that both changed. Field `*`: the whole row, deleted on one side and changed on the other."""

    layer: str
    object_id: int
    name: str | None
    field: str
    base: Any
    mine: Any
    theirs: Any


@dataclass(frozen=True)
class Fault:
    """A row that cannot be taken: where it is in the file, what is wrong. `values` is the row itself."""

    layer: str
    place: int | None
    object_id: int | None
    what: Said
    values: Row


@dataclass
class Plan:
    """What is to be written of one layer: changed fields by object, new rows, objects to be deleted."""

    layer: Layer
    changes: dict[int, Row] = field(default_factory=dict)
    fresh: list[Row] = field(default_factory=list)
    deletions: list[int] = field(default_factory=list)
    missing: int = 0
    untouched: int = 0
    conflicts: list[Conflict] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)


@dataclass(frozen=True)
class Accepted:
    """Whose side wins where both changed: of all (`all`), of a field, an object (its id) or `ID.FIELD`."""

    mine: frozenset[str] = frozenset()
    theirs: frozenset[str] = frozenset()

    def side(self, object_id: int, name: str) -> str | None:
        """Return `mine`, `theirs`, or None where nobody decided; the narrower word goes first."""
        for word in (f"{object_id}.{name}", str(object_id), name, "all"):
            if word in self.mine:
                return "mine"
            if word in self.theirs:
                return "theirs"
        return None


def plan(copied: CopiedLayer, there: dict[int, Row], accepted: Accepted, *, delete: bool) -> Plan:
    """Return what a layer's rows would change.

    Args:
        copied: the layer as the file has it.
        there: objects of its base that exist now, as the actor sees them.
        accepted: whose side wins.
        delete: objects that the file lacks are deleted.
    """
    made = Plan(copied.layer)
    times = Counter(row.get("id") for row in copied.rows)
    for row in copied.rows:
        number = row.get("id")
        given = {name: one for name, one in row.items() if name not in ("id", "version", "place")}
        if number is None:
            _fresh(made, given | {"place": row.get("place")})
        elif number not in copied.base:
            made.faults.append(_fault(made, row, _NOT_TAKEN_OUT))
        elif times[number] > 1:
            same_id = Said("có {0} dòng mang id này", "{0} rows have this id", (times[number],))
            made.faults.append(_fault(made, row, same_id))
        elif number not in there:
            _gone(made, number, given, copied.base[number])
        else:
            _row(made, number, given, copied.base[number], there[number], accepted)
    _lacking(made, copied, there, set(times), accepted, delete=delete)
    return made


def _fresh(made: Plan, given: Row) -> None:
    if any(one not in (None, CLEAR) for name, one in given.items() if name != "place"):
        made.fresh.append({name: one for name, one in given.items() if one not in (None, CLEAR)})


def _row(made: Plan, number: int, given: Row, base: Row, there: Row, accepted: Accepted) -> None:
    merged = merge(base, given, there)
    changes = dict(merged.changes)
    for clash in merged.clashes:
        side = accepted.side(number, clash.field)
        if side == "mine":
            changes[clash.field] = clash.mine
        elif side is None:
            made.conflicts.append(_conflict(made.layer, number, there, clash))
    if changes:
        made.changes[number] = changes
    elif not merged.clashes:
        made.untouched += 1


def _gone(made: Plan, number: int, given: Row, base: Row) -> None:
    """Note an object that is gone from the registry, where the file changed it."""
    changed = {
        name: clash for name, clash in given.items() if clash is not None and _differs(name, clash, base)
    }
    if changed:
        mine = "; ".join(f"{name}={one}" for name, one in sorted(changed.items()))
        made.conflicts.append(
            Conflict(made.layer.key, number, base.get("code"), WHOLE_ROW, None, mine, "(deleted)")
        )


def _differs(name: str, given: Any, base: Row) -> bool:
    return not same(name, None if given == CLEAR else given, base.get(name))


def _lacking(
    made: Plan,
    copied: CopiedLayer,
    there: dict[int, Row],
    named: Iterable[Any],
    accepted: Accepted,
    *,
    delete: bool,
) -> None:
    """Settle objects that the file does not have any more."""
    present = set(named)
    for number in sorted(copied.base.keys() - present):
        if number not in there:
            continue
        made.missing += 1
        if not delete:
            continue
        base, now = copied.base[number], there[number]
        changed = [
            f"{name}={now.get(name)}"
            for name in sorted(base.keys() | now.keys() - {"id", "version"})
            if name not in ("id", "version") and not same(name, now.get(name), base.get(name))
        ]
        side = accepted.side(number, WHOLE_ROW)
        if not changed or side == "mine":
            made.deletions.append(number)
        elif side is None:
            theirs = "; ".join(changed)
            made.conflicts.append(
                Conflict(made.layer.key, number, now.get("code"), WHOLE_ROW, None, "(deleted)", theirs)
            )


def _conflict(layer: Layer, number: int, there: Row, clash: Clash) -> Conflict:
    name = there.get("code") or there.get("name")
    return Conflict(layer.key, number, name, clash.field, clash.base, clash.mine, clash.theirs)


def _fault(made: Plan, row: Row, what: Said) -> Fault:
    return Fault(made.layer.key, row.get("place"), row.get("id"), what, row)


def fields_of(conflicts: Sequence[Conflict]) -> dict[str, int]:
    """Return how many conflicts each field has."""
    return dict(Counter(one.field if one.field != GEOMETRY else "geometry" for one in conflicts))
