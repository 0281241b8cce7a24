"""Rows of zones that cannot be: crossing themselves, as large as the province, ending before they begin."""

from __future__ import annotations

from collections.abc import Sequence

from psycopg2 import sql

from gisreg.database.connection import PgConnection
from gisreg.database.queries import load_queries
from gisreg.said import Said, both

_QUERIES = load_queries(__file__, "zone_rows.sql")


def faults(connection: PgConnection, columns: Sequence[str]) -> list[tuple[int, Said, Said]]:
    """Return what is wrong with staged zones: the row's number, the sentence, what to do.

    Args:
        connection: a transaction with `import_stage` and `import_match`.
        columns: the columns that were staged; what is not among them is what the registry has.
    """

    def value(name: str) -> sql.Composable:
        kept = sql.Identifier("t", name)
        return (
            sql.SQL("coalesce({}, {})").format(sql.Identifier("s", name), kept) if name in columns else kept
        )

    query = sql.SQL(_QUERIES.faults.sql.rstrip().rstrip(";")).format(
        code=value("code"), valid_from=value("valid_from"), valid_to=value("valid_to")
    )
    with connection.cursor() as cursor:
        cursor.execute(query)
        return [
            (int(number), both(message_vi, message_en), both(hint_vi, hint_en))
            for number, message_vi, message_en, hint_vi, hint_en in cursor.fetchall()
        ]
