"""People as the authority and administrators manage them: nobody himself, administrators only each other.

Every function wants a transaction of the worker's role that bears the actor: he is who is written down.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import psycopg2.extensions

from gisreg import editions
from gisreg.access import passwords, people
from gisreg.access.actor import Actor, PersonRole
from gisreg.clock import now, today
from gisreg.database.queries import load_queries
from gisreg.errors import ForbiddenError, InvalidInputError, NotFoundError
from gisreg.said import both

PgConnection = psycopg2.extensions.connection
queries = load_queries(__file__, "managing.sql")

MANAGERS = frozenset({PersonRole.AUTHORITY, PersonRole.ADMINISTRATOR})


@dataclass(frozen=True)
class Held:
    """A role that has not ended: in one commune (its code and name) or everywhere."""

    role: PersonRole
    area: str | None
    place: str | None
    until: datetime | None


@dataclass(frozen=True)
class Managed:
    """A person with all that may be changed of him; `version` counts the changes."""

    login: str
    name: str
    email: str | None
    organisation: str | None
    is_active: bool
    is_locked: bool
    has_password: bool
    provider: str | None
    version: int
    roles: tuple[Held, ...]

    @property
    def is_administrator(self) -> bool:
        """Tell whether only administrators may change him."""
        return any(held.role is PersonRole.ADMINISTRATOR for held in self.roles)


def everybody(connection: PgConnection, actor: Actor) -> list[Managed]:
    """Return all people by login. Raises ForbiddenError for who manages nobody."""
    _require_manager(actor)
    return _read(connection, None)


def choices(connection: PgConnection) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """Return code and name of every organisation, and of every commune of today."""
    return (
        [(code, name) for code, name in queries.organisations(connection)],
        [(code, name) for code, name in queries.communes(connection, day=today())],
    )


def login_of(connection: PgConnection, actor: Actor) -> str | None:
    """Return the login of who acts: whom he cannot change."""
    found = queries.login_of(connection, person_id=actor.person_id)
    return None if found is None else str(found)


def add(
    connection: PgConnection,
    actor: Actor,
    login: str,
    name: str,
    *,
    organisation: str | None = None,
    email: str | None = None,
) -> str:
    """Add a person without roles and return his first password, for the only time.

    Raises:
        ForbiddenError: the actor manages nobody.
        InvalidInputError, NotFoundError, ConflictError: as `people.create` does.
    """
    _require_manager(actor)
    password = passwords.generated()
    people.create(connection, login, name, organisation=organisation, password=password, email=email)
    return password


def change(
    connection: PgConnection,
    actor: Actor,
    login: str,
    version: int,
    *,
    name: str,
    organisation: str | None,
    email: str | None,
    is_active: bool,
) -> None:
    """Call a person otherwise, let him act for another organisation, let him in or not.

    Raises:
        ForbiddenError: the actor does not manage this person.
        NotFoundError: no such person or organisation.
        StaleVersionError: the person was changed after `version`; `seen` and `current` show both.
        InvalidInputError: no name.
    """
    number = _hold(connection, actor, login, version)
    if not name.strip():
        raise InvalidInputError(
            both("Chưa có họ tên.", "A person has a name."),
            hint=both("Hãy ghi họ tên như cần lưu trong lịch sử.", "Write it as the history should keep it."),
        )
    organisation_id = people.organisation_id(connection, organisation)
    before = _read(connection, login)[0]
    if (before.name, before.organisation, before.email) != (name.strip(), organisation, email):
        queries.change_person(
            connection,
            person_id=number,
            name=name.strip(),
            email=email,
            organisation_id=organisation_id,
        )
    if before.is_active != is_active:
        people.set_active(connection, login, is_active)


def new_password(connection: PgConnection, actor: Actor, login: str, version: int) -> str:
    """Give a person another password and return it, for the only time; his sessions end.

    Raises:
        ForbiddenError: the actor does not manage this person.
        NotFoundError: no such person.
        StaleVersionError: the person was changed after `version`.
    """
    _hold(connection, actor, login, version)
    password = passwords.generated()
    people.set_password(connection, login, password)
    return password


def give_role(
    connection: PgConnection,
    actor: Actor,
    login: str,
    role: PersonRole,
    *,
    area: str | None = None,
    until: datetime | None = None,
) -> None:
    """Give a person a role.

    Raises:
        ForbiddenError: the actor does not manage this person, or may not give this role.
        NotFoundError, InvalidInputError: as `people.grant` does.
    """
    _hold(connection, actor, login)
    _require_gives(actor, role)
    people.grant(connection, login, role, actor.person, area=area, valid_to=until)


def end_role(
    connection: PgConnection, actor: Actor, login: str, role: PersonRole, *, area: str | None = None
) -> None:
    """Take a role away: for one commune, or altogether.

    Raises:
        ForbiddenError: the actor does not manage this person, or may not take this role.
        NotFoundError: the person has no such role.
    """
    _hold(connection, actor, login)
    _require_gives(actor, role)
    people.revoke(connection, login, role, area=area)


def _hold(connection: PgConnection, actor: Actor, login: str, version: int | None = None) -> int:
    """Hold a person whom the actor manages, at the version that he saw, and return the id."""
    _require_manager(actor)
    held = queries.hold_person(connection, login=login, moment=now())
    if held is None:
        raise NotFoundError(
            both(f"Không có ai có tên đăng nhập {login}.", f"There is nobody with the login {login}."),
            hint=both("Hãy mở lại danh sách.", "Open the list again."),
        )
    number, current, is_administrator = held
    if number == actor.person_id:
        raise ForbiddenError(
            both("Không ai tự đổi quyền của mình.", "Nobody changes his own rights."),
            hint=both(
                "Hãy nhờ người khác cũng quản lý tài khoản; những việc còn lại ở /account.",
                "Ask somebody else who manages people; /account has the rest.",
            ),
        )
    if is_administrator and PersonRole.ADMINISTRATOR not in actor.roles:
        raise ForbiddenError(
            both(f"{login} là quản trị viên.", f"{login} is an administrator."),
            hint=both(
                "Chỉ quản trị viên mới sửa được tài khoản quản trị viên.",
                "Only administrators change an administrator.",
            ),
        )
    if version is not None and version != current:
        raise editions.refusal(
            both("tài khoản", "person"), [_stale(connection, login, number, version, current)], 1
        )
    return int(number)


def _stale(connection: PgConnection, login: str, number: int, version: int, current: int) -> dict[str, Any]:
    now_is = _read(connection, login)[0]
    parts = ("name", "email", "organisation", "is_active")
    seen = queries.person_as_seen(connection, person_id=number, version=version)
    return {
        "id": login,
        "your_version": version,
        "current_version": current,
        "seen": None if seen is None else dict(zip(parts, seen, strict=True)),
        "current": {part: getattr(now_is, part) for part in parts},
    }


def _require_manager(actor: Actor) -> None:
    if not MANAGERS & actor.roles:
        raise ForbiddenError(
            both("Việc quản lý tài khoản thuộc cơ quan quản lý.", "People are managed by the authority."),
            hint=both("Hãy hỏi cơ quan quản lý hoặc quản trị viên.", "Ask it, or an administrator."),
        )


def _require_gives(actor: Actor, role: PersonRole) -> None:
    if role is PersonRole.ADMINISTRATOR and PersonRole.ADMINISTRATOR not in actor.roles:
        raise ForbiddenError(
            both(
                "Chỉ quản trị viên mới giao hoặc thôi vai trò quản trị.",
                "Administrators are made by administrators.",
            ),
            hint=both(
                "Hãy nhờ một quản trị viên, hoặc dùng dòng lệnh của máy chủ.",
                "Ask one, or use the server's command line.",
            ),
        )


def _read(connection: PgConnection, login: str | None) -> list[Managed]:
    found = queries.managed(connection, moment=now(), of=login)
    return [Managed(*(*told, tuple(map(_held, roles)))) for *told, roles in found]


def _held(told: dict[str, Any]) -> Held:
    until = told["until"]
    return Held(
        PersonRole(told["role"]),
        told["area"],
        told["place"],
        datetime.fromisoformat(until) if until else None,
    )
