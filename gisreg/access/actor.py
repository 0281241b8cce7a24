"""The actor of a transaction, and the signed statement by which the database knows him.

The statement names one backend, opens only a transaction that begins when it is made, and ends after a few
minutes: whoever reads it can do nothing with it elsewhere or later. The key never leaves the database but
to this program.
"""

from __future__ import annotations

import getpass
import hashlib
import hmac
import json
import time
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from gisreg import clock
from gisreg.settings import get_settings

VALID_S = 900


class PersonRole(StrEnum):
    """What a person may do; a person can hold several."""

    VIEWER = "viewer"
    ENGINEER = "engineer"
    COORDINATOR = "coordinator"
    INSPECTOR = "inspector"
    WARD_SUPERVISOR = "ward_supervisor"
    AUTHORITY = "authority"
    ADMINISTRATOR = "administrator"


ROLE_TITLES: dict[PersonRole, tuple[str, str]] = {
    PersonRole.VIEWER: ("Người xem", "Viewer"),
    PersonRole.ENGINEER: ("Kỹ sư", "Engineer"),
    PersonRole.COORDINATOR: ("Điều phối viên", "Coordinator"),
    PersonRole.INSPECTOR: ("Thanh tra", "Inspector"),
    PersonRole.WARD_SUPERVISOR: ("Giám sát phường", "Ward supervisor"),
    PersonRole.AUTHORITY: ("Cơ quan quản lý", "Authority"),
    PersonRole.ADMINISTRATOR: ("Quản trị", "Administrator"),
}
"""What people call the roles, in Vietnamese and English, unless the settings say otherwise."""


def title_of(role: PersonRole) -> tuple[str, str]:
    """Return what a role is called here, in Vietnamese and English (GISREG_REGION_ROLE_TITLES)."""
    return get_settings().region.role_titles.get(role.value, ROLE_TITLES[role])


@dataclass(frozen=True)
class Actor:
    """Who acts: person and organisation as they are named today, kept as text in the history.

    `areas` are ids of the communes in which an inspector or ward supervisor acts, `inspects` those to which
    the inspector alone is bound; None is everywhere (for a ward supervisor nowhere).
    `true` is who he really is while he looks with the eyes of an organisation (`seeing_as`).
    """

    person: str
    organisation: str | None = None
    request_id: str | None = None
    reason: str | None = None
    happened_at: datetime | None = None
    person_id: int | None = None
    organisation_id: int | None = None
    roles: frozenset[PersonRole] = field(default_factory=frozenset)
    areas: frozenset[int] | None = None
    inspects: frozenset[int] | None = None
    true: Actor | None = None

    @property
    def really(self) -> Actor:
        """Return who this is in truth: himself, unless he looks with the eyes of an organisation."""
        return self.true or self

    def seeing_as(self, organisation_id: int, organisation: str, reason: str) -> Actor:
        """Return this person with exactly what an organisation's people may read, and nothing to write.

        He has the rights of its engineers and coordinators, keeps his own name, and every transaction of
        his is read-only in the database.
        """
        return replace(
            self,
            person=f"{self.person}, xem như {organisation} / seen as {organisation}",
            organisation=organisation,
            organisation_id=organisation_id,
            roles=frozenset({PersonRole.ENGINEER, PersonRole.COORDINATOR}),
            areas=None,
            inspects=None,
            reason=reason,
            true=self,
        )

    def because(self, reason: str) -> Actor:
        """Return the same actor with a reason for what he does now."""
        return replace(self, reason=reason)


def operator(reason: str | None = None) -> Actor:
    """Return the person at the server's own command line: acts with the authority's rights.

    Whoever may run gisreg there can read its secrets and the database anyway.
    """
    return Actor(
        person=f"{getpass.getuser()} (command line)",
        reason=reason,
        roles=frozenset({PersonRole.AUTHORITY, PersonRole.ADMINISTRATOR}),
    )


def statement(actor: Actor, backend: int, secret: bytes) -> str:
    """Return the signed statement for one backend: 64 hexadecimal digits, a dot, JSON.

    Args:
        actor: who acts.
        backend: process id of the database connection that it is for.
        secret: the registry's signing key (HMAC-SHA-256, RFC 2104).
    """
    issued = time.time()
    claims = {
        "person": actor.person,
        "person_id": actor.person_id,
        "organisation": actor.organisation,
        "organisation_id": actor.organisation_id,
        "roles": sorted(actor.roles),
        "areas": None if actor.areas is None else sorted(actor.areas),
        "inspects": None if actor.inspects is None else sorted(actor.inspects),
        "request_id": actor.request_id,
        "reason": actor.reason,
        "today": clock.today().isoformat(),
        "happened_at": actor.happened_at.isoformat() if actor.happened_at else None,
        "is_read_only": actor.true is not None,
        "backend": backend,
        "issued": issued,
        "until": issued + VALID_S,
    }
    text = json.dumps(claims, ensure_ascii=False)
    digest = hmac.new(secret, text.encode(), hashlib.sha256).hexdigest()
    return f"{digest}.{text}"
