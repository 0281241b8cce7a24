"""Features of a file, prepared, checked and staged: the good rows, and the keys of the rejected ones."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gisreg.importing import geometry, osm, osm_streets, prepare, rights
from gisreg.importing.cells import Cells
from gisreg.importing.column_plan import ColumnPlan, plan_columns
from gisreg.importing.facts import Facts
from gisreg.importing.prepare import Rows
from gisreg.importing.problems import Problems
from gisreg.importing.request import ImportReport, ImportRequest
from gisreg.importing.stage import Stage
from gisreg.importing.table import FeatureTable
from gisreg.importing.target import Target
from gisreg.settings import get_settings


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
        report: ImportReport,
    ) -> None:
        """Begin without rows.

        Args:
            request: what to import, and how.
            target: where it goes.
            owners: organisation id by folded code, name or alias.
            constants: field -> value for rows where the file says nothing.
            report: takes problems, warnings, and what became of the columns.
        """
        self.request, self.target, self.report = request, target, report
        self._owners, self._constants = owners, constants
        self._from_osm = osm.is_osm(request.path)
        # Codes from OpenStreetMap are the same object whoever owns it; others are numbers of an owner.
        everybodys = self._from_osm and request.limited_to is None
        self.key = ("code",) if everybodys else target.layer.natural_key
        self.once: frozenset[str] = frozenset()
        self._labels: Mapping[int, str] | None = None

    def take(self, table: FeatureTable, stage: Stage) -> None:
        """Take a whole file."""
        plan = plan_columns(table, self.target.layer, self.request)
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
        rows = prepare.prepare_part(table, plan, facts, self._constants, cells)
        if self.request.limited_to is not None:
            rights.keep_to_own(rows, self.request.limited_to, problems)
        prepare.require(rows, list(self.target.needed), self.request.path.name, problems)
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
        report.crs, report.crs_operation, report.places = table.crs, table.crs_operation, table.places
        if not table.ready:
            plan.tell(report, self.request, facts.filled)

    def forget(self) -> None:
        """Forget what was taken."""
        self.report.problems, self.report.warnings = Problems(self.report.file), Problems(self.report.file)

    def label(self, number: int, code: str | None) -> str:
        """Return what a row is called, by its number and the code in its key."""
        if self._labels is not None:
            return self._labels[number]
        return f"row {number + 1}" if code is None else f"row {number + 1} ({code})"

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
