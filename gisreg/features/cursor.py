"""Opaque paging cursors: the last id of a page, sealed with a check so that garbage is recognised."""

from __future__ import annotations

import base64
import binascii
import struct
from hashlib import blake2s

from gisreg.errors import UsageError
from gisreg.said import both

_CHECK = 4


def encode(layer: str, last_id: int) -> str:
    """Return the cursor that continues after `last_id` in a layer."""
    body = struct.pack(">q", last_id)
    return base64.urlsafe_b64encode(body + _check(layer, body)).decode().rstrip("=")


def decode(layer: str, cursor: str) -> int:
    """Return the id after which the page begins.

    Raises:
        UsageError: the text is no cursor of this layer.
    """
    try:
        raw = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raw = b""
    body, check = raw[:-_CHECK], raw[-_CHECK:]
    if len(body) != 8 or check != _check(layer, body):
        raise UsageError(
            both(
                "Giá trị cursor không phải của tập dữ liệu này.", "The cursor is not one of this collection."
            ),
            hint=both(
                "Hãy đi theo liên kết `next` của trang; bắt đầu lại mà không có `cursor`.",
                "Follow the `next` link of a page; begin again without `cursor`.",
            ),
        )
    return int(struct.unpack(">q", body)[0])


def _check(layer: str, body: bytes) -> bytes:
    return blake2s(layer.encode() + body, digest_size=_CHECK, person=b"cursor").digest()
