"""Who asks: a session's cookie or a key, never anything that the caller merely says of himself.

Routes take `Reader` or `Writer` and hand it to `transaction(actor=...)`; None is the public.
"""

from __future__ import annotations

import binascii
import hmac
from base64 import b64decode
from dataclasses import dataclass, replace
from typing import Annotated

from fastapi import Depends, Request

from api.cookies import session_cookie
from api.limits import count
from api.request_id import request_id
from gisreg.access import keys, sessions
from gisreg.access.actor import Actor
from gisreg.access.keys import Scope
from gisreg.database.connection import Role, transaction
from gisreg.errors import ForbiddenError, NotSignedInError
from gisreg.said import both

CSRF_HEADER = "X-CSRF-Token"

SIGN_IN = both("Đăng nhập ở /sign-in.", "Sign in at /sign-in.")
SIGN_IN_OR_KEY = both("Đăng nhập ở /sign-in hoặc gửi khóa.", "Sign in at /sign-in, or send a key.")
"""What to do where nobody is signed in: on pages, and on answers that programs ask for as well."""


@dataclass(frozen=True)
class Visitor:
    """Who asks (None: the public), what his key allows, and the token of his session where he has one."""

    actor: Actor | None = None
    scopes: frozenset[Scope] = frozenset(Scope)
    session: str | None = None
    key_prefix: str | None = None


def visitor(request: Request) -> Visitor:
    """Return who asks, and count the request as his. A cookie that is no longer good is the public.

    Raises:
        NotSignedInError: the key is unknown, revoked or has expired.
        TooManyRequestsError: he, or the public at this address, asked too often.
    """
    key = _key(request)
    found = _known(request, key)
    request.state.visitor = found
    count(request, _counted_as(found))
    if key is not None and found.actor is None:
        raise NotSignedInError(
            both("Khóa không hợp lệ.", "The key is not valid."),
            hint=both(
                "Có thể khóa đã hết hạn hoặc bị thu hồi; hãy xin khóa mới.",
                "It may have expired or been revoked; ask for a new one.",
            ),
        )
    return found


def _known(request: Request, key: str | None) -> Visitor:
    token = request.cookies.get(session_cookie(request))
    if key is None and token is None:
        return Visitor()
    with transaction(Role.WORKER) as connection:
        if key is not None:
            held = keys.holder(connection, key)
            if held is None:
                return Visitor()
            return Visitor(_of_this_request(held[0]), held[1], key_prefix=keys.prefix_of(key))
        actor = sessions.signed_in(connection, token) if token is not None else None
    return Visitor(_of_this_request(actor), session=token) if actor is not None else Visitor()


def _counted_as(found: Visitor) -> str | None:
    if found.actor is None:
        return None
    return f"key {found.key_prefix}" if found.key_prefix else f"person {found.actor.person_id}"


def _of_this_request(actor: Actor) -> Actor:
    true = None if actor.true is None else replace(actor.true, request_id=request_id())
    return replace(actor, request_id=request_id(), true=true)


def _key(request: Request) -> str | None:
    """Return the key of a request: X-Api-Key, Bearer, or the password of Basic (QGIS, GDAL)."""
    given = request.headers.get("x-api-key")
    if given is not None:
        return given
    kind, _, value = request.headers.get("authorization", "").partition(" ")
    if kind.lower() == "bearer":
        return value.strip()
    if kind.lower() == "basic":
        try:
            return b64decode(value, validate=True).decode().partition(":")[2]
        except (binascii.Error, UnicodeDecodeError):
            return ""
    return None


Known = Annotated[Visitor, Depends(visitor)]


def reader(known: Known) -> Actor | None:
    """Return for whom to read. Raises ForbiddenError where the key may not read."""
    _require(known, Scope.READ)
    return known.actor


def writer(request: Request, known: Known) -> Actor:
    """Return who writes. Raises as `writer_of` does."""
    return writer_of(request, known)


def writer_of(request: Request, known: Visitor, *, check_csrf: bool = True) -> Actor:
    """Return who writes; a form that bears the token inside is checked when it was read (`require_csrf`).

    Raises:
        NotSignedInError: nobody is signed in.
        ForbiddenError: the key may only read, a page of another site sent the request, or he looks
            with the eyes of an organisation.
    """
    if known.actor is None:
        raise NotSignedInError(
            both("Muốn sửa phải đăng nhập.", "Changes need a signed-in person."),
            hint=SIGN_IN_OR_KEY,
        )
    _require(known, Scope.WRITE)
    if known.actor.true is not None:
        raise ForbiddenError(
            both(
                f"Đang xem với tư cách {known.actor.organisation}: trong lúc này không sửa được gì.",
                f"You look with the eyes of {known.actor.organisation}: nothing can be changed meanwhile.",
            ),
            hint=both(
                "Thôi xem với tư cách đơn vị ấy (nút trên dải thông báo) rồi thử lại.",
                "Stop looking as this organisation (the button in the banner), then try again.",
            ),
        )
    if check_csrf and known.session is not None:
        require_csrf(known.session, request.headers.get(CSRF_HEADER, ""))
    return known.actor


def exporter(known: Known) -> Actor:
    """Return who takes objects out.

    Raises:
        NotSignedInError: nobody is signed in.
        ForbiddenError: the key has no scope for it.
    """
    if known.actor is None:
        raise NotSignedInError(
            both("Xuất dữ liệu cần đăng nhập.", "Exports need a signed-in person."),
            hint=SIGN_IN_OR_KEY,
        )
    _require(known, Scope.EXPORT)
    return known.actor


def require_csrf(session: str, given: str) -> None:
    """Refuse what the pages of this service did not send. Raises ForbiddenError."""
    if not hmac.compare_digest(given.encode(), sessions.csrf_token(session).encode()):
        raise ForbiddenError(
            both("Yêu cầu không mang mã của phiên này.", "The request bears no token of this session."),
            hint=both(
                f"Gửi csrf_token của /session trong tiêu đề {CSRF_HEADER}.",
                f"Send csrf_token of /session in the header {CSRF_HEADER}.",
            ),
        )


def _require(known: Visitor, scope: Scope) -> None:
    if scope not in known.scopes:
        raise ForbiddenError(
            both(f"Khóa này không có quyền '{scope}'.", f"This key has no scope '{scope}'."),
            hint=both("Hãy xin khóa có quyền ấy.", "Ask for a key with that scope."),
            scope=scope.value,
        )


Reader = Annotated[Actor | None, Depends(reader)]
Writer = Annotated[Actor, Depends(writer)]
Exporter = Annotated[Actor, Depends(exporter)]
