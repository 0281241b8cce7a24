"""Settings that cannot be used: which variable of the environment it is, and what it must be."""

from __future__ import annotations

import os
from collections.abc import Iterator

from pydantic import ValidationError
from pydantic_settings import BaseSettings, SettingsError

from gisreg import settings
from gisreg.errors import UsageError
from gisreg.faults import said_of
from gisreg.said import Said, both, listed

_HINT = both(
    "Sửa biến môi trường ấy; các cài đặt được mô tả trong docs/reference/settings.md.",
    "Correct that variable of the environment; docs/reference/settings.md describes the settings.",
)
_NO_LIST = both(
    "không đọc được; phải là JSON, ví dụ [1, 2]", "it cannot be read; it must be JSON such as [1, 2]"
)


def refusal(error: ValueError) -> UsageError | None:
    """Return what to tell people of an error of reading settings, None where it is another error.

    Values are never told: some of them are secrets.
    """
    if isinstance(error, SettingsError):
        return _refused([(f"{name}: ", _NO_LIST) for name in _variables_of(str(error))])
    kinds = {kind.__name__: kind for kind in _kinds()}
    if not isinstance(error, ValidationError) or error.title not in kinds:
        return None
    prefix = kinds[error.title].model_config.get("env_prefix", "")
    return _refused(
        [
            # What concerns several settings at once names them itself.
            (f"{prefix}{'_'.join(map(str, fault['loc']))}: ".upper() if fault["loc"] else "", said_of(fault))
            for fault in error.errors(include_url=False, include_input=False)
        ]
    )


def _refused(faults: list[tuple[str, Said]]) -> UsageError:
    told = listed([Said("{0}{1}", "{0}{1}", fault) for fault in faults], "; ")
    return UsageError(
        both(f"Cài đặt không dùng được: {told.vi}.", f"A setting cannot be used: {told.en}."), hint=_HINT
    )


def _kinds() -> Iterator[type[BaseSettings]]:
    for kind in vars(settings).values():
        if isinstance(kind, type) and issubclass(kind, BaseSettings):
            yield kind


def _variables_of(message: str) -> list[str]:
    """Return the variables that are set and whose field the message of a source names."""
    given = {name.upper() for name in os.environ}
    return [
        name
        for kind in _kinds()
        for field in kind.model_fields
        if f'"{field}"' in message
        and (name := f"{kind.model_config.get('env_prefix', '')}{field}".upper()) in given
    ]
