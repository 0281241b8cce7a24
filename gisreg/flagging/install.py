"""Make functions of the owner's out of the catalogue's rules: one for a whole layer, one for some objects."""

from __future__ import annotations

import psycopg2.extensions
from psycopg2 import sql

from gisreg.flagging import described
from gisreg.flagging.rule import Rule, rules

_FUNCTION = """
CREATE OR REPLACE FUNCTION {name}({ids}as_of date, limits jsonb) RETURNS TABLE (
  object_id bigint, zone_id bigint, owner_id bigint, visibility text, measured_value double precision,
  tolerance double precision, threshold_value double precision
)
LANGUAGE sql STABLE PARALLEL SAFE
AS {body}
"""
_CLOSE = "REVOKE EXECUTE ON FUNCTION {name} FROM PUBLIC, gisreg_app, gisreg_worker"


def install(connection: psycopg2.extensions.connection) -> None:
    """Create or replace the functions `gisreg.rule_<id>_whole` and `gisreg.rule_<id>_some` of every rule.

    Args:
        connection: of the owner. The functions are plain SQL without settings, so that the planner sees
            through them; nobody but the owner's own functions may call them.

    Raises:
        psycopg2.Error: a rule's SELECT is wrong.
    """
    described.install(connection)
    with connection.cursor() as cursor:
        for rule in rules().values():
            for is_whole in (True, False):
                cursor.execute(_function(rule, is_whole))


def _function(rule: Rule, is_whole: bool) -> sql.Composed:
    name = sql.Identifier("gisreg", f"rule_{rule.id.lower()}_{'whole' if is_whole else 'some'}")
    ids = sql.SQL("" if is_whole else "ids bigint[], ")
    body = sql.Literal(rule.select(is_whole))
    signature = sql.SQL("{}({}date, jsonb)").format(name, sql.SQL("" if is_whole else "bigint[], "))
    return sql.SQL(";").join(
        [
            sql.SQL(_FUNCTION).format(name=name, ids=ids, body=body),
            sql.SQL(_CLOSE).format(name=signature),
        ]
    )
