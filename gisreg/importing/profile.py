"""Mapping profiles: what the columns of one organisation's files mean, kept as YAML."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any

import yaml

from gisreg.errors import InvalidInputError
from gisreg.importing.request import ColumnOptions, ImportRequest, TableOptions
from gisreg.said import Said, both

_LARGEST = 1_000_000
_TABLE = {item.name for item in fields(TableOptions)}
_CHOICES = {
    "hidden": ("keep", "skip"),
    "dates": ("dmy", "mdy"),
    "decimal": ("comma", "point"),
    "axes": ("xy", "yx"),
}


@dataclass(frozen=True)
class Profile:
    """What a profile says; every part may be missing.

    `columns`: column -> field, `own` or `drop`; `values`: field -> text -> code; `units`: column ->
    unit; `constants`: field -> value; `table`: options of `TableOptions`; `crs`, `encoding`, `owner`.
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    units: Mapping[str, str] = field(default_factory=dict)
    constants: Mapping[str, str] = field(default_factory=dict)
    table: Mapping[str, Any] = field(default_factory=dict)
    crs: str | None = None
    encoding: str | None = None
    owner: str | None = None

    def apply(self, request: ImportRequest) -> ImportRequest:
        """Return the request with what it leaves open filled from the profile."""
        blank = TableOptions()
        said = {
            name: value
            for name, value in self.table.items()
            if getattr(request.table, name) == getattr(blank, name)
        }
        return replace(
            request,
            crs=request.crs or self.crs,
            encoding=request.encoding or self.encoding,
            owner=request.owner or self.owner,
            constants={**self.constants, **request.constants},
            table=replace(request.table, **said),
            columns=ColumnOptions(
                {**self.columns, **request.columns.fields},
                {**self.values, **request.columns.values},
                {**self.units, **request.columns.units},
            ),
        )

    def as_dict(self) -> dict[str, Any]:
        """Return what the profile says, without empty parts."""
        return {item.name: value for item in fields(self) if (value := getattr(self, item.name))}


def read_profile(path: Path) -> Profile:
    """Return the profile in a YAML file.

    Raises:
        InvalidInputError: it cannot be read, or holds something that no profile has; names it.
    """
    if not path.is_file() or path.stat().st_size > _LARGEST:
        raise InvalidInputError(
            both(f"{path}: không có mẫu cột này.", f"{path}: there is no such profile."),
            hint=both("Hãy xem lại --profile.", "Check --profile."),
        )
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise InvalidInputError(
            both(f"{path.name}: không phải YAML: {error}.", f"{path.name}: is no YAML: {error}."),
            hint=both(
                "Hãy so với ví dụ trong docs/import.md.", "Compare it with the example in docs/import.md."
            ),
        ) from error
    return profile_of(content, path.name)


def profile_of(content: Any, name: str) -> Profile:
    """Return a profile from what a YAML or JSON document holds.

    Raises:
        InvalidInputError: a part is unknown or of the wrong kind; names it.
    """
    known = {item.name for item in fields(Profile)}

    def refuse(what: Said) -> InvalidInputError:
        return InvalidInputError(
            both(f"{name}: {what.vi}.", f"{name}: {what.en}."),
            hint=both(
                f"Mẫu ánh xạ gồm: {', '.join(sorted(known))}; xem docs/import.md.",
                f"A profile has: {', '.join(sorted(known))}; see docs/import.md.",
            ),
        )

    if not isinstance(content, dict):
        raise refuse(Said("không phải mẫu cột", "is no profile"))
    unknown = [key for key in content if key not in known]
    if unknown:
        raise refuse(Said("{0} không thuộc mẫu cột", "{0} is no part of a profile", (str(unknown[0]),)))
    parts: dict[str, Any] = {}
    for key in ("columns", "units", "constants"):
        parts[key] = _texts(content.get(key), key, refuse)
    values = content.get("values") or {}
    if not isinstance(values, dict):
        raise refuse(Said("values không phải bảng ánh xạ", "values is no mapping"))
    parts["values"] = {str(key): _texts(words, f"values of {key}", refuse) for key, words in values.items()}
    for key in ("crs", "encoding", "owner"):
        parts[key] = None if content.get(key) is None else str(content[key])
    parts["table"] = _table(content.get("table") or {}, refuse)
    return Profile(**parts)


Refuse = Callable[[Said], InvalidInputError]


def _texts(part: Any, what: str, refuse: Refuse) -> dict[str, str]:
    if part is None:
        return {}
    if not isinstance(part, dict) or any(isinstance(value, (dict, list)) for value in part.values()):
        raise refuse(Said("{0} không phải danh sách các cặp", "{0} is no list of pairs", (what,)))
    return {str(key): str(value) for key, value in part.items()}


def _table(part: Any, refuse: Refuse) -> dict[str, Any]:
    if not isinstance(part, dict) or not part.keys() <= _TABLE:
        raise refuse(
            Said(
                "table có phần khác ngoài {0}", "table has other parts than {0}", (", ".join(sorted(_TABLE)),)
            )
        )
    for key, allowed in _CHOICES.items():
        if part.get(key) not in (None, *allowed):
            raise refuse(
                Said(
                    "table: {0} là {1}, không phải {2}",
                    "table: {0} is {1}, not {2}",
                    (key, str(part[key]), Said("{0} hoặc {1}", "{0} or {1}", allowed)),
                )
            )
    if not isinstance(part.get("header_row", 1), int):
        raise refuse(Said("table: header_row không phải là số", "table: header_row is no number"))
    return dict(part)
