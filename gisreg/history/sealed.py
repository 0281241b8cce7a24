"""Numbers that leave the registry closed: gaps between change sets would tell how much others changed.

A number is hidden by a key that only the registry has (keyed BLAKE2s): the check of the text is what its
cover is made of, so the same text is always closed the same way, and what was altered does not open.
"""

from __future__ import annotations

from hashlib import blake2s

_CHECK = 8


def sealed(text: bytes, key: bytes) -> bytes:
    """Return a text of at most 32 bytes closed: 8 bytes of check, then the covered text."""
    check = blake2s(text, digest_size=_CHECK, key=_short(key), person=b"check").digest()
    return check + _covered(text, check, key)


def opened(closed: bytes, key: bytes) -> bytes | None:
    """Return the text, None where it was not closed with this key."""
    check, covered = closed[:_CHECK], closed[_CHECK:]
    if len(covered) > 32:
        return None
    text = _covered(covered, check, key)
    return text if sealed(text, key)[:_CHECK] == check else None


def _covered(text: bytes, check: bytes, key: bytes) -> bytes:
    cover = blake2s(check, key=_short(key), person=b"cover").digest()
    return bytes(one ^ two for one, two in zip(text, cover, strict=False))


def _short(key: bytes) -> bytes:
    return blake2s(key, person=b"numbers").digest()
