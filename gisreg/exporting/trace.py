"""The line that every file carries: who took it, when, under which number."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from gisreg.clock import local
from gisreg.exporting.formats import Format
from gisreg.settings import get_settings

MARK_SHEET = "gisreg_export"
"""The sheet of a workbook that says who took it."""
MARK_SYSTEM = "he toa do / reference system"
"""What stands before the reference system there."""


@dataclass(frozen=True)
class Trace:
    """Who took what: enough to find the line of the register from the file alone."""

    number: str
    person: str
    organisation: str | None
    at: datetime
    subject: str
    purpose: str | None = None
    head: str | None = None
    """Head of the history's chain, as `gisreg.history.export.printed` gives it."""

    @property
    def vi(self) -> str:
        """Return the line in Vietnamese."""
        return f"Xuất bởi {self._who} ngày {local(self.at):%d/%m/%Y} số {self.number}"

    @property
    def en(self) -> str:
        """Return the line in English."""
        return f"Exported by {self._who} on {local(self.at):%Y-%m-%d}, number {self.number}"

    @property
    def line(self) -> str:
        """Return the line in both languages, with the head of the history."""
        return f"{self.vi} / {self.en}. {self.sealed}"

    @property
    def sealed(self) -> str:
        """Return up to which head the history was sealed, in both languages."""
        return f"Lịch sử niêm phong đến / history sealed up to: {self.head or '-'}"

    @property
    def _who(self) -> str:
        return f"{self.person} ({self.organisation})" if self.organisation else self.person

    def facts(self, form: Format, srid: int) -> tuple[tuple[str, str], ...]:
        """Return what a sheet, a table or a README says, as name and text."""
        region = get_settings().region
        return (
            ("so / number", self.number),
            ("dong ghi / mark", self.line),
            ("nguoi xuat / person", self.person),
            ("don vi / organisation", self.organisation or "-"),
            ("luc / at", local(self.at).isoformat(timespec="seconds")),
            ("noi dung / subject", self.subject),
            ("muc dich / purpose", self.purpose or "-"),
            (MARK_SYSTEM, f"EPSG:{srid}"),
            ("mat gi / what is lost", f"{form.loses_vi} / {form.loses_en}"),
            ("dau chuoi lich su / head of the history", self.head or "-"),
            ("tu / from", f"{region.agency_name_vi} / {region.agency_name_en}"),
        )
