"""Where a page of changes ended, as an opaque text."""

from __future__ import annotations

import base64
import binascii
import struct
from dataclasses import dataclass
from hashlib import blake2s

from gisreg.errors import UsageError

_FORM = ">qHq"
_CHECK = 4


@dataclass(frozen=True, order=True)
class Place:
    """The order of changes: change set, number of the table, row."""

    change_set_id: int
    table: int
    history_id: int

    def sealed(self) -> str:
        """Return the place as a cursor."""
        body = struct.pack(_FORM, self.change_set_id, self.table, self.history_id)
        return base64.urlsafe_b64encode(body + _check(body)).decode()


def opened(cursor: str) -> Place:
    """Return the place that a cursor names.

    Raises:
        UsageError: the text is no cursor of changes.
    """
    try:
        raw = base64.b64decode(cursor, altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raw = b""
    body, check = raw[:-_CHECK], raw[-_CHECK:]
    if len(body) != struct.calcsize(_FORM) or check != _check(body):
        raise UsageError(
            "The cursor is not one of these changes.",
            hint="Follow the `next` link of a page; begin again without `cursor`.",
        )
    return Place(*struct.unpack(_FORM, body))


def _check(body: bytes) -> bytes:
    return blake2s(body, digest_size=_CHECK, person=b"changes").digest()
