"""`--replace-scope`: objects of a ward or along a street that the file does not have are deleted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import psycopg2.extensions
from psycopg2 import sql

from gisreg.clock import today
from gisreg.database.queries import load_queries
from gisreg.errors import ConflictError, InvalidInputError, UsageError
from gisreg.importing.dependants import dependants, in_use
from gisreg.importing.target import Target
from gisreg.importing.text import folded
from gisreg.said import Said, both, listed

PgConnection = psycopg2.extensions.connection
QUERIES = load_queries(__file__, "scope.sql")

ALONG_M = 30.0
"""Objects up to so far from a street's axis, in metres, belong to it."""

_KINDS = {"ward": "phường/xã", "street": "tuyến đường"}
_NAMED = 20


@dataclass(frozen=True)
class Scope:
    """A ward (`kind` is `ward`) or a street, by its id."""

    kind: str
    id: int

    @property
    def area(self) -> sql.Composable:
        """Return the query of its area."""
        text = getattr(QUERIES, f"{self.kind}_area").sql
        return sql.SQL(text).format(id=sql.Literal(self.id), metres=sql.Literal(ALONG_M))


def find_scope(connection: PgConnection, text: str) -> Scope:
    """Return the scope that `ward=NAME`, `ward=CODE` or `street=NAME` means.

    Raises:
        UsageError: it is no such text.
        InvalidInputError: there is no such ward or street, or several; names their codes.
    """
    kind, equals, wanted = text.partition("=")
    if kind not in _KINDS or not equals or not folded(wanted):
        raise UsageError(
            both(f"--replace-scope {text}: không hiểu được.", f"--replace-scope {text}: not understood."),
            hint=both("Ghi ward=TÊN hoặc street=TÊN.", "Write ward=NAME or street=NAME."),
        )
    known = QUERIES.wards(connection, today=today()) if kind == "ward" else QUERIES.streets(connection)
    rows = [(number, str(code or ""), str(name or "")) for number, code, name in known]
    found = [row for row in rows if row[1] == wanted] or [
        row for row in rows if folded(wanted) in (folded(row[2]), _bare(row[2]))
    ]
    if len(found) != 1:
        told = ", ".join(f"{name} ({code})" for _, code, name in found[:_NAMED])
        told = f": {told}" if told else ""
        raise InvalidInputError(
            both(
                f"--replace-scope {text}: có {len(found)} {_KINDS[kind]} như vậy{told}.",
                f"--replace-scope {text}: there are {len(found)} such {kind}s{told}.",
            ),
            hint=both(
                "Hãy nêu mã, hoặc nhập địa giới và tuyến đường trước.",
                "Give the code, or import the boundaries and streets first.",
            ),
        )
    return Scope(kind, found[0][0])


def delete_missing(
    connection: PgConnection, target: Target, scope: Scope, owner: int | None
) -> list[tuple[int, str]]:
    """Delete the owner's objects in the scope that are not in the file; return their ids and names.

    Wants `import_match`, in which every object of the file is.

    Raises:
        UsageError: objects of this layer are owned, and no owner was given.
        ConflictError: others depend on objects that would go; names them.
    """
    layer = target.layer
    known = {item.name for item in layer.public_fields}
    if "owner_id" in known and owner is None:
        raise UsageError(
            both(
                "--replace-scope: chưa nêu thay đối tượng của đơn vị nào.",
                "--replace-scope: it is not said whose objects are replaced.",
            ),
            hint=both("Nêu đơn vị bằng --owner.", "Say it with --owner."),
        )
    called = [sql.Identifier("t", name) for name in ("code", "name") if name in known]
    owned = sql.SQL("t.owner_id = {}" if "owner_id" in known else "true").format(sql.Literal(owner))
    missing = _rows(
        connection,
        "missing",
        area=scope.area,
        table=sql.Identifier(layer.table),
        called=sql.SQL("coalesce({}, t.id::text)").format(sql.SQL(", ").join(called)),
        owned=owned,
    )
    names: dict[int, str] = dict(missing)
    if names:
        _require_free(connection, target, names)
        with connection.cursor() as cursor:
            cursor.execute(_query("remove", table=sql.Identifier(layer.table), ids=sql.Literal(list(names))))
    return list(names.items())


def _require_free(connection: PgConnection, target: Target, names: dict[int, str]) -> None:
    ids = sql.Literal(list(names))
    found = list(
        dependants(
            target.layer,
            lambda table, column: _rows(
                connection,
                "holding",
                table=sql.Identifier(table),
                column=sql.Identifier(column),
                ids=ids,
            ),
            lambda: _rows(connection, "at_work", ids=ids),
        )
    )
    if found:
        lines = listed([in_use(names[number], what) for number, what in found[:_NAMED]], "\n")
        raise ConflictError(
            Said(
                "--replace-scope sẽ xóa {0} đối tượng đang được dùng:\n{1}",
                "--replace-scope would delete {0} objects that are in use:\n{1}",
                (len(found), lines),
            ),
            hint=both(
                "Hãy chuyển những gì phụ thuộc vào chúng trước, hoặc giữ chúng trong tệp.",
                "Move what depends on them first, or keep them in the file.",
            ),
        )


def _bare(name: str) -> str:
    """Return a folded name without the word for its kind: `Phường Trần Lãm` is `tranlam`."""
    words = name.split()
    for count in (2, 1):
        if folded(" ".join(words[:count])) in ("phuong", "xa", "thitran", "dackhu", "duong", "pho"):
            return folded(" ".join(words[count:]))
    return folded(name)


def _query(name: str, **parts: sql.Composable) -> sql.Composed:
    return sql.SQL(getattr(QUERIES, name).sql.rstrip().rstrip(";")).format(**parts)


def _rows(connection: PgConnection, name: str, **parts: sql.Composable) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(_query(name, **parts))
        return cursor.fetchall()
