"""People and their roles. Every function wants a transaction of the worker's role."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import psycopg2.extensions

from gisreg.access import passwords
from gisreg.access.actor import Actor, PersonRole
from gisreg.clock import now, today
from gisreg.database.queries import load_queries
from gisreg.errors import ConflictError, InvalidInputError, NotFoundError
from gisreg.said import Said, both

PgConnection = psycopg2.extensions.connection
queries = load_queries(__file__)

BOUND = (PersonRole.INSPECTOR, PersonRole.WARD_SUPERVISOR)
"""Roles that can be bound to a commune."""

_LOGIN = re.compile(r"[a-z0-9][a-z0-9._@-]{1,63}")


@dataclass(frozen=True)
class Person:
    """One line of the list of people; roles as `role` or `role:code of commune`."""

    login: str
    name: str
    organisation: str | None
    is_active: bool
    is_generated: bool
    is_locked: bool
    roles: tuple[str, ...]


def create(
    connection: PgConnection,
    login: str,
    name: str,
    *,
    organisation: str | None = None,
    password: str | None = None,
    email: str | None = None,
    is_generated: bool = False,
) -> int:
    """Add a person without roles and return his id.

    Args:
        connection: a transaction of the worker's role.
        login: 2 to 64 of a-z 0-9 . _ @ -; what he types to sign in.
        name: as it is shown and kept in the history.
        organisation: code of the organisation for which he acts; None for none.
        password: None lets nobody sign in with this login (keys still work).
        email: where to reach him.
        is_generated: belongs to the demo.

    Raises:
        InvalidInputError: login, name or password cannot be used.
        NotFoundError: no such organisation.
        ConflictError: the login is taken.
    """
    if not _LOGIN.fullmatch(login) or not name.strip():
        raise InvalidInputError(
            both(
                f"Không thêm được người có tên đăng nhập '{login}' và họ tên '{name}'.",
                f"'{login}' with the name '{name}' is no person.",
            ),
            hint=both(
                "Tên đăng nhập có từ 2 đến 64 ký tự trong a-z 0-9 . _ @ -; họ tên không được trống.",
                "A login has 2 to 64 of the letters a-z 0-9 . _ @ -; a name is not empty.",
            ),
        )
    person_id = queries.insert_person(
        connection,
        login=login,
        name=name.strip(),
        organisation_id=organisation_id(connection, organisation),
        email=email,
        password_hash=passwords.hashed(password) if password is not None else None,
        is_generated=is_generated,
        moment=now(),
    )
    if person_id is None:
        raise ConflictError(
            both(f"Tên đăng nhập {login} đã có người dùng.", f"The login {login} is taken."),
            hint=both("Hãy chọn tên khác.", "Choose another."),
        )
    return int(person_id)


def people(connection: PgConnection) -> list[Person]:
    """Return everybody, by login."""
    found = queries.people(connection, moment=now())
    return [
        Person(login, name, organisation, active, generated, locked, tuple(roles))
        for login, name, organisation, active, generated, locked, roles in found
    ]


def person_id(connection: PgConnection, login: str) -> int:
    """Return the id of a person. Raises NotFoundError."""
    found = queries.person_id(connection, login=login)
    if found is None:
        raise NotFoundError(
            both(f"Không có ai có tên đăng nhập {login}.", f"There is nobody with the login {login}."),
            hint=both("Xem `gisreg user list`.", "See `gisreg user list`."),
        )
    return int(found)


def organisation_id(connection: PgConnection, code: str | None) -> int | None:
    """Return the id of the organisation of that code, None for none. Raises NotFoundError."""
    found = queries.organisation_id(connection, code=code) if code else None
    if code and found is None:
        raise NotFoundError(
            both(f"Không có đơn vị mã {code}.", f"There is no organisation with the code {code}."),
            hint=both(
                "Hãy ghi mã đúng như trong sổ đăng ký.", "Codes are written exactly as in the registry."
            ),
        )
    return None if found is None else int(found)


def set_active(connection: PgConnection, login: str, is_active: bool) -> None:
    """Let a person sign in again, or never more: then his sessions end and his keys stop working."""
    number = person_id(connection, login)
    queries.set_active(connection, person_id=number, is_active=is_active)
    if not is_active:
        queries.end_sessions(connection, person_id=number)


def set_password(connection: PgConnection, login: str, password: str) -> None:
    """Keep a new password; every session of the person ends, and a lock-out too."""
    number = person_id(connection, login)
    queries.set_password(connection, person_id=number, password_hash=passwords.hashed(password), moment=now())
    queries.end_sessions(connection, person_id=number)


def grant(
    connection: PgConnection,
    login: str,
    role: PersonRole,
    granted_by: str,
    *,
    area: str | None = None,
    valid_to: datetime | None = None,
) -> None:
    """Give a person a role.

    Args:
        connection: a transaction of the worker's role.
        login: of the person.
        role: what he may do.
        granted_by: who says so.
        area: code of a commune to which an inspector or ward supervisor is bound; None is everywhere, for an
            inspector only.
        valid_to: when the role ends; None for never.

    Raises:
        NotFoundError: no such person or commune.
        InvalidInputError: the role cannot be bound to a commune or must be, or would have ended already.
    """
    number = person_id(connection, login)
    if area is not None and role not in BOUND:
        raise InvalidInputError(
            both(
                f"Vai trò {role} không giới hạn theo xã, phường được.",
                f"The role {role} cannot be bound to a commune.",
            ),
            hint=both(f"Chỉ giới hạn được: {', '.join(BOUND)}.", f"Only {', '.join(BOUND)} can be."),
        )
    if area is None and role is PersonRole.WARD_SUPERVISOR:
        raise InvalidInputError(
            both("Giám sát phường phải thuộc một phường, xã.", "A ward supervisor is one of a ward."),
            hint=both(
                "Hãy nêu mã phường, xã bằng --area, như cơ quan thống kê ghi.",
                "Name its code with --area, as the statistics office writes it.",
            ),
        )
    if valid_to is not None and valid_to <= now():
        raise InvalidInputError(
            both(f"Ngày {valid_to:%d/%m/%Y} đã qua.", f"{valid_to:%Y-%m-%d} is over."),
            hint=both("Hãy cho một ngày chưa đến.", "Give a day to come."),
        )
    queries.grant_role(
        connection,
        person_id=number,
        role=role.value,
        area_id=_commune(connection, area),
        granted_by=granted_by,
        valid_to=valid_to,
        moment=now(),
    )


def revoke(connection: PgConnection, login: str, role: PersonRole, *, area: str | None = None) -> None:
    """Take a role away, everywhere or for one commune. Raises NotFoundError where there is none."""
    number = person_id(connection, login)
    taken = queries.revoke_role(
        connection, person_id=number, role=role.value, area_id=_commune(connection, area)
    )
    if not taken:
        where = both(f" ở {area}", f" for {area}") if area else both("", "")
        raise NotFoundError(
            Said("{0} không có vai trò {1}{2}.", "{0} is not {1}{2}.", (login, role.value, where)),
            hint=both("Xem `gisreg user list`.", "See `gisreg user list`."),
        )


def actor_of(row: Mapping[str, Any]) -> Actor:
    """Return the actor of a row of `access.acting`."""
    return Actor(
        person=row["name"],
        person_id=row["person_id"],
        organisation=row["organisation"],
        organisation_id=row["organisation_id"],
        roles=frozenset(PersonRole(role) for role in row["roles"]),
        areas=None if row["areas"] is None else frozenset(row["areas"]),
        inspects=None if row["inspects"] is None else frozenset(row["inspects"]),
    )


def _commune(connection: PgConnection, code: str | None) -> int | None:
    if code is None:
        return None
    found = queries.commune_id(connection, code=code, day=today())
    if found is None:
        raise NotFoundError(
            both(
                f"Hiện không có xã, phường mã {code}.",
                f"There is no commune with the code {code} today.",
            ),
            hint=both("Hãy dùng mã của cơ quan thống kê.", "Use the statistics office's code."),
        )
    return int(found)
