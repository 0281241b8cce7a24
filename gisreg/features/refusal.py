"""What the database refuses, in both languages.

Checks that people meet say themselves what is wrong and what to do, as `vi / en` with a hint. What PostgreSQL
says of its own, in English, stands behind a sentence of ours.
"""

from __future__ import annotations

import psycopg2
from psycopg2 import errors as pg

from gisreg.errors import ConflictError, ForbiddenError, InUseError, InvalidInputError
from gisreg.features.faults import Fault
from gisreg.said import Said, both
from layers import Layer

ASK_OWNER = both(
    "Hãy hỏi đơn vị chủ sở hữu hoặc cơ quan quản lý.", "Ask the people of its owner, or the authority."
)

_BETWEEN = " / "

_VI: tuple[tuple[type[Exception], str], ...] = (
    (pg.NotNullViolation, "không được để trống"),
    (pg.CheckViolation, "không thỏa điều kiện của cơ sở dữ liệu"),
    (pg.DataError, "có giá trị không lưu được"),
    (pg.InternalError, "có giá trị không xử lý được"),
)
"""What PostgreSQL's errors are, as the end of a sentence about a field or a constraint."""


def forbidden(layer: Layer) -> ForbiddenError:
    """Return the error for an object that the actor may not write, or not so."""
    return ForbiddenError(
        both(
            f"Đối tượng này của lớp “{layer.vi}” chỉ được xem, không được sửa, hoặc không được sửa như vậy.",
            f"You may see this {layer.key} but not change it, or not to that.",
        ),
        hint=ASK_OWNER,
    )


def taken(layer: Layer, error: pg.UniqueViolation | pg.ExclusionViolation) -> ConflictError:
    """Return the error for an object that there is already."""
    if (advice := _advice(error)) is not None:
        return ConflictError(_sentence(error), hint=advice)
    return ConflictError(
        both(
            f"Đã có đối tượng khác của lớp “{layer.vi}” cùng {' và '.join(layer.natural_key)}.",
            f"There is another {layer.key} with the same {' and '.join(layer.natural_key)}.",
        ),
        hint=both("Hãy sửa đối tượng đó, hoặc sửa lại khóa.", "Edit that one, or correct the key."),
    )


def in_use(layer: Layer) -> InUseError:
    """Return the error for an object on which something depends.

    That may be hidden from the actor: neither what it is nor how many there are is told.
    """
    return InUseError(
        both(
            f"Đối tượng này của lớp “{layer.vi}” vẫn đang được dùng trong sổ đăng ký.",
            f"This {layer.key} is still in use in the registry.",
        ),
        hint=both(
            "Hãy đặt trạng thái `removed` và giữ lại đối tượng; cơ quan quản lý biết gì phụ thuộc vào nó.",
            "Set its status to `removed` and keep it; the authority can say what depends on it.",
        ),
    )


def impossible(error: psycopg2.Error, hint: Said) -> InvalidInputError:
    """Return the error for values that a table cannot have.

    Args:
        error: what the database said.
        hint: what to do, where the database does not say it.
    """
    named = error.diag.constraint_name or error.diag.column_name
    name = named or "geometry"
    said = str(error.diag.message_primary)
    if (advice := _advice(error)) is not None:
        return InvalidInputError(_sentence(error), hint=advice, errors=[Fault(name, in_both(said)).json()])
    vi = next((one for kind, one in _VI if isinstance(error, kind)), "không lưu được")
    return InvalidInputError(
        Said(
            "Cơ sở dữ liệu từ chối: {0} ({1}).",
            "The database refuses this: {1}.",
            (f"{named} {vi}" if named else vi, said),
        ),
        hint=hint,
        errors=[Fault(name, Said("{0} ({1})", "{1}", (vi, said))).json()],
    )


def _advice(error: psycopg2.Error) -> Said | None:
    """Return what a check of ours says to do; PostgreSQL's own hints, in English alone, are none."""
    hint = error.diag.message_hint or ""
    return in_both(hint) if _BETWEEN in hint else None


def in_both(text: str) -> Said:
    """Return what a check of ours says as `vi / en`.

    Both halves name the same facts, and a fact may have the separator in it: the middle one parts them.
    """
    parts = text.split(_BETWEEN)
    half = len(parts) // 2
    if len(parts) % 2:
        return both(text, text)
    return both(_BETWEEN.join(parts[:half]), _BETWEEN.join(parts[half:]))


def _sentence(error: psycopg2.Error) -> Said:
    """Return what a check says as a whole sentence: what it says begins small, as it also follows a row."""
    said = in_both(str(error.diag.message_primary))
    return both(f"{_begun(said.vi)}.", f"{_begun(said.en)}.")


def _begun(text: str) -> str:
    return text[:1].upper() + text[1:]
