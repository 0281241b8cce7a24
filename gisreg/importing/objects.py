"""Which staged rows are objects of the registry, which are new ones, and which can be neither."""

from __future__ import annotations

from collections.abc import Collection

from gisreg.importing import nearby, prepare, zone_rows
from gisreg.importing.merge import Merge
from gisreg.importing.request import ImportReport, ImportRequest
from gisreg.importing.stage import Stage
from gisreg.said import Said

_CHECK_OWNER = Said(
    "Kiểm tra đơn vị chủ quản (--owner, hoặc cột của tệp ghi đơn vị ấy).",
    "Check the owner (--owner, or the column of owners).",
)


class Objects:
    """The objects of an import's rows.

    `matched`: how many rows are objects that exist; `fresh`: how many are new ones; `aliases`:
    how many are poles of other owners under a number of their owner, and are left out.
    """

    def __init__(self, merge: Merge, stage: Stage, request: ImportRequest, report: ImportReport) -> None:
        """Know nothing yet.

        Args:
            merge: finds them, from a stage on which no row is there twice.
            stage: what is known of the rows.
            request: how far rows without a code may be from their objects, whose rows they are.
            report: takes problems, warnings, and what was matched by distance.
        """
        self._merge, self._stage, self._request, self._report = merge, stage, request, report
        self.matched = self.fresh = self.aliases = 0

    def find(self, rows: int) -> None:
        """Find them for so many rows; rows that cannot be taken are noted and leave the stage.

        Raises:
            InvalidInputError: all rows are new, and the file has no column for a field that every object has.
        """
        merge, report = self._merge, self._report
        self.matched, unclear = merge.match(self._stage.marks.blank, report.problems)
        self.fresh = rows - unclear - self.matched
        if "code" in self._stage.marks.blank:
            self._find_nearby()
        self._leave_out(merge.keys_taken(report.problems))
        if self.matched:
            merge.settle()
        if self.fresh:
            self.aliases = merge.leave_aliases()
            self.fresh -= self.aliases
            if self.aliases:
                report.notes.append(
                    f"{self.aliases} rows are poles of other owners under numbers of this one: unchanged."
                )
            self._require_whole(rows)
        if merge.target.layer.key == "zone":
            self._check_zones()
        if self.fresh:
            self._warn_of_strangers()

    def _find_nearby(self) -> None:
        """Find the objects of rows without a code, and leave out those that could be several."""
        merge, report, asked = self._merge, self._report, self._request.match_within_m
        if not merge.by_place:
            return
        found = nearby.match_nearby(
            merge, self._stage.marks.blank, nearby.WITHIN_M if asked is None else asked, report.problems
        )
        self.matched += len(found.taken)
        self.fresh -= len(found.taken)
        report.matched = [(merge.label(number, None), name, metres) for number, name, metres in found.taken]
        self._leave_out(found.unclear)

    def _require_whole(self, rows: int) -> None:
        """Note rows that would be new objects and lack a field that every object has; leave them out."""
        merge, report = self._merge, self._report
        needed = [name for name in merge.target.needed if name not in merge.key]
        missing = [name for name in needed if name not in merge.names]
        if missing and self.fresh == rows:
            raise prepare.no_column(report.file, missing)
        lacking = set()
        for name in needed:
            what, remedy = prepare.lacks(name)
            for number, shown in merge.lacking(name) if name in self._stage.lacking | {*missing} else ():
                lacking.add(number)
                report.problems.add(merge.label(number, shown), what, remedy, number)
        self._leave_out(lacking)

    def _check_zones(self) -> None:
        merge, faulty = self._merge, set()
        for number, what, remedy in zone_rows.faults(merge.connection, merge.names):
            faulty.add(number)
            self._report.problems.add(merge.label(number, None), what, remedy, number)
        self._leave_out(faulty)

    def _warn_of_strangers(self) -> None:
        merge = self._merge
        for number, shown, other in merge.strangers(seen_only=self._request.limited_to is not None):
            what = Said(
                "đối tượng của {0} đã có mã này; đối tượng thứ hai sẽ là của đơn vị khác.",
                "an object of {0} has this code already; a second one becomes that of another owner.",
                (other,),
            )
            self._report.warnings.add(merge.label(number, shown), what, _CHECK_OWNER, number)

    def _leave_out(self, numbers: Collection[int]) -> None:
        gone = self._merge.leave_out(numbers)
        self.matched -= gone
        self.fresh -= len(numbers) - gone
