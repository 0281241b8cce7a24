"""Add and list organisations."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import psycopg2.extensions

from gisreg.database.queries import load_queries
from gisreg.errors import ConflictError, InvalidInputError, NotFoundError
from gisreg.said import both
from layers.codelists import ORGANISATION_KIND

PgConnection = psycopg2.extensions.connection

queries = load_queries(__file__)

_COLOUR = re.compile(r"#[0-9a-f]{6}")
_LIST = both("Xem: gisreg organisation list", "See: gisreg organisation list")


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
        raise InvalidInputError(
            both("Đơn vị phải có mã và tên.", "An organisation needs a code and a name."),
            hint=both("Hãy ghi cả hai.", "Give both."),
        )
    if kind not in ORGANISATION_KIND.values:
        raise InvalidInputError(
            both(f"'{kind}' không phải là loại đơn vị.", f"'{kind}' is no kind of organisation."),
            hint=both(
                f"Hãy dùng một trong: {', '.join(ORGANISATION_KIND.values)}.",
                f"Use one of: {', '.join(ORGANISATION_KIND.values)}.",
            ),
        )
    if colour is not None and not _COLOUR.fullmatch(colour):
        raise InvalidInputError(
            both(f"'{colour}' không phải là màu.", f"'{colour}' is no colour."),
            hint=both("Hãy viết như #0072b2.", "Write it like #0072b2."),
        )
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
            both(f"Đã có đơn vị mã '{code}'.", f"There is an organisation with the code '{code}' already."),
            hint=_LIST,
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
        raise NotFoundError(
            both(f"Không có đơn vị '{code}'.", f"There is no organisation '{code}'."), hint=_LIST
        )
    return found
