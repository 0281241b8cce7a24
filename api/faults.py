"""The field of a request that its validation is about."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def field_of(fault: Mapping[str, Any]) -> str:
    """Return the name of the field that a fault of pydantic is about; for a body that is none: `body`."""
    return ".".join(str(part) for part in fault["loc"][1:]) or str(fault["loc"][0])
