"""Where a page of changes ended, as an opaque text."""

from __future__ import annotations

import base64
import binascii
import struct
from dataclasses import dataclass

from gisreg.database.connection import signing_key
from gisreg.errors import UsageError
from gisreg.history import sealed
from gisreg.said import both

_FORM = ">qHq"


@dataclass(frozen=True, order=True)
class Place:
    """The order of changes: change set, number of the table, row."""

    change_set_id: int
    table: int
    history_id: int

    def sealed(self) -> str:
        """Return the place as a cursor."""
        body = struct.pack(_FORM, self.change_set_id, self.table, self.history_id)
        return base64.urlsafe_b64encode(sealed.sealed(body, signing_key())).decode()

    @property
    def change_set(self) -> str:
        """Return a name of the change set that tells neither its number nor its place among others."""
        return sealed.sealed(struct.pack(">q", self.change_set_id), signing_key()).hex()


def opened(cursor: str) -> Place:
    """Return the place that a cursor names.

    Raises:
        UsageError: the text is no cursor of changes.
    """
    try:
        raw = base64.b64decode(cursor, altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raw = b""
    body = sealed.opened(raw, signing_key())
    if body is None or len(body) != struct.calcsize(_FORM):
        raise UsageError(
            both("`cursor` không phải của các thay đổi này.", "The cursor is not one of these changes."),
            hint=both(
                "Hãy theo liên kết `next` của trang, hoặc bắt đầu lại không có `cursor`.",
                "Follow the `next` link of a page; begin again without `cursor`.",
            ),
        )
    return Place(*struct.unpack(_FORM, body))
