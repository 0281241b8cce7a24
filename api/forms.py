"""Who sends a form of a page, and what every such page gets."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from fastapi import Form, Request
from fastapi.responses import RedirectResponse, Response

from api.pages import page
from api.routers.sign_in import sign_in_address
from api.visitor import SIGN_IN, Known, Visitor, require_csrf, writer_of
from gisreg.access.actor import Actor
from gisreg.access.sessions import csrf_token
from gisreg.errors import InvalidInputError, NotSignedInError
from gisreg.said import both

Text = Annotated[str, Form(max_length=2_000, pattern=r"^[^\x00]*$")]


class Person:
    """Who is signed in with a browser and may change something; `sent` must be called with the form's
    token."""

    def __init__(self, request: Request, known: Known) -> None:
        """Take the visitor of a request. Raises NotSignedInError, ForbiddenError."""
        if known.session is None:
            raise NotSignedInError(
                both("Trang này cần đăng nhập.", "This page needs a signed-in person."),
                hint=SIGN_IN,
            )
        self.actor: Actor = writer_of(request, known, check_csrf=False)
        self.known: Visitor = known
        self._session: str = known.session

    def sent(self, token: str) -> Actor:
        """Return who sent a form that bears this token. Raises ForbiddenError."""
        require_csrf(self._session, token)
        return self.actor


def answer(known: Visitor, name: str, status: int = 200, **values: Any) -> Response:
    """Return a page of a template for whoever looks, with the token of his session."""
    token = csrf_token(known.session) if known.session else ""
    made = page(name, status, actor=known.actor, csrf_token=token, **values)
    made.headers["Vary"] = "Accept"
    return made


def to_sign_in(request: Request) -> Response:
    """Return the way to the form of signing in, and back."""
    return RedirectResponse(sign_in_address(request), 303)


def number(text: str, what: str) -> float | None:
    """Return the number that somebody wrote in a form, with a comma or a point; None for nothing.

    Raises:
        InvalidInputError: it is none.
    """
    try:
        return float(text.strip().replace(",", ".")) if text.strip() else None
    except ValueError:
        raise InvalidInputError(
            both(f"{what}: “{text[:40]}” không phải là số.", f"{what}: “{text[:40]}” is no number."),
            hint=both("Ghi một số, ví dụ 5,5.", "Write a number, for example 5.5."),
        ) from None


def day(text: str) -> date | None:
    """Return the day that a form's field of a date sends; None for nothing.

    Raises:
        InvalidInputError: it is none.
    """
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise InvalidInputError(
            both(f"“{text[:20]}” không phải là ngày.", f"“{text[:20]}” is no day."),
            hint=both("Ghi NNNN-TT-NN, ví dụ 2026-08-31.", "Write YYYY-MM-DD."),
        ) from None
