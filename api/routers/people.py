"""The page on which the authority manages people. Keys cannot open it, like every page of accounts."""

from __future__ import annotations

from contextlib import AbstractContextManager
from datetime import date, datetime, time
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import RedirectResponse, Response
from psycopg2.extensions import connection
from starlette.exceptions import HTTPException

from api.pages import page
from api.problems import status_of
from api.visitor import Known, require_csrf, writer_of
from gisreg.access import managing
from gisreg.access.actor import Actor, PersonRole
from gisreg.access.sessions import csrf_token as token_of
from gisreg.clock import now
from gisreg.database.connection import Role, transaction
from gisreg.errors import GisregError

router = APIRouter(prefix="/people", tags=["access"], include_in_schema=False)

Token = Annotated[str, Form(max_length=200)]
Login = Annotated[str, Form(max_length=64)]
Text = Annotated[str, Form(max_length=254, pattern=r"^[^\x00]*$")]
Count = Annotated[int, Form(ge=1, lt=2**31)]
HeldRole = Annotated[PersonRole, Form()]


class Manager:
    """Who is signed in with a browser and may manage people."""

    def __init__(self, request: Request, known: Known) -> None:
        """Take the visitor of a request. Raises HTTPException, which sends others to sign in."""
        if known.session is None or known.actor is None:
            raise HTTPException(303, headers={"Location": "/sign-in?next=%2Fpeople"})
        self.request = request
        self.known = known
        self.actor: Actor = known.actor
        self.token = known.session

    def changing(self, csrf_token: str) -> AbstractContextManager[connection]:
        """Return a transaction of the worker's role in his name. Raises ForbiddenError for others' forms."""
        writer_of(self.request, self.known, check_csrf=False)
        require_csrf(self.token, csrf_token)
        return transaction(Role.WORKER, self.actor)

    def page(self, status: int = 200, **told: Any) -> Response:
        """Return the page as it is now; `trouble`, `done` and `password` say what came of a form."""
        with transaction(Role.WORKER) as own:
            people = managing.everybody(own, self.actor)
            organisations, communes = managing.choices(own)
            mine = managing.login_of(own, self.actor)
        # What an address says was done is shown only of somebody who is there.
        told["done"] = told.get("done") if told.get("done") in {one.login for one in people} else None
        return page(
            "people.html",
            status,
            people=people,
            organisations=organisations,
            communes=communes,
            me=self.actor,
            mine=mine,
            roles=list(PersonRole),
            csrf_token=token_of(self.token),
            **{"trouble": None, "done": None, "password": None} | told,
        )

    def refused(self, error: GisregError) -> Response:
        """Return the page with what was wrong."""
        return self.page(status_of(error), trouble=error)


Me = Annotated[Manager, Depends(Manager)]


@router.get("", response_class=Response)
def show(me: Me, done: str | None = None) -> Response:
    """Return everybody with organisation, roles and state."""
    return me.page(done=done)


@router.post("", response_class=Response)
def add(
    me: Me, csrf_token: Token, login: Login, name: Text, organisation: Text = "", email: Text = ""
) -> Response:
    """Add a person without roles; his first password is shown this once."""
    try:
        with me.changing(csrf_token) as own:
            password = managing.add(
                own, me.actor, login, name, organisation=organisation or None, email=email or None
            )
    except GisregError as error:
        return me.refused(error)
    return me.page(done=login, password=password)


@router.post("/change", response_class=Response)
def change(
    me: Me,
    csrf_token: Token,
    login: Login,
    version: Count,
    name: Text,
    organisation: Text = "",
    email: Text = "",
    is_active: Annotated[bool, Form()] = False,
) -> Response:
    """Call a person otherwise, let him act for another organisation, let him in or not."""
    try:
        with me.changing(csrf_token) as own:
            managing.change(
                own,
                me.actor,
                login,
                version,
                name=name,
                organisation=organisation or None,
                email=email or None,
                is_active=is_active,
            )
    except GisregError as error:
        return me.refused(error)
    return _back(login)


@router.post("/password", response_class=Response)
def new_password(me: Me, csrf_token: Token, login: Login, version: Count) -> Response:
    """Give a person another password, shown this once; his sessions end."""
    try:
        with me.changing(csrf_token) as own:
            password = managing.new_password(own, me.actor, login, version)
    except GisregError as error:
        return me.refused(error)
    return me.page(done=login, password=password)


@router.post("/roles", response_class=Response)
def give_role(
    me: Me,
    csrf_token: Token,
    login: Login,
    role: HeldRole,
    area: Text = "",
    until: Annotated[date | None, Form()] = None,
) -> Response:
    """Give a person a role, for one commune or everywhere, until the end of a day or for good."""
    end = None if until is None else datetime.combine(until, time.max, now().tzinfo)
    try:
        with me.changing(csrf_token) as own:
            managing.give_role(own, me.actor, login, role, area=area or None, until=end)
    except GisregError as error:
        return me.refused(error)
    return _back(login)


@router.post("/roles/end", response_class=Response)
def end_role(me: Me, csrf_token: Token, login: Login, role: HeldRole, area: Text = "") -> Response:
    """Take a role away."""
    try:
        with me.changing(csrf_token) as own:
            managing.end_role(own, me.actor, login, role, area=area or None)
    except GisregError as error:
        return me.refused(error)
    return _back(login)


def _back(login: str) -> Response:
    return RedirectResponse(f"/people?done={quote(login, safe='')}", 303)
