"""The page of one's own account: who I am, my password, my sessions, my keys. Keys cannot open it."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import RedirectResponse, Response
from psycopg2.extensions import connection
from starlette.exceptions import HTTPException

from api.cookies import keep_session
from api.pages import page
from api.routers.sign_in import Text
from api.visitor import Known, require_csrf
from gisreg.access import account, passwords, sessions
from gisreg.access.keys import LONGEST, Scope
from gisreg.database.connection import Role, transaction
from gisreg.errors import ConflictError, InvalidInputError

DONE = frozenset({"password", "session", "sessions", "key"})
"""What the page can say was done."""

router = APIRouter(prefix="/account", tags=["access"], include_in_schema=False)

Prefix = Annotated[str, Form(pattern=r"^[0-9a-f]{12}$")]
Number = Annotated[int, Form(ge=0, lt=2**63)]
Scopes = Annotated[Sequence[Scope], Form()]
Days = Annotated[int, Form(ge=1, le=LONGEST.days)]


class Self:
    """Who is signed in with a browser, in which session."""

    def __init__(self, request: Request, known: Known) -> None:
        """Take the visitor of a request. Raises HTTPException, which sends others to sign in."""
        if known.session is None or known.actor is None or known.actor.person_id is None:
            raise HTTPException(303, headers={"Location": "/sign-in?next=%2Faccount"})
        self.request = request
        self.actor = known.actor.really
        self.person_id = known.actor.person_id
        self.token = known.session

    def require_form(self, csrf_token: str) -> None:
        """Refuse a form that is not of this session. Raises ForbiddenError."""
        require_csrf(self.token, csrf_token)

    def transaction(self) -> AbstractContextManager[connection]:
        """Return a transaction of the worker's role under the person himself."""
        return transaction(Role.WORKER, self.actor)

    def page(self, status: int = 200, **told: str | None) -> Response:
        """Return the page as it is now: `done`, `wrong` or `new_key` say what came of a form."""
        with self.transaction() as connection:
            found = account.read(connection, self.person_id, self.token)
        return page(
            "account.html",
            status,
            account=found,
            csrf_token=sessions.csrf_token(self.token),
            shortest=passwords.MIN_LENGTH,
            longest=passwords.MAX_LENGTH,
            **{"done": None, "wrong": None, "new_key": None} | told,
        )


Me = Annotated[Self, Depends(Self)]


@router.get("", response_class=Response)
def show(me: Me, done: str | None = None) -> Response:
    """Return the page."""
    return me.page(done=done if done in DONE else None)


@router.post("/password", response_class=Response)
def change_password(me: Me, csrf_token: Text, old: Text, new: Text, again: Text) -> Response:
    """Change one's password; every session ends, and this browser goes on under a new token."""
    me.require_form(csrf_token)
    if new != again:
        return me.page(422, wrong="again")
    try:
        with me.transaction() as connection:
            agent = me.request.headers.get("user-agent")
            fresh = account.change_password(connection, me.person_id, old, new, agent)
    except InvalidInputError:
        return me.page(422, wrong="same" if new == old else "length")
    if fresh is None:
        return me.page(403, wrong="old")
    answer = _back("password")
    keep_session(me.request, answer, fresh)
    return answer


@router.post("/sessions/end", response_class=Response)
def end_session(me: Me, csrf_token: Text, number: Number) -> Response:
    """End one of one's sessions."""
    me.require_form(csrf_token)
    with me.transaction() as connection:
        account.end_session(connection, me.person_id, number)
    return _back("session")


@router.post("/sessions/end-others", response_class=Response)
def end_other_sessions(me: Me, csrf_token: Text) -> Response:
    """End all of one's sessions but this one."""
    me.require_form(csrf_token)
    with me.transaction() as connection:
        account.end_other_sessions(connection, me.person_id, me.token)
    return _back("sessions")


@router.post("/keys", response_class=Response)
def create_key(me: Me, csrf_token: Text, name: Text, days: Days, scopes: Scopes = ()) -> Response:
    """Make a key and show it, for the only time."""
    me.require_form(csrf_token)
    try:
        with me.transaction() as connection:
            key = account.create_key(connection, me.person_id, name, scopes, days)
    except InvalidInputError:
        return me.page(422, wrong="key")
    except ConflictError:
        return me.page(409, wrong="keys")
    return me.page(new_key=key)


@router.post("/keys/revoke", response_class=Response)
def revoke_key(me: Me, csrf_token: Text, prefix: Prefix) -> Response:
    """End one of one's keys."""
    me.require_form(csrf_token)
    with me.transaction() as connection:
        account.revoke_key(connection, me.person_id, prefix)
    return _back("key")


def _back(done: str) -> Response:
    return RedirectResponse(f"/account?done={done}", 303)
