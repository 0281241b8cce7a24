"""Administrative units: level and kind from the unit's full name."""

from __future__ import annotations

from gisreg.importing.table import FeatureTable
from gisreg.importing.text import clean, folded

_KINDS = {
    folded(word): (kind, level)
    for word, kind, level in (
        ("Tỉnh", "tinh", "province"),
        ("Quận", "quan", "district"),
        ("Huyện", "huyen", "district"),
        ("Thị xã", "thi_xa", "district"),
        ("Phường", "phuong", "commune"),
        ("Xã", "xa", "commune"),
        ("Thị trấn", "thi_tran", "commune"),
        ("Đặc khu", "dac_khu", "commune"),
    )
}


def kind_and_level(name: str | None, code: str | None) -> tuple[str | None, str | None]:
    """Return (kind, level) as the first words of a full name say, (None, None) where they do not.

    `Thành phố` alone leaves the level open; a two-digit code is a province's.
    """
    words = [folded(word) for word in (name or "").split()]
    if words[:2] == ["thanh", "pho"]:
        return "thanh_pho", "province" if code is not None and len(code) == 2 else "district"
    for length in (2, 1):
        found = _KINDS.get("".join(words[:length])) if len(words) > length else None
        if found:
            return found
    return None, None


def complete(table: FeatureTable, mapped: dict[str, str]) -> dict[str, str]:
    """Add the columns `kind` and `level` to a table of units where the file has none.

    Args:
        table: the features as read; changed in place.
        mapped: field -> column; returned with the added columns.
    """
    names = [clean(value) for value in table.columns.get(mapped.get("name", ""), [None] * len(table))]
    codes = [clean(value) for value in table.columns.get(mapped.get("gso_code", ""), [None] * len(table))]
    guessed = [kind_and_level(name, code) for name, code in zip(names, codes, strict=True)]
    for position, field in enumerate(("kind", "level")):
        if field not in mapped and any(guess[position] for guess in guessed):
            column = f"{field} (from the name)"
            table.columns[column] = [guess[position] for guess in guessed]
            mapped = mapped | {field: column}
    return mapped
