"""Add and list organisations."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import psycopg2.extensions

from gisreg.database.queries import load_queries
from gisreg.errors import ConflictError, InvalidInputError, NotFoundError
from layers.codelists import ORGANISATION_KIND

PgConnection = psycopg2.extensions.connection

queries = load_queries(__file__)

_COLOUR = re.compile(r"#[0-9a-f]{6}")


def add(
    connection: PgConnection,
    code: str,
    name: str,
    kind: str,
    *,
    name_en: str | None = None,
    aliases: Sequence[str] = (),
    phone: str | None = None,
    colour: str | None = None,
) -> int:
    """Add an organisation and return its id.

    Args:
        connection: an open transaction.
        code: short code that files and commands name it by, e.g. VNPT.
        name: Vietnamese name.
        kind: a value of the codelist `organisation_kind`.
        name_en: English name.
        aliases: other names under which files speak of it.
        phone: contact phone.
        colour: map colour, `#rrggbb`.

    Raises:
        InvalidInputError: unknown kind, empty code or name, no such colour.
        ConflictError: the code is taken.
    """
    if not code.strip() or not name.strip():
        raise InvalidInputError("An organisation needs a code and a name.", hint="Give both.")
    if kind not in ORGANISATION_KIND.values:
        raise InvalidInputError(
            f"'{kind}' is no kind of organisation.",
            hint=f"Use one of: {', '.join(ORGANISATION_KIND.values)}.",
        )
    if colour is not None and not _COLOUR.fullmatch(colour):
        raise InvalidInputError(f"'{colour}' is no colour.", hint="Write it like #0072b2.")
    added: int | None = queries.add(
        connection,
        code=code.strip(),
        name=name.strip(),
        kind=kind,
        name_en=name_en,
        aliases=list(aliases),
        phone=phone,
        colour=colour,
    )
    if added is None:
        raise ConflictError(
            f"There is an organisation with the code '{code}' already.", hint="See: gisreg organisation list"
        )
    return added if isinstance(added, int) else int(added[0])


def everyone(connection: PgConnection) -> list[dict[str, Any]]:
    """Return all organisations: id, code, name, kind, aliases, phone; in Vietnamese order."""
    columns = ("id", "code", "name", "kind", "aliases", "phone")
    return [dict(zip(columns, row, strict=True)) for row in queries.everyone(connection)]


def id_of(connection: PgConnection, code: str) -> int:
    """Return the id of the organisation with this code.

    Raises:
        NotFoundError: there is none.
    """
    found: int | None = queries.id_of(connection, code=code)
    if found is None:
        raise NotFoundError(f"There is no organisation '{code}'.", hint="See: gisreg organisation list")
    return found
