"""Editions of rows that people decide on: who saw an older one is refused, with both shown.

Objects of layers have their own version (`gisreg.features.edit`). Other rows that people edit count their
changes in `row_version`; whoever changes one names the version that he saw.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from psycopg2 import sql
from psycopg2.extras import RealDictCursor

from gisreg.database.connection import PgConnection
from gisreg.errors import StaleVersionError
from gisreg.said import Said, both

MOST_TOLD = 20
"""So many stale rows are shown whole; the others are counted."""


@dataclass(frozen=True)
class Edited:
    """A table of the registry whose rows are edited: what one is called, and the columns that are shown."""

    table: str
    name: Said
    shown: tuple[str, ...]


WAIVER = Edited(
    "waiver",
    both("miễn trừ", "waiver"),
    ("rule_id", "object_id", "zone_id", "reason", "legal_ref", "granted_by", "valid_from", "valid_to"),
)
NOTE = Edited(
    "finding_note", both("ghi chú", "note"),
    ("layer", "object_id", "text", "noted_by", "noted_at", "closed_by", "closed_at", "close_reason"),
)  # fmt: skip
CONTACT = Edited(
    "contact",
    both("đầu mối liên hệ", "contact"),
    ("subject", "rank", "name", "email", "phone", "is_active"),
)
DEAD_CABLE = Edited(
    "dead_cable", both("hồ sơ cáp không sử dụng", "case of dead cable"),
    ("cable_id", "segment_id", "span_id", "cable_count", "owner_id", "state", "state_since", "notice_on"),
)  # fmt: skip
PROPOSAL = Edited(
    "proposal",
    both("đề xuất", "proposal"),
    ("layer", "object_id", "proposed", "organisation", "due_on", "state"),
)
MATCH = Edited(
    "pole_match", both("đề xuất cột trùng", "match"),
    ("first_id", "second_id", "distance_m", "certainty", "state", "first_agreed_by", "second_agreed_by",
     "decided_by", "note"),
)  # fmt: skip
ALERT = Edited(
    "alert", both("cảnh báo", "alert"),
    ("kind", "raised_at", "subject", "message_vi", "message_en", "closed_at", "closed_by", "closed_note"),
)  # fmt: skip
UPLOAD = Edited(
    "import_upload", both("tệp chờ nhập", "upload"), ("layer", "file_name", "state", "options", "changed_at")
)


def require(connection: PgConnection, edited: Edited, seen: Mapping[int, int]) -> None:
    """Refuse where a row is not at the version that somebody saw; hold those that he may change.

    Rows that the actor does not see are passed over: they are not found by whatever follows.

    Args:
        connection: a transaction of the actor's.
        edited: whose rows.
        seen: by id the version that he saw.

    Raises:
        StaleVersionError: `detail["stale"]` has each such row as he saw it (from the history, None where it
            is not known) and as it is now; for a single one `your_version`, `current_version`, `seen` and
            `current` are there too.
    """
    present = _present(connection, edited, sorted(seen))
    late = [number for number in sorted(present) if present[number]["row_version"] != seen[number]]
    if not late:
        return
    stale = [
        {
            "id": number,
            "your_version": seen[number],
            "current_version": present[number]["row_version"],
            "seen": _as_seen(connection, edited, number, seen[number]),
            "current": _told(edited, present[number]),
        }
        for number in late[:MOST_TOLD]
    ]
    raise refusal(edited.name, stale, len(late))


def refusal(name: Said, stale: Sequence[Mapping[str, Any]], count: int) -> StaleVersionError:
    """Return the error for rows that were changed after somebody saw them.

    Args:
        name: what such a row is called.
        stale: `id`, `your_version`, `current_version`, `seen` and `current` of each that is told.
        count: how many there are.
    """
    first = stale[0]
    if count == 1:
        return StaleVersionError(
            Said(
                "Hiện {0} {1} ở phiên bản {2}; quyết định này dựa trên phiên bản {3}.",
                "The {0} {1} is at version {2}; this was decided on version {3}.",
                (name, first["id"], first["current_version"], first["your_version"]),
            ),
            hint=both(
                "Hãy so `seen` với `current`, rồi quyết định trên phiên bản hiện tại.",
                "Compare `seen` with `current`, then decide on the current version.",
            ),
            stale=list(stale),
            **{part: first[part] for part in ("your_version", "current_version", "seen", "current")},
        )
    return StaleVersionError(
        Said(
            "{0} mục trong số này đã được sửa sau khi xem, chẳng hạn {1} {2}.",
            "{0} of these were changed after you saw them, such as the {1} {2}.",
            (count, name, first["id"]),
        ),
        hint=both(
            "Hãy so `seen` với `current` trong `stale`, rồi quyết định trên phiên bản hiện tại.",
            "Compare `seen` with `current` in `stale`, then decide on the current versions.",
        ),
        stale=list(stale),
    )


def _present(connection: PgConnection, edited: Edited, ids: list[int]) -> dict[int, dict[str, Any]]:
    table = sql.Identifier("registry", edited.table)
    with connection.cursor(cursor_factory=RealDictCursor) as cursor:
        cursor.execute("SELECT has_any_column_privilege(%s, 'UPDATE') AS may", (f"registry.{edited.table}",))
        if (cursor.fetchone() or {"may": False})["may"]:
            # Held until the end, as far as the policies let him change them.
            cursor.execute(
                sql.SQL("SELECT FROM {} WHERE id = ANY (%s) ORDER BY id FOR UPDATE").format(table), (ids,)
            )
        cursor.execute(
            sql.SQL("SELECT {} FROM {} WHERE id = ANY (%s)").format(
                _columns(("id", "row_version", *edited.shown)), table
            ),
            (ids,),
        )
        return {row["id"]: dict(row) for row in cursor}


def _as_seen(connection: PgConnection, edited: Edited, number: int, version: int) -> dict[str, Any] | None:
    """Return a row as it stood at a version, as far as the actor sees its history (files have none)."""
    with connection.cursor(cursor_factory=RealDictCursor) as cursor:
        cursor.execute("SELECT to_regclass(%s) IS NOT NULL AS kept", (f"history.{edited.table}",))
        if not (cursor.fetchone() or {"kept": False})["kept"]:
            return None
        cursor.execute(
            sql.SQL(
                "SELECT {} FROM {} WHERE id = %s AND coalesce(row_version, 1) = %s"
                " ORDER BY history_id DESC LIMIT 1"
            ).format(_columns(edited.shown), sql.Identifier("history", edited.table)),
            (number, version),
        )
        row = cursor.fetchone()
        return None if row is None else _told(edited, row)


def _columns(names: Sequence[str]) -> sql.Composable:
    return sql.SQL(", ").join(map(sql.Identifier, names))


def _told(edited: Edited, row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: row[name] for name in edited.shown}
