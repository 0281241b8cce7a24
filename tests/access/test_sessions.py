"""Sessions begin with a password, end by time, and lock those out who guess."""

from __future__ import annotations

import re
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from gisreg.access import passwords, people, sessions
from gisreg.access.actor import Actor, PersonRole
from gisreg.database.connection import Role, transaction
from gisreg.errors import ConflictError, InvalidInputError, NotFoundError
from tests.access.conftest import Later
from tests.support.databases import Database
from tests.support.served import person

WORD = "đường dây đi ngầm"


@pytest.fixture
def login(fresh_database: Database, later: Later, request: pytest.FixtureRequest) -> str:
    name = re.sub("[^a-z]+", "-", request.node.name)[-50:].strip("-")
    person(name, PersonRole.INSPECTOR, name="Bà Lan", password=WORD)
    return name


def sign_in(login: str, word: str = WORD, old: str | None = None) -> str | None:
    with transaction(Role.WORKER) as connection:
        return sessions.sign_in(connection, login, word, old)


def who(token: str | None) -> Actor | None:
    assert token is not None
    with transaction(Role.WORKER) as connection:
        return sessions.signed_in(connection, token)


def test_the_actor_is_the_person(login: str) -> None:
    actor = who(sign_in(login))
    assert actor is not None
    assert (actor.person, actor.roles, actor.areas) == ("Bà Lan", {PersonRole.INSPECTOR}, None)
    assert actor.person_id is not None


def test_only_a_digest_is_kept(login: str) -> None:
    token = sign_in(login)
    assert token is not None
    with transaction(Role.WORKER) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(s::text, ' ') FROM access.session AS s")
        assert token not in str(cursor.fetchone())
        assert token.encode().hex() not in str(cursor.fetchone())


def test_unused_it_ends_after_twelve_hours(login: str, later: Later) -> None:
    token = sign_in(login)
    later(timedelta(hours=11, minutes=59))
    assert who(token) is not None
    later(timedelta(hours=23, minutes=58))
    assert who(token) is not None
    later(timedelta(hours=35, minutes=59))
    assert who(token) is None


def test_used_it_ends_after_seven_days(login: str, later: Later) -> None:
    token = sign_in(login)
    for hours in range(10, 168, 10):
        later(timedelta(hours=hours))
        assert who(token) is not None
    later(timedelta(days=7))
    assert who(token) is None


def test_signing_in_again_gives_another_token_and_ends_the_first(login: str) -> None:
    first = sign_in(login)
    second = sign_in(login, old=first)
    assert first != second
    assert who(first) is None
    assert who(second) is not None


def test_signing_out_ends_it(login: str) -> None:
    token = sign_in(login)
    assert token is not None
    with transaction(Role.WORKER) as connection:
        sessions.sign_out(connection, token)
    assert who(token) is None


def test_a_new_password_ends_every_session(login: str) -> None:
    tokens = [sign_in(login), sign_in(login)]
    with transaction(Role.WORKER) as connection:
        people.set_password(connection, login, "một mật khẩu khác")
    assert [who(token) for token in tokens] == [None, None]
    assert sign_in(login) is None
    assert sign_in(login, "một mật khẩu khác") is not None


def test_who_is_disabled_is_out_at_once(login: str) -> None:
    token = sign_in(login)
    with transaction(Role.WORKER) as connection:
        people.set_active(connection, login, False)
    assert who(token) is None
    assert sign_in(login) is None
    with transaction(Role.WORKER) as connection:
        people.set_active(connection, login, True)
    assert who(token) is None
    assert sign_in(login) is not None


def test_five_failures_lock_out_and_the_wait_grows(login: str, later: Later) -> None:
    for _ in range(4):
        assert sign_in(login, "wrong wrong wrong") is None
    assert sign_in(login) is not None  # the count begins anew
    for _ in range(5):
        assert sign_in(login, "wrong wrong wrong") is None
    assert sign_in(login) is None
    later(timedelta(seconds=29))
    assert sign_in(login) is None
    later(timedelta(seconds=31))
    assert sign_in(login, "wrong wrong wrong") is None
    later(timedelta(seconds=31 + 59))
    assert sign_in(login) is None
    later(timedelta(seconds=31 + 61))
    assert sign_in(login) is not None


def test_the_wait_ends_at_an_hour(later: Later) -> None:
    start = later(timedelta(0))
    waits = [sessions.lock_end(failures, start) for failures in (4, 5, 6, 7, 50, 10**6)]
    assert waits[0] is None
    assert [(end - start).total_seconds() for end in waits[1:] if end] == [30, 60, 120, 3600, 3600]


@pytest.mark.parametrize("state", ["unknown", "without a password", "locked"])
def test_a_hash_is_verified_whoever_asks(login: str, monkeypatch: pytest.MonkeyPatch, state: str) -> None:
    name = {"unknown": "nobody-at-all", "locked": login}.get(state, f"{login[:50]}-no-word")
    if state == "without a password":
        person(name)
    if state == "locked":
        for _ in range(5):
            sign_in(login, "wrong wrong wrong")
    asked: list[str | None] = []
    real = passwords.verified

    def noting(password: str, stored: str | None) -> tuple[bool, str | None]:
        asked.append(stored)
        return real(password, stored)

    monkeypatch.setattr(sessions, "verified", noting)
    assert sign_in(name) is None
    assert len(asked) == 1


class Recorded:
    """Queries that note which of them were asked."""

    def __init__(self) -> None:
        self.real, self.asked = sessions.queries, list[str]()

    def __getattr__(self, name: str) -> object:
        self.asked.append(name)
        return getattr(self.real, name)


def test_an_unknown_name_takes_as_long_as_a_known_one(
    fresh_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same work of the processor, whatever else it does meanwhile, and the same questions to the database."""
    names = [f"measured-{number}" for number in range(8)]
    for name in names:
        person(name, password=WORD)
    person("measured-locked", password=WORD)
    person("measured-no-word")
    for _ in range(5):
        sign_in("measured-locked", "wrong wrong wrong")
    kinds = {
        "known": names,
        "unknown": [f"nobody-{name}" for name in names],
        "locked": ["measured-locked"] * len(names),
        "without a password": ["measured-no-word"] * len(names),
    }
    sign_in("somebody-first", "wrong wrong wrong")
    recorded = Recorded()
    monkeypatch.setattr(sessions, "queries", recorded)
    taken: dict[str, list[float]] = {kind: [] for kind in kinds}
    for tries in zip(*kinds.values(), strict=True):
        for kind, name in zip(kinds, tries, strict=True):
            recorded.asked.clear()
            began = time.thread_time()
            assert sign_in(name, "wrong wrong wrong") is None
            taken[kind].append(time.thread_time() - began)
            assert recorded.asked == ["wait_for_name", "candidate", "note_failure"]
    quickest = {kind: min(some) for kind, some in taken.items()}
    assert max(quickest.values()) < 1.25 * min(quickest.values()), quickest


@pytest.mark.parametrize("login", ["of-somebody", "of-nobody"])
def test_guesses_at_one_name_wait_for_each_other(
    fresh_database: Database, monkeypatch: pytest.MonkeyPatch, login: str
) -> None:
    """Else several at once would tell by their time whether somebody has the name."""
    if login == "of-somebody":
        person(login, password=WORD)
    at_once, most = 0, 0
    count = threading.Lock()
    real = passwords.verified

    def slow(password: str, stored: str | None) -> tuple[bool, str | None]:
        nonlocal at_once, most
        with count:
            at_once += 1
            most = max(most, at_once)
        time.sleep(0.05)
        found = real(password, stored)
        with count:
            at_once -= 1
        return found

    monkeypatch.setattr(sessions, "verified", slow)
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(lambda _: sign_in(login, "wrong wrong wrong"), range(4))) == [None] * 4
    assert most == 1


def test_a_role_ends_with_its_day(login: str, later: Later) -> None:
    with transaction(Role.WORKER) as connection:
        end = later(timedelta(0)) + timedelta(days=1)
        people.grant(connection, login, PersonRole.AUTHORITY, "tests", valid_to=end)
    token = sign_in(login)
    actor = who(token)
    assert actor is not None
    assert PersonRole.AUTHORITY in actor.roles
    later(timedelta(hours=11))
    who(token)
    later(timedelta(hours=22))
    who(token)
    later(timedelta(hours=25))
    actor = who(token)
    assert actor is not None
    assert actor.roles == {PersonRole.INSPECTOR}


def test_a_role_is_taken_away(login: str) -> None:
    token = sign_in(login)
    with transaction(Role.WORKER) as connection:
        people.revoke(connection, login, PersonRole.INSPECTOR)
    actor = who(token)
    assert actor is not None
    assert actor.roles == frozenset()
    with pytest.raises(NotFoundError), transaction(Role.WORKER) as connection:
        people.revoke(connection, login, PersonRole.INSPECTOR)


def test_an_inspector_is_bound_to_communes(login: str) -> None:
    with transaction(Role.WORKER) as connection:
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO registry.admin_unit (gso_code, level, kind, name, valid_from, geom) VALUES"
                " ('90001', 'commune', 'phuong', 'Một', '2025-07-01',"
                " ST_Multi(ST_MakeEnvelope(106.3, 20.4, 106.4, 20.5, 4326))) RETURNING id"
            )
            (ward,) = cursor.fetchone() or (None,)
        people.revoke(connection, login, PersonRole.INSPECTOR)
        people.grant(connection, login, PersonRole.INSPECTOR, "tests", area="90001")
        with pytest.raises(InvalidInputError):
            people.grant(connection, login, PersonRole.AUTHORITY, "tests", area="90001")
        with pytest.raises(NotFoundError):
            people.grant(connection, login, PersonRole.INSPECTOR, "tests", area="90002")
    actor = who(sign_in(login))
    assert actor is not None
    assert actor.areas == frozenset({ward})
    assert actor.inspects == frozenset({ward})


def test_a_ward_supervisor_is_one_of_a_ward(login: str) -> None:
    with transaction(Role.WORKER) as connection, connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO registry.admin_unit (gso_code, level, kind, name, valid_from, geom) VALUES"
            " ('90011', 'commune', 'phuong', 'Hai', '2025-07-01',"
            " ST_Multi(ST_MakeEnvelope(106.5, 20.4, 106.6, 20.5, 4326))) RETURNING id"
        )
        ((ward,),) = cursor.fetchall()
        with pytest.raises(InvalidInputError, match="ward supervisor is one of a ward"):
            people.grant(connection, login, PersonRole.WARD_SUPERVISOR, "tests")
        people.grant(connection, login, PersonRole.WARD_SUPERVISOR, "tests", area="90011")
    actor = who(sign_in(login))
    assert actor is not None
    assert (actor.areas, actor.inspects) == (None, None), "an inspector of the whole province, too"
    with transaction(Role.WORKER) as connection:
        people.revoke(connection, login, PersonRole.INSPECTOR)
    actor = who(sign_in(login))
    assert actor is not None
    assert (actor.areas, actor.roles) == (frozenset({ward}), {PersonRole.WARD_SUPERVISOR})
    with transaction(Role.WORKER) as connection, connection.cursor() as cursor:
        cursor.execute("UPDATE access.role_grant SET area_id = NULL WHERE role = 'ward_supervisor'")
    actor = who(sign_in(login))
    assert actor is not None
    assert actor.areas == frozenset(), "without a ward he acts nowhere"


def test_a_login_is_taken_once(login: str) -> None:
    with pytest.raises(ConflictError):
        person(login)
    for bad in ("", "A", "has space", "x" * 65, "-x"):
        with pytest.raises(InvalidInputError):
            person(bad)
    with pytest.raises(NotFoundError):
        person("a-new-one", organisation="NONE")


def test_the_application_cannot_read_who_is_who(fresh_database: Database) -> None:
    from psycopg2.errors import InsufficientPrivilege

    for table in ("person", "role_grant", "session", "api_key", "signing_key"):
        with pytest.raises(InsufficientPrivilege), transaction() as connection, connection.cursor() as cursor:
            cursor.execute(f"SELECT FROM access.{table}")
