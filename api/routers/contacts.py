"""Contacts of organisations, and notices."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Form, Query, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import BaseModel, ConfigDict, Field

from api.answers import ObjectId
from api.editions import Version
from api.pages import page, wants_page
from api.routers.sign_in import sign_in_address
from api.visitor import SIGN_IN, Known, Reader, Writer, require_csrf
from gisreg import editions
from gisreg.access.sessions import csrf_token
from gisreg.clock import local, now
from gisreg.contacts import directory, notices
from gisreg.database.connection import transaction
from gisreg.errors import NotSignedInError
from gisreg.said import both
from layers.codelists import CONTACT_SUBJECT

router = APIRouter(tags=["contacts"])

Code = Annotated[str, Query(max_length=60)]
Text = Annotated[str, Field(min_length=1, max_length=254)]


class NewContact(BaseModel):
    """Somebody who answers for an organisation; organisation and area by their codes."""

    model_config = ConfigDict(extra="forbid")

    organisation: Text
    name: Text
    subject: Text = "general"
    area: Text | None = None
    rank: Annotated[int, Field(ge=1, le=99)] = 1
    email: Text | None = None
    phone: Text | None = None
    login: Text | None = None


class ContactChange(BaseModel):
    """What changes of a contact; what is left out stays, null takes an address away."""

    model_config = ConfigDict(extra="forbid")

    name: Text | None = None
    email: Text | None = None
    phone: Text | None = None
    rank: Annotated[int | None, Field(ge=1, le=99)] = None


class Absence(BaseModel):
    """Days on which a contact does not answer, both included."""

    model_config = ConfigDict(extra="forbid")

    contact_id: Annotated[int, Field(ge=0, lt=2**53)]
    from_on: date
    until_on: date


class Read(BaseModel):
    """Notices that were read."""

    model_config = ConfigDict(extra="forbid")

    ids: Annotated[list[Annotated[int, Field(ge=0, lt=2**53)]], Field(min_length=1, max_length=500)]


@router.get("/contacts", response_model=None)
def contacts(
    request: Request,
    actor: Reader,
    known: Known,
    organisation: Code | None = None,
    area: Code | None = None,
    subject: Code | None = None,
) -> dict[str, Any] | Response:
    """Return who answers for whom; organisation and area by their codes. Browsers get a page."""
    if wants_page(request) and actor is None:
        return RedirectResponse(sign_in_address(request), 303)
    with transaction(actor=actor) as connection:
        found = directory.contacts(
            connection,
            directory.organisation_of(connection, organisation) if organisation else None,
            directory.commune_of(connection, area),
            subject,
        )
    if not wants_page(request):
        return {"contacts": [asdict(one) for one in found]}
    titles = {code.value: (code.vi, code.en) for code in CONTACT_SUBJECT.codes}
    token = csrf_token(known.session) if known.session else ""
    answer = page("contacts.html", contacts=found, subjects=titles, actor=actor, csrf_token=token)
    answer.headers["Vary"] = "Accept"
    return answer


@router.get("/contacts/answering")
def answering(
    actor: Reader, organisation: Code, area: Code | None = None, subject: Code = "general"
) -> dict[str, Any]:
    """Return who answers for an organisation today, in the order in which to ask."""
    with transaction(actor=actor) as connection:
        found = directory.who_answers(
            connection,
            directory.organisation_of(connection, organisation),
            directory.commune_of(connection, area),
            subject,
            now(),
        )
    return {"answering": [asdict(one) for one in found]}


@router.post("/contacts", status_code=201)
def add(contact: NewContact, actor: Writer) -> dict[str, int]:
    """Add a contact of one's own organisation."""
    with transaction(actor=actor) as connection:
        number = directory.add(
            connection,
            directory.organisation_of(connection, contact.organisation),
            contact.name,
            subject=contact.subject,
            commune_id=directory.commune_of(connection, contact.area),
            rank=contact.rank,
            email=contact.email,
            phone=contact.phone,
            login=contact.login,
        )
    return {"id": number}


@router.patch("/contacts/{id}", status_code=204)
def change(id: ObjectId, changes: ContactChange, actor: Writer, version: Version) -> Response:
    """Change how a contact is reached, or his place in the order, on the version of `If-Match`."""
    with transaction(actor=actor) as connection:
        editions.require(connection, editions.CONTACT, {id: version})
        directory.change(connection, id, changes.model_dump(exclude_unset=True))
    return Response(status_code=204)


@router.delete("/contacts/{id}", status_code=204)
def retire(id: ObjectId, actor: Writer, version: Version) -> Response:
    """Let a contact answer no more, as he stands at the version of `If-Match`."""
    with transaction(actor=actor) as connection:
        editions.require(connection, editions.CONTACT, {id: version})
        directory.retire(connection, id)
    return Response(status_code=204)


@router.post("/absences", status_code=204)
def absent(absence: Absence, actor: Writer) -> Response:
    """Write down when a contact does not answer; the next in order does then."""
    with transaction(actor=actor) as connection:
        directory.absent(connection, absence.contact_id, absence.from_on, absence.until_on)
    return Response(status_code=204)


@router.delete("/absences/{id}", status_code=204)
def present(id: ObjectId, actor: Writer) -> Response:
    """Take an absence back. Its days never change, so there is no older version to be wrong about."""
    with transaction(actor=actor) as connection:
        directory.present(connection, id)
    return Response(status_code=204)


@router.get("/notices", response_model=None)
def mine(
    request: Request,
    actor: Reader,
    known: Known,
    unread: bool = False,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
    after: int | None = None,
) -> dict[str, Any] | Response:
    """Return what the signed-in person is told, the newest first; browsers get a page."""
    if wants_page(request) and actor is None:
        return RedirectResponse(sign_in_address(request), 303)
    with transaction(actor=actor) as connection:
        found = notices.mine(connection, unread=unread, limit=limit, after=after)
    if not wants_page(request):
        return {"notices": found}
    token = csrf_token(known.session) if known.session else ""
    answer = page("notices.html", notices=found, local=local, csrf_token=token, actor=actor)
    answer.headers["Vary"] = "Accept"
    return answer


@router.post("/notices/page", include_in_schema=False, response_class=Response)
def mark_read_on_page(
    known: Known, csrf_token: Annotated[str, Form()], id: Annotated[int, Form()]
) -> Response:
    """Mark a notice as read from its page, then show the page again."""
    if known.actor is None or known.session is None:
        raise NotSignedInError(
            both("Việc này cần đăng nhập.", "This needs a signed-in person."),
            hint=SIGN_IN,
        )
    require_csrf(known.session, csrf_token)
    with transaction(actor=known.actor) as connection:
        notices.mark_read(connection, known.actor, [id])
    return RedirectResponse("/notices", 303)


@router.post("/notices/read")
def mark_read(read: Read, actor: Writer) -> dict[str, int]:
    """Mark notices as read; tell how many were not before."""
    with transaction(actor=actor) as connection:
        return {"read": notices.mark_read(connection, actor, read.ids)}
