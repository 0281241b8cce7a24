"""The rights table of the manual, read as the machine reads it."""

from __future__ import annotations

import re
from pathlib import Path

from gisreg.access.actor import PersonRole

PAGE = Path(__file__).parents[2] / "docs" / "rights.md"

COLUMNS = (
    None,
    PersonRole.VIEWER,
    PersonRole.ENGINEER,
    PersonRole.COORDINATOR,
    PersonRole.INSPECTOR,
    PersonRole.WARD_SUPERVISOR,
    PersonRole.AUTHORITY,
    PersonRole.ADMINISTRATOR,
)
"""The table's columns in their order; None is a visitor who has not signed in."""

LEVELS = ("không", "công khai", "chung", "trừ bí mật", "của mình", "tất cả")


def table() -> dict[str, dict[PersonRole | None, str]]:
    """Return the level of each role by the key in brackets that ends a row's first cell."""
    found = {}
    for line in PAGE.read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        key = re.search(r"\((\w+)\)$", cells[0])
        if line.startswith("|") and key and len(cells) == len(COLUMNS) + 1:
            assert set(cells[1:]) <= set(LEVELS), line
            found[key[1]] = dict(zip(COLUMNS, cells[1:], strict=True))
    return found


def allows(level: str, visibility: str, is_own: bool) -> bool:
    """Return whether a level of the table covers an object, told by its visibility and whose it is."""
    match level:
        case "tất cả":
            return True
        case "của mình":
            return is_own
        case "công khai":
            return visibility == "public"
        case "chung":
            return is_own or visibility in ("public", "partner")
        case "trừ bí mật":
            return is_own or visibility != "secret"
    return False
