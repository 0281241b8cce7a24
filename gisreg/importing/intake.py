"""Features of a file, prepared, checked and sent to the stage: the good rows, and the keys of the rejected ones."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gisreg.importing import geometry, osm, osm_streets, prepare, rights
from gisreg.importing.prepare import Rows
from gisreg.importing.request import ImportReport, ImportRequest, Progress
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
        self._labels: dict[int, str] = {}

    def take(self, table: FeatureTable, stage: Stage, tell: Progress) -> None:
        """Send the good rows of a table and the keys of the rejected ones."""
        layer, report = self.target.layer, self.report
        problems = report.problems
        rows = prepare.prepare(table, layer, self._constants, self._owners, problems, report, self.request)
        if self.request.limited_to is not None:
            rights.keep_to_own(rows, self.request.limited_to, problems)
        prepare.require(rows, list(self.target.needed), self.request.path.name, problems)
        told = frozenset(index for index, _, _ in table.faults)
        geometry.check(rows.labels, rows.geometry, layer, get_settings().region.bounds, problems, told)
        for index, what, remedy in table.warnings:
            report.warnings.add(table.rows[index], what, remedy, index)
        rejected = problems.rows
        self._labels = dict(zip(rows.numbers, rows.labels, strict=True))
        stage.add(self._finished(rows.without(rejected)))
        stage.refuse(rows.among(rejected - rows.unsure))
        tell("stage", stage.count, len(table))

    def label(self, number: int, _code: str | None) -> str:
        """Return what a row is called."""
        return self._labels[number]

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
