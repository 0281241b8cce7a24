"""What becomes of a file's columns: fields of the layer, own fields of the owner, or nothing."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field

from gisreg.importing import admin
from gisreg.importing.facts import Facts
from gisreg.importing.mapping import DROP, OWN, importable, match_columns, propose
from gisreg.importing.request import ImportReport, ImportRequest
from gisreg.importing.table import FeatureTable
from gisreg.importing.text import folded
from layers import Field, FieldType, Layer

ORDINALS = {"stt", "tt", "sothutu", "importreason", "importremedy", "importrow"}
"""Columns in which a sheet counts its own rows, or a file of rejected rows tells why; left out unless
they are asked for."""

_NUMBERS = (FieldType.NUMBER, FieldType.INTEGER)


@dataclass(frozen=True)
class ColumnPlan:
    """The columns of one file.

    `mapped`: field -> column; `own`: columns that are kept as the owner's own; `left`: the others;
    `exported`: the column in which an export of ours holds own fields; `coded`: columns of codes that make
    the key; `measures`: columns of numbers; `untaken`: field -> column that has its name, but no value of it.
    """

    layer: Layer
    mapped: dict[str, str]
    own: tuple[str, ...] = ()
    left: tuple[str, ...] = ()
    exported: str | None = None
    coded: tuple[str, ...] = ()
    measures: tuple[str, ...] = ()
    untaken: Mapping[str, str] = field(default_factory=dict)

    def facts(self) -> Facts:
        """Return what is to be found out about the columns, with nothing seen yet."""
        return Facts(self.measures, self.own, self.coded)

    def tell(self, report: ImportReport, asked: ImportRequest, filled: Collection[str]) -> None:
        """Report what became of the columns that hold anything."""
        codelists = {one.name: one.codelist for one in importable(self.layer)}
        for name, column in self.untaken.items():
            known = codelists[name]
            assert known is not None  # noqa: S101 - others have no values of their own
            report.notes.append(
                f"{column} is not taken for {name}: none of its values is one of {', '.join(known.values)}. "
                f'If it is that: --map "{column}={name}", with a profile that says what its values mean.'
            )
        stated = {folded(name) for name in asked.columns.fields}
        report.columns = dict(self.mapped)
        report.own_columns = tuple(name for name in self.own if name in filled)
        report.dropped = tuple(name for name in self.left if name in filled)
        rest = [name for name in (*self.own, *self.left) if name in filled and folded(name) not in stated]
        report.proposals = propose(self.layer, rest, self.mapped)


def _mean_something(_field: Field, _column: str) -> bool:
    return False


def plan_columns(
    table: FeatureTable,
    layer: Layer,
    asked: ImportRequest,
    means_nothing: Callable[[Field, str], bool] = _mean_something,
) -> ColumnPlan:
    """Return what becomes of a table's columns; of units, the columns that their names tell are added to it.

    A column that has the name of a field with a codelist, but none of its values, is not taken for it: `Tình
    trạng` with remarks is no status. Where the user says that it is, its values are wrong instead.

    Args:
        table: the features.
        layer: the layer imported into.
        asked: says what columns mean.
        means_nothing: tells of a column whether none of its cells is a value of a field.

    Raises:
        UsageError: what is stated about a column cannot be.
    """
    if table.ready:
        return ColumnPlan(layer, {name: name for name in table.columns})
    mapped = match_columns(layer, table.attributes, asked.columns.fields)
    if layer.key == "admin_unit":
        mapped = admin.complete(table, mapped)
    fields = {one.name: one for one in importable(layer)}
    stated = {folded(name): what for name, what in asked.columns.fields.items()}
    untaken = {
        name: column
        for name, column in mapped.items()
        if fields[name].codelist is not None
        and folded(column) not in stated
        and means_nothing(fields[name], column)
    }
    mapped = {name: column for name, column in mapped.items() if name not in untaken}
    # Columns of an export of ours that are no business of the file (id, version, counts) are nobody's own.
    ours = {one.name for one in layer.fields}
    rest = [name for name in table.attributes if name not in mapped.values() and name not in ours]
    own = [
        name
        for name in rest
        if "extra" in fields
        and stated.get(folded(name)) != DROP
        and not (folded(name) in ORDINALS and stated.get(folded(name)) != OWN)
    ]
    return ColumnPlan(
        layer,
        mapped,
        own=tuple(own),
        left=tuple(name for name in rest if name not in own),
        exported="extra" if "extra" in fields and "extra" in table.columns else None,
        coded=tuple(
            mapped[name]
            for name in layer.natural_key
            if name in mapped and fields[name].type is FieldType.TEXT
        ),
        measures=tuple(column for name, column in mapped.items() if fields[name].type in _NUMBERS),
        untaken=untaken,
    )
