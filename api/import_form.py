"""The form of the page of one upload: what it says, as choices."""

from __future__ import annotations

import re
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from gisreg.errors import UsageError
from gisreg.faults import said_of
from gisreg.importing.choices import Choices
from gisreg.said import both

Text = Annotated[str, Field(max_length=10_000, pattern=r"^[^\x00]*$")]
Texts = Annotated[list[Text], Field(max_length=300)]

_LINE = re.compile(r"^\s*(.{1,300}?)\s*=\s*(.*?)\s*$")
_VALUE = re.compile(r"^\s*([a-z_]{1,60})\s*:\s*(.{1,300}?)\s*=\s*(.*?)\s*$")

_ONES = (
    "crs", "coordinates", "encoding", "source_layer", "sheet", "sheet_column", "header_row", "hidden",
    "decimal", "axes", "valid_from", "replace_scope", "match_within_m",
)  # fmt: skip
"""Fields of one value, of which an empty one says nothing."""


class ImportForm(BaseModel):
    """What the page sends: a decision, and how the file is to be read.

    `guess`: a reference system that was offered, `EPSG:9209|swapped`; `answer`: answers to what the file left
    open, each `choice=value`; several of one choice are joined by commas. `column` and `field` belong
    together.
    """

    model_config = ConfigDict(extra="ignore")

    csrf_token: Text = ""
    decision: Text = ""
    version: Annotated[int, Field(ge=1, lt=2**31)]
    guess: Text = ""
    answer: Texts = []
    crs: Text = ""
    coordinates: Text = ""
    encoding: Text = ""
    source_layer: Text = ""
    sheet: Text = ""
    all_sheets: bool = False
    sheet_column: Text = ""
    header_row: Text = ""
    hidden: Text = ""
    dates: Text = "dmy"
    decimal: Text = ""
    axes: Text = ""
    valid_from: Text = ""
    replace_scope: Text = ""
    key: Text = ""
    match_within_m: Text = ""
    constants: Text = ""
    units: Text = ""
    values: Text = ""
    column: Texts = []
    field: Texts = []
    accept_damaged: bool = False
    repair: bool = False
    keep_z: bool = False
    profile_name: Text = ""

    def choices(self, before: Choices) -> Choices:
        """Return what was chosen before, changed as the form says.

        Raises:
            UsageError: a line or a value is none that can be.
        """
        said: dict[str, Any] = {name: getattr(self, name).strip() or None for name in _ONES}
        said |= {"key": self.key, "dates": self.dates or "dmy", "all_sheets": self.all_sheets}
        said |= {
            "accept_damaged": self.accept_damaged,
            "repair": self.repair,
            "keep_z": self.keep_z,
            "constants": _pairs(self.constants, "field=value", "kind=telecom"),
            "units": _pairs(self.units, "column=unit", "cao=cm"),
            "values": self._values(),
            "columns": {name: what for name, what in zip(self.column, self.field, strict=False) if what},
        }
        if self.guess:
            crs, _, coordinates = self.guess.partition("|")
            said |= {"crs": crs or None, "coordinates": coordinates or None}
        said |= self._answers()
        try:
            return before.model_validate(before.model_dump() | said)
        except ValidationError as error:
            fault = error.errors()[0]
            where = ".".join(map(str, fault["loc"]))
            raise UsageError(
                both(f"{where}: {said_of(fault).vi}.", f"{where}: {said_of(fault).en}."),
                hint=both("Hãy sửa lại trong biểu mẫu.", "Correct it in the form."),
            ) from error

    @property
    def is_new(self) -> bool:
        """Tell whether the form answers a question, so that the file is to be looked at again."""
        return bool(self.guess or self.answer)

    def _answers(self) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for text in self.answer:
            choice, equals, value = text.partition("=")
            if equals and choice in Choices.model_fields and value.strip():
                found[choice] = f"{found[choice]},{value}" if choice in found else value
        return found

    def _values(self) -> dict[str, dict[str, str]]:
        found: dict[str, dict[str, str]] = {}
        for field, text, code in _lines(self.values, _VALUE, "field: text=code", "kind: hạ thế=power_lv"):
            found.setdefault(field, {})[text] = code
        return found


def lines(said: dict[str, str]) -> str:
    """Return pairs as lines of a form."""
    return "\n".join(f"{name}={value}" for name, value in said.items())


def value_lines(said: dict[str, dict[str, str]]) -> str:
    """Return meanings of values as lines of a form."""
    return "\n".join(
        f"{field}: {text}={code}" for field, words in said.items() for text, code in words.items()
    )


def _pairs(text: str, how: str, example: str) -> dict[str, str]:
    return {found[0]: found[1] for found in _lines(text, _LINE, how, example)}


def _lines(text: str, form: re.Pattern[str], how: str, example: str) -> list[tuple[str, ...]]:
    found = []
    for line in filter(str.strip, text.splitlines()):
        parts = form.match(line)
        if parts is None:
            raise UsageError(
                both(f"{line[:100]!r} không theo dạng `{how}`.", f"{line[:100]!r} is no `{how}`."),
                hint=both(f"Ghi mỗi dòng một mục, ví dụ {example}.", f"Write one a line, such as {example}."),
            )
        found.append(parts.groups())
    return found
