"""Blocks of digested history rows: their common digest, and the row in which two copies differ."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

from gisreg.said import Said, both

_ADDED, _DELETED, _CHANGED = both("thêm", "added"), both("xóa", "deleted"), both("sửa", "changed")


@dataclass(frozen=True)
class Block:
    """A change set's rows of one history table within 65,536 history ids.

    `digest` is over the rows' whole digests; `leaves` holds 16 bytes a row: history id, 8 bytes of digest.
    """

    table: str
    number: int
    digest: bytes
    leaves: bytes

    def rows(self) -> dict[int, bytes]:
        """Return the short digests by history id."""
        return {
            struct.unpack_from(">q", self.leaves, place)[0]: self.leaves[place + 8 : place + 16]
            for place in range(0, len(self.leaves), 16)
        }


@dataclass(frozen=True)
class Difference:
    """The first row that differs; `history_id` is None where only the table is known."""

    table: str
    history_id: int | None
    told: Said


def content(record: bytes, blocks: Sequence[Block]) -> bytes:
    """Return the digest of a change set (as gisreg.chain_content computes it).

    Args:
        record: digest of the change set's own columns.
        blocks: in the order of table names (as bytes) and block numbers.
    """
    text = b"".join(
        block.table.encode() + b"\0" + struct.pack(">q", block.number) + block.digest for block in blocks
    )
    return sha256(record + text).digest()


def first_difference(now: Sequence[Block], sealed: Sequence[Block]) -> Difference | None:
    """Return the first row in which a change set's blocks differ, None where they are the same."""
    present = {(block.table, block.number): block for block in now}
    kept = {(block.table, block.number): block for block in sealed}
    for key in sorted(present.keys() | kept.keys()):
        if present.get(key) != kept.get(key):
            return _difference(key[0], present.get(key), kept.get(key))
    return None


def _difference(table: str, now: Block | None, sealed: Block | None) -> Difference:
    rows, kept = (now.rows() if now else {}), (sealed.rows() if sealed else {})
    for history_id in sorted(rows.keys() | kept.keys()):
        if rows.get(history_id) == kept.get(history_id):
            continue
        what = _ADDED if history_id not in kept else _DELETED if history_id not in rows else _CHANGED
        told = Said(
            "hàng {0} của history.{1} đã bị {2}",
            "the row {0} of history.{1} was {2}",
            (history_id, table, what),
        )
        return Difference(table, history_id, told)
    told = both(f"một hàng của history.{table} đã bị sửa", f"a row of history.{table} was changed")
    return Difference(table, None, told)
