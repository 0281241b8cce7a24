"""Whether a database may hold the demo town: never one with data that was not made up."""

from __future__ import annotations

import json
from typing import Literal

import psycopg2.errors
import psycopg2.extensions
from psycopg2 import sql

from gisreg.database.connection import Role, transaction
from gisreg.database.queries import load_queries
from gisreg.demo.plan import FROM_FILE, GENERATED
from gisreg.errors import ConflictError
from gisreg.said import Said, both

PgConnection = psycopg2.extensions.connection
queries = load_queries(__file__)

State = Literal["empty", "unfinished", "built"]

ENTERED = ("organisation", "pole", "tower", "cable", "duct", "manhole", "street", "railway", "waterway",
           "zone", "admin_unit")  # fmt: skip
"""Layers into which people put data; the rest is derived from them or hangs on them."""


LOCK_TIMEOUT_MS = 20_000
"""How long clearing waits for readers to let go of a table."""


def state(connection: PgConnection) -> State:
    """Return how far the demo town is.

    Raises ConflictError when the registry holds rows that were not made up.
    """
    for table in ENTERED:
        with connection.cursor() as cursor:
            cursor.execute(
                sql.SQL(
                    "SELECT count(*) FROM"
                    " (SELECT FROM registry.{} WHERE source <> %s AND source NOT LIKE %s LIMIT 1000) AS own"
                ).format(sql.Identifier(table)),
                (GENERATED, FROM_FILE + "%"),
            )
            (own,) = cursor.fetchone() or (0,)
        if own:
            number = both(f"ít nhất {own}", f"at least {own}") if own == 1000 else own
            raise ConflictError(
                Said(
                    "Bảng registry.{0} có {1} dòng không phải dữ liệu minh hoạ, "
                    "nên không lập đô thị minh hoạ ở đây.",
                    "The table registry.{0} holds {1} rows that are not generated data, "
                    "so the demo town is not built here.",
                    (table, number),
                ),
                hint=both(
                    "Hãy dùng cơ sở dữ liệu riêng cho bản minh hoạ: đặt GISREG_INSTANCE=demo.",
                    "Use a database of its own for the demo: set GISREG_INSTANCE=demo.",
                ),
            )
    mark = queries.setting(connection, key="demo")
    if mark is not None:
        return "built" if json.loads(mark)["finished"] else "unfinished"
    return "empty"


def mark(connection: PgConnection, seed: int, finished: bool) -> None:
    """Write down that this database holds generated data, of which seed, and whether all of it."""
    queries.set_setting(connection, key="generated", value="true")
    queries.set_setting(connection, key="demo", value=json.dumps({"seed": seed, "finished": finished}))


def clear() -> None:
    """Take the demo town, its history and all people out again.

    Raises ConflictError where data is real, or where somebody keeps reading.
    """
    try:
        _clear()
    except psycopg2.errors.LockNotAvailable as error:
        raise ConflictError(
            both(
                "Đô thị minh hoạ đang được dùng nên không thay được.",
                "The demo town is in use, so it cannot be replaced.",
            ),
            hint=both(
                "Hãy dừng dịch vụ (`gisreg demo up`, `gisreg serve`) và các chương trình khác đang đọc nó.",
                "Stop the service (`gisreg demo up`, `gisreg serve`) and other programs that read it.",
            ),
        ) from error


def _clear() -> None:
    with transaction(Role.OWNER) as connection:
        state(connection)
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('lock_timeout', %s, true)", (str(LOCK_TIMEOUT_MS),))
        # People are bound to organisations and communes of the town, so they go with it.
        schemas = [("access", name) for name in ("person", "role_grant", "session", "api_key")]
        names = [row[0] for row in queries.tables(connection)]
        schemas += [("registry", name) for name in names]
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT relname FROM pg_catalog.pg_class"
                " WHERE relnamespace = 'history'::regnamespace AND relkind = 'r'"
                " AND relname NOT IN ('rule', 'threshold') ORDER BY relname"
            )
            schemas += [("history", row[0]) for row in cursor]
        # A chain over a history that is no more would be broken; what stays is sealed anew.
        schemas += [("gisreg", "chain"), ("gisreg", "chain_block"), ("gisreg", "finding_past")]
        with connection.cursor() as cursor:
            cursor.execute(
                sql.SQL("TRUNCATE {}").format(
                    sql.SQL(", ").join(sql.Identifier(schema, name) for schema, name in schemas)
                )
            )
            cursor.execute("DELETE FROM gisreg.layer_cell")
            cursor.execute("DELETE FROM gisreg.setting WHERE key = 'demo'")
