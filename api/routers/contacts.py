"""Contacts of organisations, and notices."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, ConfigDict, Field

from api.answers import ObjectId
from api.visitor import Reader, Writer
from gisreg.clock import now
from gisreg.contacts import directory, notices
from gisreg.database.connection import transaction

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


class Absence(BaseModel):
    """Days on which a contact does not answer, both included."""

    model_config = ConfigDict(extra="forbid")

    from_on: date
    until_on: date


class Read(BaseModel):
    """Notices that were read."""

    model_config = ConfigDict(extra="forbid")

    ids: Annotated[list[Annotated[int, Field(ge=0, lt=2**53)]], Field(min_length=1, max_length=500)]


@router.get("/contacts")
def contacts(
    actor: Reader, organisation: Code | None = None, area: Code | None = None, subject: Code | None = None
) -> dict[str, Any]:
    """Return who answers for whom; organisation and area by their codes."""
    with transaction(actor=actor) as connection:
        found = directory.contacts(
            connection,
            directory.organisation_of(connection, organisation) if organisation else None,
            directory.commune_of(connection, area),
            subject,
        )
    return {"contacts": [asdict(one) for one in found]}


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


@router.delete("/contacts/{id}", status_code=204)
def retire(id: ObjectId, actor: Writer) -> Response:
    """Let a contact answer no more."""
    with transaction(actor=actor) as connection:
        directory.retire(connection, id)
    return Response(status_code=204)


@router.post("/contacts/{id}/absences", status_code=204)
def absent(id: ObjectId, absence: Absence, actor: Writer) -> Response:
    """Write down when a contact does not answer; the next in order does then."""
    with transaction(actor=actor) as connection:
        directory.absent(connection, id, absence.from_on, absence.until_on)
    return Response(status_code=204)


@router.get("/notices")
def mine(
    actor: Reader,
    unread: bool = False,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
    after: int | None = None,
) -> dict[str, Any]:
    """Return what the signed-in person is told, the newest first."""
    with transaction(actor=actor) as connection:
        return {"notices": notices.mine(connection, unread=unread, limit=limit, after=after)}


@router.post("/notices/read")
def mark_read(read: Read, actor: Writer) -> dict[str, int]:
    """Mark notices as read; tell how many were not before."""
    with transaction(actor=actor) as connection:
        return {"read": notices.mark_read(connection, actor, read.ids)}
