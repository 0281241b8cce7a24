"""A large file taken part by part, so that memory does not grow with it.

What the text and the reference system of a file are, and how its columns are written, can be said for sure
only when all of it was seen. So the first part is believed, and the rest is watched: where it turns out
otherwise, what was staged is forgotten, and the file is taken once more with what is known then, or whole.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
import psycopg2.extensions
from pyproj import CRS

from gisreg.importing import arrow_file, content, ofds, placing, read, repair
from gisreg.importing.arrangement import Arrangement
from gisreg.importing.arrow_file import ArrowFile
from gisreg.importing.code_page import stated
from gisreg.importing.column_plan import plan_columns
from gisreg.importing.facts import Facts
from gisreg.importing.ground import words_of
from gisreg.importing.intake import Intake
from gisreg.importing.request import ImportRequest, Progress
from gisreg.importing.stage import Stage
from gisreg.importing.table import FeatureTable
from gisreg.importing.watch import Watch, compose
from layers import Layer


class Parts:
    """A file that is read part by part, as often as it is asked for; geometry in EPSG:4326."""

    def __init__(self, request: ImportRequest, layer: Layer, file: ArrowFile) -> None:
        """Read nothing yet."""
        self.file = file
        self.request = request
        self.layer = layer
        self.arrangement = Arrangement.parse(request.coordinates)
        self.crs: CRS | None = None

    def tables(self, watch: Watch | None = None) -> Iterator[FeatureTable]:
        """Yield the parts; those that a watch is given are seen by it as they are read.

        Ends with the first part where its reference system is not plainly said.
        """
        for table in self.file.batches(mend=self.request.repair):
            if watch is not None:
                watch.look(table)
            compose(table)
            if self.request.repair and self.layer.geometry is not None:
                repair.repair(table, self.layer.geometry)
            if table.first == 0:
                self.crs = placing.plain_system(table, self.request)
            if self.crs is None:
                return
            placing.move(table, self.crs, self.arrangement)
            if self.request.keep_z:
                table.columns["z"] = table.heights or [None] * len(table)
            yield table

    def chosen(self, numbers: Sequence[int]) -> FeatureTable:
        """Return some of the features, given by their places in the file, in its order."""
        wanted = np.asarray(numbers, dtype=np.int64)
        found = []
        for table in self.tables():
            inside = wanted[(wanted >= table.first) & (wanted < table.first + len(table))]
            if len(inside):
                found.append(table.chosen(inside.tolist()))
        return _joined(found)


def opened(request: ImportRequest, layer: Layer) -> Parts | None:
    """Return a file that can be taken part by part, None where it has to be read as a whole.

    Units and streets are put together out of all their rows; text in a stated encoding is no plain text.

    Raises:
        InvalidInputError: it is not what its name says.
    """
    path = request.path
    if layer.key in ("admin_unit", "street") or request.encoding is not None or "!" in str(path):
        return None
    if not arrow_file.is_large(path):
        return None
    content.check(path)
    if ofds.is_ofds(path) or (path.suffix.lower() == ".shp" and "UTF-8" not in (stated(path) or "").upper()):
        return None
    file = arrow_file.opened(path, request.source_layer)
    return None if file is None else Parts(request, layer, file)


def take(
    connection: psycopg2.extensions.connection, parts: Parts, intake: Intake, stage: Stage, tell: Progress
) -> bool:
    """Stage a file part by part.

    Args:
        connection: to ask the registry for its words and wards.
        parts: the file.
        intake: prepares and checks each part.
        stage: takes the rows.
        tell: called as it goes on.

    Returns:
        Whether it was taken; otherwise nothing is staged, and it has to be read as a whole.
    """
    known: Facts | None = None
    while True:
        attempt = _Attempt(parts, intake, stage, known)
        try:
            whole = attempt.run(tell)
        except arrow_file.UnreadableError:
            whole = False
        if not whole or not attempt.is_plain(connection):
            intake.forget()
            stage.again()
            return False
        if attempt.held:
            attempt.tell()
            return True
        known = attempt.seen.believed()
        intake.forget()
        stage.again()


class _Attempt:
    """One way through a file."""

    def __init__(self, parts: Parts, intake: Intake, stage: Stage, known: Facts | None) -> None:
        self._parts, self._intake, self._stage = parts, intake, stage
        self._believed = known
        self._watch = Watch(parts.layer)

    def run(self, tell: Progress) -> bool:
        """Stage all parts; return whether there was more than one, as only large files are taken so."""
        self.count = 0
        for table in self._parts.tables(self._watch):
            if self.count == 0:
                if len(table) < arrow_file.BATCH:
                    return False
                self._first = replace(table, columns={}, geometry=table.geometry[:0], rows=())
                self._plan = plan_columns(table, self._parts.layer, self._parts.request)
                self.seen = self._plan.facts()
            self.seen.add(table.columns)
            if self._believed is None:
                self._believed = self.seen.believed()
            self._intake.take_part(table, self._plan, self._believed, self._stage)
            self.count += len(table)
            tell("stage", self.count, 0)
        return self.count > 0

    def is_plain(self, connection: psycopg2.extensions.connection) -> bool:
        """Tell whether columns, text and places are what they were taken for."""
        self._stage.settled()
        if self._intake.has_meaningless:
            return False
        crs, request = self._parts.crs, self._parts.request
        if not self._watch.has_plain_text(lambda: words_of(connection)):
            return False
        if crs is None or request.crs is not None:
            return crs is not None
        return self._watch.lies_plainly(connection, crs, self._parts.arrangement)

    @property
    def held(self) -> bool:
        """Tell whether what was believed of the columns is what was seen of them."""
        return self._believed is not None and self._believed.told == self.seen.told

    def tell(self) -> None:
        """Report what was read."""
        file = self._parts.file
        with_heights = [read.HEIGHTS.format(file.with_heights)] if file.with_heights else []
        self._intake.report.read = self.count
        self._first.notes = [*file.notes, *with_heights, *self._first.notes]
        self._intake.tell(self._first, self._plan, self.seen)


def _joined(tables: list[FeatureTable]) -> FeatureTable:
    """Return several parts as one table of Python values."""
    first = tables[0]
    return replace(
        first,
        rows=[row for table in tables for row in table.rows],
        columns={
            name: [cell for table in tables for cell in _values(table.columns[name])]
            for name in first.columns
        },
        geometry=np.concatenate([table.shapes for table in tables]),
    )


def _values(column: object) -> list[object]:
    return column if isinstance(column, list) else column.to_pylist()  # type: ignore[attr-defined]
