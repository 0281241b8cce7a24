"""Which streets of the registry a list means; of one name in several places, which one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from gisreg.clock import today
from gisreg.database.connection import PgConnection
from gisreg.database.queries import load_queries
from gisreg.importing.osm_streets import SAME_STREET_M
from gisreg.zones import match_troubles as told
from gisreg.zones.matched import Matched
from gisreg.zones.recipe import StreetPart
from gisreg.zones.spelling import agrees, canonical, kind_of
from gisreg.zones.trouble import Trouble

queries = load_queries(__file__, "match.sql")

SUGGESTED = 5


@dataclass(frozen=True)
class Row:
    """A row of the layer of streets; rows of a key that lie together bear the same `street`."""

    id: int
    code: str | None
    name: str
    visibility: str
    street: int


class Streets:
    """The streets that a list names, looked up once."""

    def __init__(self, connection: PgConnection, parts: Iterable[StreetPart]) -> None:
        """Look up every name of these parts."""
        self.connection = connection
        names = sorted(
            {name for part in parts for name in (part.street, part.from_street, part.to_street) if name}
        )
        self._keys: dict[str, str] = dict(queries.keys_of(connection, names=names))
        self._rows: dict[str, list[Row]] = {}
        found = queries.streets_called(connection, names=names, same_street_m=SAME_STREET_M)
        for key, *row in found:
            self._rows.setdefault(key, []).append(Row(*row))
        # A street may also be said by its code: some have no name, some share theirs.
        coded = queries.streets_coded(connection, codes=names)
        self._coded = {row.code: [row] for row in (Row(*found) for found in coded)}

    def match(self, matched: Matched, part: StreetPart) -> list[Trouble]:
        """Find a part's street and the streets that cross it; return what could not be found."""
        rows, trouble = self._street(matched, part)
        if trouble:
            return [trouble]
        matched.street_ids = [row.id for row in rows]
        matched.names["street"] = _called(rows)
        matched.visibilities |= {row.visibility for row in rows}
        troubles = []
        for field, name, before in (
            ("from", part.from_street, matched.earlier.from_ids if matched.earlier else []),
            ("to", part.to_street, matched.earlier.to_ids if matched.earlier else []),
        ):
            if name is None:
                continue
            crossing, trouble = self._crossing(matched, field, name, before)
            setattr(matched, f"{field}_ids", [row.id for row in crossing])
            matched.visibilities |= {row.visibility for row in crossing}
            if trouble:
                troubles.append(trouble)
            else:
                matched.names[field] = _called(crossing)
        return troubles

    def _named(self, name: str) -> list[Row]:
        """Return the rows of which a name is a spelling, those that it fits best."""
        rows = self._rows.get(self._keys[name], [])
        if not rows:
            return self._coded.get(name, [])
        fits = {row.id: agrees(name, row.name) for row in rows}
        best = max(fits.values(), default=0)
        chosen = [row for row in rows if fits[row.id] == best] if best else []
        # Where streets differ only by the word for their kind, the word decides.
        alike = [row for row in chosen if kind_of(row.name) == kind_of(name)]
        return alike if kind_of(name) and alike else chosen

    def _street(self, matched: Matched, part: StreetPart) -> tuple[list[Row], Trouble | None]:
        line, text, name = matched.line, matched.text, part.street
        rows = self._named(name)
        if matched.earlier and (kept := self._kept(matched.earlier.street_ids)):
            # What it meant it still means, whatever that is called now; and what lies with it.
            ids = {row.id for row in kept}
            return _with_more(
                kept, [group for group in _groups(rows) if ids & {row.id for row in group}]
            ), None
        if not rows:
            return [], told.not_found(line, text, "street", name, self._like(name))
        if part.ward is not None:
            here = self._in_ward(rows, part.ward)
            if not here:
                if not queries.is_ward(self.connection, ward=part.ward):
                    return [], told.no_ward(line, text, part.ward)
                wards = self._wards(rows)
                return [], told.not_in_ward(line, text, _called(rows), part.ward, wards)
            rows = here
        groups = _groups(rows)
        if part.ward is not None and len(_different_names(rows)) == 1:
            # In one ward a name is given to one street, whatever gaps its line has.
            return rows, None
        if len(groups) > 1:
            crossing = [end for end in (part.from_street, part.to_street) if end]
            groups = [group for group in groups if self._meets_all(group, crossing)] or groups
        if len(groups) == 1:
            return groups[0], None
        names = _different_names(rows)
        if len(names) > 1:
            return [], told.several_names(line, text, "street", name, names)
        where = sorted(self._where(group) for group in groups)
        return [], told.several_streets(line, text, _called(rows), where)

    def _crossing(
        self, matched: Matched, field: str, name: str, before: Sequence[int]
    ) -> tuple[list[Row], Trouble | None]:
        line, text = matched.line, matched.text
        rows = self._named(name)
        known = self._meeting(matched.street_ids, self._kept(before)) if before else []
        if known or not rows:
            missing = told.not_found(line, text, field, name, self._crossing_names(matched, name))
            return known, None if known else missing
        meeting = self._meeting(matched.street_ids, rows)
        if not meeting:
            others = self._crossing_names(matched, name)
            return [], told.not_crossing(line, text, field, name, matched.names["street"], others)
        names = _different_names(meeting)
        if len(names) > 1:
            return [], told.several_names(line, text, field, name, names)
        return meeting, None

    def _meets_all(self, group: Sequence[Row], names: Sequence[str]) -> bool:
        ids = [row.id for row in group]
        return bool(names) and all(self._meeting(ids, self._named(name)) for name in names)

    def _meeting(self, ids: Sequence[int], others: Sequence[Row]) -> list[Row]:
        found = queries.meeting(self.connection, streets=list(ids), others=[row.id for row in others])
        meeting = {number for (number,) in found}
        return [row for row in others if row.id in meeting]

    def _kept(self, ids: Sequence[int]) -> list[Row]:
        if not ids:
            return []
        rows = queries.streets_by_id(self.connection, ids=list(ids))
        return [Row(*row) for row in rows]

    def _in_ward(self, rows: Sequence[Row], ward: str) -> list[Row]:
        found = queries.wards_called(self.connection, ids=[row.id for row in rows], ward=ward)
        inside = {number for (number,) in found}
        streets = {row.street for row in rows if row.id in inside}
        return [row for row in rows if row.street in streets]

    def _wards(self, rows: Sequence[Row]) -> list[str]:
        found = queries.wards_of(self.connection, ids=[row.id for row in rows], day=today())
        return [name for name, _, _ in found]

    def _where(self, group: Sequence[Row]) -> str:
        """Return the wards in which a street lies, and a code by which it may be said instead."""
        code = next((f" [{row.code}]" for row in group if row.code), "")
        return (", ".join(self._wards(group)[:SUGGESTED]) or "?") + code

    def _like(self, name: str) -> list[str]:
        return [like for (like,) in queries.like(self.connection, written=name, most=SUGGESTED)]

    def _crossing_names(self, matched: Matched, name: str) -> list[str]:
        found = queries.crossing_names(
            self.connection, streets=matched.street_ids, written=name, most=SUGGESTED
        )
        return [other for (other,) in found]


def _groups(rows: Sequence[Row]) -> list[list[Row]]:
    """Return the rows by street: of one name, and lying together."""
    groups: dict[tuple[object, int], list[Row]] = {}
    for row in rows:
        groups.setdefault((canonical(row.name), row.street), []).append(row)
    return list(groups.values())


def _with_more(kept: Sequence[Row], groups: Sequence[Sequence[Row]]) -> list[Row]:
    found = {row.id: row for row in (*kept, *(row for group in groups for row in group))}
    return [found[number] for number in sorted(found)]


def _different_names(rows: Sequence[Row]) -> list[str]:
    """Return one name for each of the names that these bear, spelled rightly."""
    return sorted({canonical(row.name): row.name for row in rows}.values())


def _called(rows: Sequence[Row]) -> str:
    return ", ".join(dict.fromkeys(row.name for row in rows))
