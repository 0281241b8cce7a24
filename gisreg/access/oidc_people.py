"""Whom an identity of the provider belongs to here: linked, by verified e-mail, or created.

A login that the provider names never links anything by itself: else whoever may choose his name there
could become anybody here. Every function wants a transaction of the worker's role.
"""

from __future__ import annotations

import unicodedata

import psycopg2.extensions
from psycopg2.errors import UniqueViolation

from gisreg.access import people, sessions
from gisreg.access.actor import PersonRole
from gisreg.access.oidc import Identity
from gisreg.clock import now
from gisreg.database.queries import load_queries
from gisreg.errors import ConflictError, InvalidInputError, NotFoundError, SignInRefusedError
from gisreg.said import both
from gisreg.settings import OidcSettings, is_trustworthy

PgConnection = psycopg2.extensions.connection
queries = load_queries(__file__)

GRANTED_BY = "sign-in provider"


def sign_in(
    connection: PgConnection,
    identity: Identity,
    settings: OidcSettings,
    *,
    old: str | None = None,
    user_agent: str | None = None,
) -> str:
    """Return the token of a new session of the person an identity belongs to.

    Args:
        connection: a transaction of the worker's role.
        identity: for whom the provider vouches.
        settings: what to do with somebody who is not linked.
        old: token of the session that the browser had until now; it ends.
        user_agent: the browser, as it names itself.

    Raises:
        SignInRefusedError: nobody here is meant, or he may not sign in; `reason` says which.
    """
    found = queries.person_of_subject(connection, issuer=identity.issuer, subject=identity.subject)
    if found is None:
        found = (
            _linked_by_email(connection, identity, settings) or _created(connection, identity, settings),
            True,
        )
    number, is_active = found
    if not is_active:
        raise SignInRefusedError(
            both("Tài khoản này không còn được đăng nhập.", "This account may not sign in any more."),
            hint=both("Hãy hỏi quản trị viên.", "Ask the administrator."),
            reason="disabled",
        )
    return sessions.start(connection, number, old=old, user_agent=user_agent, issuer=identity.issuer)


def link(connection: PgConnection, login: str, issuer: str, subject: str) -> None:
    """Say which identity of a provider a person is; his sessions end.

    Raises:
        NotFoundError: no such person.
        InvalidInputError: that is no provider's address, or no subject.
        ConflictError: somebody else is that identity.
    """
    number = people.person_id(connection, login)
    if not is_trustworthy(issuer) or not 1 <= len(subject.strip()) <= 255:
        raise InvalidInputError(
            both(
                f"'{subject}' ở '{issuer}' không thể là người được một bên cung cấp xác nhận.",
                f"'{subject}' at '{issuer}' is nobody a provider could vouch for.",
            ),
            hint=both(
                "Bên cung cấp ghi như GISREG_OIDC_ISSUER; mã người là `sub` mà bên đó dùng cho người ấy.",
                "The issuer is GISREG_OIDC_ISSUER; the subject the `sub` by which it knows the person.",
            ),
        )
    holder = queries.person_of_subject(connection, issuer=issuer, subject=subject.strip())
    if holder is not None and holder[0] != number:
        raise ConflictError(
            both("Danh tính này đã được nối với người khác.", "Somebody else is linked to this identity."),
            hint=both("Hãy bỏ nối trước: gisreg user unlink LOGIN", "Unlink first: gisreg user unlink LOGIN"),
        )
    queries.link_subject(connection, person_id=number, issuer=issuer, subject=subject.strip())
    queries.end_sessions(connection, person_id=number)


def unlink(connection: PgConnection, login: str) -> None:
    """Forget which identity of a provider a person is; his sessions end. Raises NotFoundError."""
    number = people.person_id(connection, login)
    if not queries.unlink_subject(connection, person_id=number):
        raise NotFoundError(
            both(f"{login} chưa được nối với bên cung cấp nào.", f"{login} is not linked to a provider."),
            hint=both("Xem `gisreg user list`.", "See `gisreg user list`."),
        )
    queries.end_sessions(connection, person_id=number)


def _linked_by_email(connection: PgConnection, identity: Identity, settings: OidcSettings) -> int | None:
    """Return the one active person of a verified address who is nobody's identity yet, linked now."""
    email = _email(identity)
    if not settings.link_by_email or email is None:
        return None
    found = list(queries.people_of_email(connection, email=email))
    if len(found) != 1 or found[0][1] or not found[0][2]:
        return None
    queries.link_subject(connection, person_id=found[0][0], issuer=identity.issuer, subject=identity.subject)
    return int(found[0][0])


def _created(connection: PgConnection, identity: Identity, settings: OidcSettings) -> int:
    if settings.unknown == "refuse":
        raise SignInRefusedError(
            both(
                "Tài khoản này của bên cung cấp chưa được nối với ai ở đây.",
                "Nobody here is linked to this account of the provider.",
            ),
            hint=both(
                "Hãy báo mã tài khoản cho quản trị viên để nối bằng `gisreg user link`.",
                "Tell the administrator the number of the account; he links it with `gisreg user link`.",
            ),
            reason="unknown",
            subject=identity.subject,
        )
    login = str(identity.claims.get(settings.login_claim) or "").strip().lower()
    name = _plain(str(identity.claims.get("name") or login))
    try:
        number = people.create(connection, login, name, email=_email(identity))
        queries.link_subject(connection, person_id=number, issuer=identity.issuer, subject=identity.subject)
    except InvalidInputError as error:
        raise SignInRefusedError(
            both(
                f"Bên cung cấp không đưa ra tên đăng nhập trong mục {settings.login_claim}.",
                f"The provider gives no login in the claim {settings.login_claim}.",
            ),
            hint=both(
                "Hãy nhờ quản trị viên nối tài khoản: gisreg user link",
                "Ask the administrator to link the account: gisreg user link",
            ),
            reason="login",
            subject=identity.subject,
        ) from error
    except (ConflictError, UniqueViolation) as error:
        raise SignInRefusedError(
            both(
                "Tên đăng nhập do bên cung cấp đưa ra đã thuộc về một người ở đây.",
                "The login that the provider gives belongs to somebody here.",
            ),
            hint=both(
                "Nếu đúng là mình, hãy nhờ quản trị viên nối tài khoản: gisreg user link",
                "If that is you, ask the administrator to link the account: gisreg user link",
            ),
            reason="taken",
            subject=identity.subject,
        ) from error
    queries.grant_role(
        connection,
        person_id=number,
        role=PersonRole.VIEWER.value,
        area_id=None,
        granted_by=GRANTED_BY,
        valid_to=None,
        moment=now(),
    )
    return number


def _email(identity: Identity) -> str | None:
    """Return the address only where the provider says that it verified it."""
    email = identity.claims.get("email")
    if identity.claims.get("email_verified") is not True or not isinstance(email, str):
        return None
    good = len(email) <= 254 and email.isprintable() and "@" in email
    return email.strip() if good else None


def _plain(name: str) -> str:
    """Return a name without control characters, at most 200 letters."""
    return "".join(letter for letter in name if unicodedata.category(letter)[0] != "C").strip()[:200]
