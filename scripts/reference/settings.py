"""docs/reference/settings.md: every environment variable, its type, limits and default."""

from __future__ import annotations

import inspect
import re
from typing import Any

from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined
from pydantic_settings import BaseSettings

from gisreg.settings import Settings
from scripts.reference.markdown import cell, code, finish, start, table


def page() -> str:
    """Return the page."""
    lines = start(
        "Cấu hình / Settings",
        "Mọi cấu hình đọc từ biến môi trường có tiền tố `GISREG_`; giá trị sai làm chương trình dừng ngay "
        "và nói rõ biến nào.",
        "Every setting is an environment variable. A wrong value stops the program at once and names "
        "the variable.",
    )
    lines += _section(Settings)
    for field in Settings.model_fields.values():
        if group := _group(field):
            lines += _section(group)
    return finish(lines)


def _group(field: FieldInfo) -> type[BaseSettings] | None:
    kind = field.annotation
    return kind if inspect.isclass(kind) and issubclass(kind, BaseSettings) else None


def _section(group: type[BaseSettings]) -> list[str]:
    prefix = str(group.model_config.get("env_prefix", ""))
    paragraphs = inspect.cleandoc(group.__doc__ or "").split("\n\n")
    return [
        f"## {prefix}*",
        "",
        *(line for text in paragraphs for line in (cell(text), "")),
        *table(
            ("Variable", "Type", "Default", "Limits", "Meaning"),
            (
                [
                    code((prefix + name).upper()),
                    code(_type(field.annotation)),
                    _default(field),
                    _limits(field),
                    cell(field.description or ""),
                ]
                for name, field in group.model_fields.items()
                if _group(field) is None
            ),
        ),
    ]


def _type(kind: Any) -> str:
    name = kind.__name__ if inspect.isclass(kind) and not hasattr(kind, "__args__") else str(kind)
    for long, short in (
        ("pydantic.types.", ""),
        ("pathlib._local.", ""),
        ("pathlib.", ""),
        (" | None", ""),
        ("SecretStr", "secret text"),
        ("AwareDatetime", "date and time with zone"),
        ("NoneType", "none"),
    ):
        name = name.replace(long, short)
    return re.sub(r"\bstr\b", "text", name)


def _default(field: FieldInfo) -> str:
    if field.default is None:
        return "not set"
    return "" if field.default is PydanticUndefined else code(field.default)


_SIGNS = {"ge": "≥", "gt": ">", "le": "≤", "lt": "<"}


def _limits(field: FieldInfo) -> str:
    found = []
    for limit in field.metadata:
        found += [f"{sign} {getattr(limit, key)}" for key, sign in _SIGNS.items() if hasattr(limit, key)]
        if pattern := getattr(limit, "pattern", None):
            found.append(code(pattern))
    return ", ".join(found).replace("<", "&lt;")
