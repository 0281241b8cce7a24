"""Compute the whole chain anew and name the first thing that is not as it was sealed.

The links are computed here, not in the database; the digests of rows by the database's functions, which
`gisreg db migrate` puts there anew from this program.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from psycopg2 import sql

from gisreg.database.connection import PgConnection
from gisreg.features.catalogue import template
from gisreg.history.blocks import Block, content, first_difference
from gisreg.history.chain import queries
from gisreg.history.heads import Exported
from gisreg.said import Said, both

STEP = 2_000
"""Change sets that are compared at once."""


@dataclass(frozen=True)
class Break:
    """What is broken first.

    `number` of the link, `change_set_id`, `table` (of schema history, or `change_set`, `chain`,
    `chain_block`) and `history_id` as far as they are known; `told` says it in a sentence.
    """

    told: Said
    number: int | None = None
    change_set_id: int | None = None
    table: str | None = None
    history_id: int | None = None


@dataclass(frozen=True)
class Verdict:
    """How many links were checked, how many heads agreed, and what is broken first (None: nothing).

    Nothing is proven of the `unsealed` change sets: nobody has sealed them yet.
    """

    links: int
    heads: int
    unsealed: int
    broken: Break | None


@dataclass(frozen=True)
class _Link:
    number: int
    change_set_id: int
    record: bytes
    content: bytes
    previous: bytes
    sealed_us: int
    digest: bytes

    def computed(self) -> bytes:
        """Return the digest that the link must have (as gisreg.chain_link computes it)."""
        parts = (_int8(self.number), _int8(self.change_set_id), self.content, self.previous)
        return sha256(b"".join(parts) + _int8(self.sealed_us)).digest()


def verify(connection: PgConnection, heads: Sequence[Exported] = ()) -> Verdict:
    """Check every link, every change set and every history row, and the exported heads.

    Args:
        connection: as the worker, which sees every row.
        heads: as read from files that the server could not rewrite.
    """
    wanted = {head.number for head in heads}
    printed = {head.digest for head in heads if head.number is None}
    met: set[str] = set()
    previous, last, agreed = sha256(b"").digest(), 0, 0
    broken: Break | None = None
    digests: dict[int, bytes] = {}
    while broken is None:
        rows = list(queries.links(connection, after=last, most=STEP))
        if not rows:
            break
        links = [_link(row) for row in rows]
        fault = None
        for place, link in enumerate(links):
            fault = _link_fault(link, last + 1, previous)
            if fault is not None:
                links = links[:place]
                break
            previous, last = link.digest, link.number
            if link.number in wanted:
                digests[link.number] = link.digest
            if printed and link.digest.hex() in printed:
                met.add(link.digest.hex())
        # What is before the faulty link comes first.
        broken = _content_fault(connection, links) or fault
    if broken is None:
        broken = _orphan(connection)
    # A chain that was made anew agrees with itself; only a head from elsewhere tells.
    for head in heads:
        found = None if head.number is None else digests.get(head.number)
        if head.digest in met if head.number is None else found is not None and found.hex() == head.digest:
            agreed += 1
        elif broken is None:
            broken = _head_fault(head, found, last)
    return Verdict(last, agreed, int(queries.unsealed(connection)), broken)


def _link(row: tuple[Any, ...]) -> _Link:
    number, own, record, summed, previous, sealed_us, digest = row
    return _Link(number, own, bytes(record), bytes(summed), bytes(previous), sealed_us, bytes(digest))


def _link_fault(link: _Link, number: int, previous: bytes) -> Break | None:
    if link.number != number:
        told = both(
            f"Chuỗi thiếu mắt xích {number}.",
            f"The link {number} is missing from the chain.",
        )
        return Break(told, number, table="chain")
    if link.previous != previous or link.digest != link.computed():
        own = link.change_set_id
        told = both(
            f"Mắt xích {number} (nhóm thay đổi {own}) không nối tiếp mắt xích trước.",
            f"The link {number} (change set {own}) does not follow from the one before.",
        )
        return Break(told, number, own, "chain")
    return None


def _content_fault(connection: PgConnection, links: Sequence[_Link]) -> Break | None:
    """Return the first of these change sets whose own row or history rows are not as sealed."""
    ids = [link.change_set_id for link in links]
    records = {row[0]: bytes(row[1]) for row in queries.records(connection, ids=ids)}
    now = _by_change_set(queries.blocks_now(connection, ids=ids))
    sealed = _by_change_set(queries.blocks_sealed(connection, ids=ids))
    for link in links:
        number, own = link.number, link.change_set_id
        if own not in records:
            told = both(
                f"Nhóm thay đổi {own} (mắt xích {number}) đã bị xóa.",
                f"The change set {own} (link {number}) was deleted.",
            )
            return Break(told, number, own, "change_set")
        if records[own] != link.record:
            told = both(
                f"Nhóm thay đổi {own} (mắt xích {number}) đã bị đổi: người, lúc, lý do khác khi niêm phong.",
                f"The change set {own} (link {number}) was changed: who, when or why is not as sealed.",
            )
            return Break(told, number, own, "change_set")
        blocks, kept = now.get(own, []), sealed.get(own, [])
        difference = first_difference(blocks, kept)
        if content(link.record, blocks) != link.content:
            if difference is None:
                told = both(
                    f"Mắt xích {number} không giữ mã băm của nhóm thay đổi {own}.",
                    f"The link {number} does not hold the digest of its change set {own}.",
                )
                return Break(told, number, own, "chain")
            told = Said(
                "Trong nhóm thay đổi {0} (mắt xích {1}), {2}.",
                "In change set {0} (link {1}), {2}.",
                (own, number, difference.told),
            )
            return Break(told, number, own, difference.table, difference.history_id)
        if difference is not None:
            told = both(
                f"Mã băm lưu của nhóm thay đổi {own} (mắt xích {number}) đã bị sửa; các hàng thì không.",
                f"The digests kept of change set {own} (link {number}) were changed; its rows were not.",
            )
            return Break(told, number, own, "chain_block")
    return None


def _by_change_set(rows: Iterator[tuple[Any, ...]]) -> dict[int, list[Block]]:
    found: dict[int, list[Block]] = {}
    for own, table, block, digest, leaves in rows:
        found.setdefault(own, []).append(Block(table, block, bytes(digest), bytes(leaves)))
    return found


def _orphan(connection: PgConnection) -> Break | None:
    """Return a history row that names a change set which does not exist."""
    for (table,) in list(queries.tables(connection)):
        with connection.cursor() as cursor:
            query = template("gisreg.history", "orphans.sql")
            cursor.execute(query.format(table=sql.Identifier("history", table)))
            row = cursor.fetchone()
        if row is not None:
            told = both(
                f"Hàng {row[0]} của history.{table} ghi nhóm thay đổi {row[1]} không có thật.",
                f"The row {row[0]} of history.{table} names the change set {row[1]}, which does not exist.",
            )
            return Break(told, None, row[1], table, row[0])
    return None


def _head_fault(head: Exported, found: bytes | None, last: int) -> Break:
    if head.number is None:
        told = Said(
            "Đầu chuỗi {0}... in ngày {1} không phải mắt xích nào của chuỗi.",
            "The head {0}... that was printed on {1} is none of the chain's links.",
            (head.digest[:12], head.written),
        )
        return Break(told, table="chain")
    if found is None:
        told = Said(
            "Thiếu đầu chuỗi {0} đã ghi lúc {1}: chuỗi dừng ở {2}.",
            "The head {0} that was written down on {1} is missing: the chain ends at {2}.",
            (head.number, head.written, last),
        )
        return Break(told, head.number, table="chain")
    told = Said(
        "Đầu chuỗi {0} đã ghi lúc {1} nay đã khác: lịch sử đến đó đã bị viết lại và niêm phong lại.",
        "The head {0} that was written down on {1} is another one now: the history up to there was rewritten"
        " and sealed anew.",
        (head.number, head.written),
    )
    return Break(told, head.number, table="chain")


def _int8(value: int) -> bytes:
    return value.to_bytes(8, "big", signed=True)
