"""Features of a file, prepared, checked and staged: the good rows, and the keys of the rejected ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from gisreg.errors import UsageError
from gisreg.importing import geometry, osm, osm_streets, prepare, rights
from gisreg.importing.cells import Cells
from gisreg.importing.column_plan import ColumnPlan, plan_columns
from gisreg.importing.facts import Facts
from gisreg.importing.mapping import importable
from gisreg.importing.prepare import Rows
from gisreg.importing.problems import Problems
from gisreg.importing.request import ImportReport, ImportRequest
from gisreg.importing.stage import Stage
from gisreg.importing.table import FeatureTable
from gisreg.importing.target import KnownCodes, Target
from gisreg.said import both
from gisreg.settings import get_settings
from layers import Layer


class Intake:
    """What one import does with the features of its file, up to the stage.

    `key`: columns by which a row is the same object; `once`: fields that only a new object takes.
    """

    def __init__(
        self,
        request: ImportRequest,
        target: Target,
        owners: Mapping[str, int],
        constants: Mapping[str, Any],
        known_codes: KnownCodes,
        report: ImportReport,
    ) -> None:
        """Begin without rows.

        Args:
            request: what to import, and how.
            target: where it goes.
            owners: organisation id by folded code, name or alias.
            constants: field -> value for rows where the file says nothing.
            known_codes: returns those of some codes that objects of the registry have.
            report: takes problems, warnings, and what became of the columns.

        Raises:
            UsageError: the layer has no such field as it is asked to be found by.
        """
        self.request, self.target, self.report = request, target, report
        self._owners, self._constants, self._known_codes = owners, constants, known_codes
        self._from_osm = osm.is_osm(request.path)
        self.key = _key(target.layer, request, from_osm=self._from_osm)
        self.once: frozenset[str] = frozenset()
        self._labels: Mapping[int, str] | None = None
        self._meant: set[str] = set()
        self._meaningless: set[str] = set()

    def take(self, table: FeatureTable, stage: Stage) -> None:
        """Take a whole file."""
        blank = Cells(table, self._owners, self.request, self.report.problems, Facts((), (), ()))
        plan = plan_columns(table, self.target.layer, self.request, blank.means_nothing)
        self.key = self._key_of(table, plan)
        stage.find_by(self.key)
        facts = plan.facts()
        facts.add(table.columns)
        rows = self.take_part(table, plan, facts, stage)
        self._labels = dict(zip(rows.numbers, rows.labels, strict=True))
        self.tell(table, plan, facts)

    def take_part(self, table: FeatureTable, plan: ColumnPlan, facts: Facts, stage: Stage) -> Rows:
        """Take some features of a file; return their rows, good and bad.

        Args:
            table: the features.
            plan: what becomes of the file's columns.
            facts: what is known of them.
            stage: takes the rows.
        """
        layer, problems, first = self.target.layer, self.report.problems, table.first
        cells = Cells(table, self._owners, self.request, problems, facts)

        def known_codes(suspected: Sequence[str]) -> frozenset[str]:
            stage.settled()  # then nobody else uses the connection
            return self._known_codes(suspected)

        rows = prepare.prepare_part(table, plan, facts, self._constants, cells, known_codes)
        self._meant |= cells.meant
        self._meaningless |= cells.meaningless
        if self.request.limited_to is not None:
            rights.keep_to_own(rows, self.request.limited_to, problems)
        self._require_key(rows)
        told = frozenset(index for index, _, _ in table.faults)
        bounds = get_settings().region.bounds
        geometry.check(rows.labels, rows.geometry, layer, bounds, problems, told, first)
        for index, what, remedy in table.warnings:
            self.report.warnings.add(table.rows[index], what, remedy, first + index)
        stage.add(self._finished(rows.without(problems.rows)))
        stage.refuse(rows.among(problems.rows - rows.unsure))
        return rows

    def tell(self, table: FeatureTable, plan: ColumnPlan, facts: Facts) -> None:
        """Report what became of the columns, and where the features are."""
        report = self.report
        report.notes += table.notes
        report.texts += table.texts
        report.crs, report.crs_operation, report.places = table.crs, table.crs_operation, table.places
        if not table.ready:
            plan.tell(report, self.request, facts.filled)

    @property
    def has_meaningless(self) -> bool:
        """Tell whether a column may have a field's name, but no value of it: the whole file decides that."""
        return not self._meaningless <= self._meant

    def forget(self) -> None:
        """Forget what was taken."""
        self._meant, self._meaningless = set(), set()
        self.report.problems, self.report.warnings = Problems(self.report.file), Problems(self.report.file)

    def label(self, number: int, code: str | None) -> str:
        """Return what a row is called, by its number and the code in its key."""
        if self._labels is not None:
            return self._labels[number]
        return f"row {number + 1}" if code is None else f"row {number + 1} ({code})"

    def _key_of(self, table: FeatureTable, plan: ColumnPlan) -> tuple[str, ...]:
        """Return what is there of the key in an export of ours: drawings hold codes, but no days of validity.

        A file of another origin has to say which of the objects of one code it means.
        """
        given = tuple(name for name in self.key if name in plan.mapped or name in self._constants)
        needed = [name for name in self.key if name in self.target.needed]
        return given if table.exported and given and not {*needed} <= {*given} else self.key

    def _require_key(self, rows: Rows) -> None:
        """Note rows that lack a part of the key; what else new objects need is seen when these are known."""
        needed, file = self.target.needed, self.request.path.name
        missing = [name for name in needed if name not in rows.values and name not in rows.same]
        if not set(self.key).isdisjoint(missing):
            raise prepare.no_column(file, missing)
        prepare.require(rows, [name for name in needed if name in self.key], file, self.report.problems)

    def _finished(self, good: Rows) -> Rows:
        layer = self.target.layer
        if self._from_osm and layer.key == "street":
            good = osm_streets.group_ways(good, get_settings().region.metric_srid)
            self.report.notes.append(f"{self.report.read} ways make {len(good)} streets.")
        assert layer.geometry is not None  # noqa: S101 - such layers are refused before
        good.geometry = geometry.conform(good.geometry, layer.geometry)
        prepare.originate(good, osm.SOURCE if self._from_osm else self.request.path.name)
        self.once = good.once
        missing = [*self.key, *(("parent_id", "province_code") if layer.key == "admin_unit" else ())]
        for name in missing:
            if name not in good.values and name not in good.same:
                good.same = good.same | {name: None}
        return good


def _key(layer: Layer, request: ImportRequest, *, from_osm: bool) -> tuple[str, ...]:
    """Return the fields by which a row is an object: those that are asked for, else the layer's own key."""
    known = {field.name for field in importable(layer)} & {field.name for field in layer.public_fields}
    asked = tuple(name if name in known else f"{name}_id" for name in request.key)  # `owner` is `owner_id`
    unknown = [name for name, found in zip(request.key, asked, strict=True) if found not in known]
    if unknown:
        raise UsageError(
            both(
                f"--key {unknown[0]}: lớp {layer.key} không có trường này.",
                f"--key {unknown[0]}: the layer {layer.key} has no such field.",
            ),
            hint=both(f"Lớp có: {', '.join(sorted(known))}.", f"It has: {', '.join(sorted(known))}."),
        )
    # Codes from OpenStreetMap are the same object whoever owns it; others are numbers of an owner.
    usual = ("code",) if from_osm and request.limited_to is None else layer.natural_key
    return asked or usual
