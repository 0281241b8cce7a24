"""People of the demo town, one of each kind; their passwords are made up anew for each town.

They are kept in a file that only the owner of the instance can read, because the database holds no
passwords.
"""

from __future__ import annotations

import json
import os
import tempfile
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import psycopg2.extensions

from gisreg.access import keys, passwords, people
from gisreg.access.actor import Actor, PersonRole
from gisreg.access.keys import Scope
from gisreg.database.connection import Role, transaction
from gisreg.database.queries import load_queries
from gisreg.settings import get_settings

PgConnection = psycopg2.extensions.connection
queries = load_queries(__file__)

GRANTED_BY = "gisreg demo"
CHECKED_AS = "sogiamsat"


@dataclass(frozen=True)
class Account:
    """A person of the demo; `bound` to the commune with the most flagged segments or not."""

    login: str
    name: str
    organisation: str | None
    role: PersonRole
    bound: bool = False


ACCOUNTS = (
    Account(CHECKED_AS, "Sở: cán bộ quản lý / authority", "SKHCN", PersonRole.AUTHORITY),
    Account("thanhtra", "Thanh tra phường / inspector", "SKHCN", PersonRole.INSPECTOR, True),
    Account("phuong", "Cán bộ phường / ward supervisor", "UBND", PersonRole.WARD_SUPERVISOR, True),
    Account("viettel-kythuat", "Viettel: kỹ thuật / engineer", "VIETTEL", PersonRole.ENGINEER),
    Account("viettel-dieuphoi", "Viettel: điều phối / coordinator", "VIETTEL", PersonRole.COORDINATOR),
    Account("vnpt-kythuat", "VNPT: kỹ thuật / engineer", "VNPT", PersonRole.ENGINEER),
    Account("vnpt-dieuphoi", "VNPT: điều phối / coordinator", "VNPT", PersonRole.COORDINATOR),
    Account("xem", "FPT: người xem / viewer", "FPT", PersonRole.VIEWER),
)


def accounts_file() -> Path:
    """Return where the passwords of this instance's demo are kept."""
    return get_settings().home / "demo-accounts.json"


def ensure_accounts() -> dict[str, str]:
    """Make the demo's people who lack; return the passwords that are known, by login."""
    known = read_passwords()
    with transaction(Role.WORKER, Actor(GRANTED_BY)) as connection:
        there = {one.login for one in people.people(connection)}
        ward = queries.busiest_commune(connection)
        fresh = {
            account.login: _make(connection, account, ward)
            for account in ACCOUNTS
            # A town made of streets alone has no wards, and so no supervisor of one.
            if account.login not in there and (ward or account.role is not PersonRole.WARD_SUPERVISOR)
        }
        if fresh:
            # Written before the people are there for others: a password that is lost helps nobody.
            known = {login: word for login, word in known.items() if login in there} | fresh
            _write(accounts_file(), known)
    return known


def read_passwords() -> dict[str, str]:
    """Return the passwords of the demo's people by login; empty where the file is gone."""
    try:
        found: dict[str, str] = json.loads(accounts_file().read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return {}
    return found


def short_key() -> str:
    """Return a key for reading as the authority that ends in ten minutes, for checking the service."""
    with transaction(Role.WORKER, Actor(GRANTED_BY)) as connection:
        return keys.create(connection, CHECKED_AS, "gisreg demo check", [Scope.READ], timedelta(minutes=10))


def _make(connection: PgConnection, account: Account, ward: str | None) -> str:
    password = passwords.generated()
    people.create(
        connection,
        account.login,
        account.name,
        organisation=account.organisation,
        password=password,
        is_generated=True,
    )
    area = ward if account.bound else None
    people.grant(connection, account.login, account.role, GRANTED_BY, area=area)
    return password


def _write(path: Path, known: dict[str, str]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, fresh = tempfile.mkstemp(dir=path.parent, prefix=path.stem)  # 0600
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(known, file, ensure_ascii=False, indent=2)
    Path(fresh).replace(path)
