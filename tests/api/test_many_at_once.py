"""Two hundred callers at once on ten connections: nobody sees what is another's, nothing is lost or stuck."""

from __future__ import annotations

import json
import random
import socket
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from urllib.parse import urlsplit

import mapbox_vector_tile
import psycopg2
import pytest

from gisreg.access.actor import Actor, PersonRole
from gisreg.database.connection import Role, dispose_engines, engine, transaction
from gisreg.errors import BusyError
from gisreg.settings import get_settings
from tests.support.databases import Database
from tests.support.served import key_of, serving

CALLERS = 200
SECONDS = 12
POOL = 10
MARKS = {"A": "MARKA", "B": "MARKB", "secret": "MARKS", "public": "MARKP"}
LON, LAT = 106.3366, 20.4463


@dataclass
class Caller:
    """Who calls, with which key, and the marks that he must not see."""

    name: str
    key: str | None
    forbidden: tuple[str, ...]
    own: str | None = None


@dataclass
class Report:
    """What the callers saw, filled from all threads."""

    statuses: Counter[tuple[int, str]] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)


@pytest.fixture(scope="module")
def crowd(fresh_database: Database) -> Iterator[tuple[str, list[Caller]]]:
    """Return the address of a service with ten connections a pool, and the kinds of callers."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GISREG_DATABASE_POOL_SIZE", str(POOL))
        patch.setenv("GISREG_DATABASE_POOL_TIMEOUT_S", "0.5")
        for kind in ("TILE", "PAGE", "LIST", "WRITE"):
            patch.setenv(f"GISREG_TIMEOUT_{kind}_MS", "700")
        get_settings.cache_clear()
        dispose_engines()
        with transaction(Role.WORKER, Actor("seed")) as connection, connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO registry.organisation (code, name, kind)"
                " VALUES ('A', 'A', 'carrier'), ('B', 'B', 'carrier')"
            )
            for who, mark in MARKS.items():
                cursor.execute(
                    "INSERT INTO registry.pole (code, owner_id, visibility, geom) SELECT %s || '-' || i,"
                    " (SELECT id FROM registry.organisation WHERE code = %s), %s,"
                    " ST_SetSRID(ST_MakePoint(%s + i * 0.00001, %s), 4326) FROM generate_series(1, 60) AS i",
                    (mark, who, {"secret": "secret", "public": "public"}.get(who, "agency"), LON, LAT),
                )
            cursor.execute(
                "INSERT INTO registry.pole_private (pole_id, note)"
                " SELECT id, 'NOTE' || left(code, 5) FROM registry.pole"
            )
        callers = [
            Caller("public", None, ("MARKA", "MARKB", "MARKS")),
            Caller(
                "A",
                key_of("anh-a", PersonRole.ENGINEER, organisation="A"),
                ("MARKB", "MARKS", "NOTEMARKP"),
                "MARKA",
            ),
            Caller(
                "B",
                key_of("anh-b", PersonRole.ENGINEER, organisation="B"),
                ("MARKA", "MARKS", "NOTEMARKP"),
                "MARKB",
            ),
            Caller("inspector", key_of("tra", PersonRole.INSPECTOR), ("MARKS", "NOTEMARK")),
            Caller("authority", key_of("so", PersonRole.AUTHORITY), ()),
        ]
        with serving() as address:
            yield address, callers
    get_settings.cache_clear()
    dispose_engines()


def _tile(zoom: int) -> str:
    with transaction() as connection, connection.cursor() as cursor:
        cursor.execute("SELECT gisreg.cell_x(%s, %s), gisreg.cell_y(%s, %s)", (LON, zoom, LAT, zoom))
        x, y = cursor.fetchone() or (0, 0)
    return f"/tiles/pole/{zoom}/{x}/{y}.mvt"


def _visible(caller: Caller) -> set[int]:
    """Return the ids of poles that a caller may see, by what the fixture says and not by any policy."""
    marks = [mark for mark in MARKS.values() if mark not in caller.forbidden]
    with transaction(Role.WORKER) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT id FROM registry.pole WHERE left(code, 5) = ANY (%s)", (marks,))
        return {number for (number,) in cursor.fetchall()}


def _fetch(
    address: str, caller: Caller, path: str, method: str = "GET", body: str | None = None, **headers: str
) -> tuple[int, bytes, dict[str, str]]:
    if caller.key is not None:
        headers["X-Api-Key"] = caller.key
    if body is not None:
        headers["Content-Type"] = "application/json"
    parts = urlsplit(address)
    connection = HTTPConnection(str(parts.hostname), parts.port, timeout=30)
    try:
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        return answer.status, answer.read(), {name.lower(): value for name, value in answer.getheaders()}
    finally:
        connection.close()


def _hang_up(address: str, caller: Caller, path: str) -> None:
    """Ask and go away before the answer comes."""
    parts = urlsplit(address)
    key = f"X-Api-Key: {caller.key}\r\n" if caller.key else ""
    with socket.create_connection((parts.hostname, parts.port), timeout=30) as plain:
        plain.sendall(f"GET {path} HTTP/1.1\r\nHost: x\r\n{key}\r\n".encode())


class Crowd:
    """Callers that ask, write, fail and hang up until the time is over."""

    def __init__(self, address: str, callers: list[Caller]) -> None:
        self.address, self.callers, self.report = address, callers, Report()
        self.visible = {caller.name: _visible(caller) for caller in callers}
        self.tile = _tile(16)
        with transaction(Role.WORKER) as connection, connection.cursor() as cursor:
            cursor.execute("SELECT left(code, 5), array_agg(id ORDER BY id) FROM registry.pole GROUP BY 1")
            self.poles: dict[str, list[int]] = dict(cursor.fetchall())
        self.ends = time.monotonic() + SECONDS

    def one(self, seed: int) -> None:
        """Behave as one caller."""
        dice = random.Random(seed)  # noqa: S311 - a repeatable mix, nothing secret
        caller = self.callers[seed % len(self.callers)]
        ways = (
            self._items,
            self._items,
            self._tile,
            self._search,
            self._slow,
            self._fail,
            self._hang,
            self._write,
        )
        while time.monotonic() < self.ends:
            way = dice.choice(ways)
            try:
                way(caller, dice)
            except (OSError, HTTPException) as error:
                self._wrong(f"{caller.name} {way.__name__}: {error!r}")

    def _wrong(self, told: str) -> None:
        with self.report.lock:
            self.report.wrong.append(told)

    def _ask(self, caller: Caller, path: str, method: str = "GET", **given: str) -> tuple[int, bytes]:
        status, content, headers = _fetch(self.address, caller, path, method, **given)
        code = ""
        if status >= 400:
            code = json.loads(content)["type"].rpartition(":")[2]
            if status == 503:
                if "retry-after" not in headers:
                    self._wrong(f"503 without Retry-After: {path}")
                time.sleep(0.2)
        with self.report.lock:
            self.report.statuses[status, code] += 1
        for mark in caller.forbidden:
            if mark.encode() in content and mark not in path:
                self._wrong(f"{caller.name} saw {mark} in {method} {path}")
        return status, content

    def _items(self, caller: Caller, dice: random.Random) -> None:
        status, content = self._ask(caller, "/collections/pole/items?limit=300")
        if status == 200:
            found = {feature["id"] for feature in json.loads(content)["features"]}
            if found != self.visible[caller.name]:
                self._wrong(f"{caller.name} got {len(found)} poles, not {len(self.visible[caller.name])}")

    def _tile(self, caller: Caller, dice: random.Random) -> None:
        status, content = self._ask(caller, self.tile)
        if status == 200 and dice.random() < 0.3:
            features = mapbox_vector_tile.decode(content)["pole"]["features"]
            if not {feature["id"] for feature in features} <= self.visible[caller.name]:
                self._wrong(f"{caller.name} got another's poles in a tile")

    def _search(self, caller: Caller, dice: random.Random) -> None:
        mark = dice.choice(list(MARKS.values()))
        status, content = self._ask(caller, f"/search?q={mark}")
        if status == 200 and mark in caller.forbidden and f"{mark}-".encode() in content:
            self._wrong(f"{caller.name} found {mark}")

    def _slow(self, caller: Caller, dice: random.Random) -> None:
        self._ask(caller, "/collections/tower/items?limit=1")  # while the table is locked

    def _fail(self, caller: Caller, dice: random.Random) -> None:
        wrong = ("/collections/pole/items?nonsense=1", "/collections/none/items", "/tiles/pole/99/0/0.mvt")
        status, _ = self._ask(caller, dice.choice(wrong))
        if status not in (400, 404, 503):
            self._wrong(f"a wrong request got {status}")

    def _hang(self, caller: Caller, dice: random.Random) -> None:
        _hang_up(self.address, caller, dice.choice(("/collections/pole/items?limit=300", self.tile)))

    def _write(self, caller: Caller, dice: random.Random) -> None:
        mark = dice.choice(("MARKA", "MARKB"))
        path = f"/collections/pole/items/{dice.choice(self.poles[mark])}"
        body = json.dumps({"properties": {"height_m": dice.randint(6, 12)}})
        status, _ = self._ask(caller, path, "PATCH", body=body, **{"If-Match": f'"{dice.randint(1, 3)}"'})
        if status == 200 and caller.name != "authority" and mark != caller.own:
            self._wrong(f"{caller.name} wrote a pole of {mark}")


def _lock_towers(ends: float) -> None:
    """Lock a table now and then, so that what reads it runs into its timeout."""
    with closing(
        psycopg2.connect(engine(Role.OWNER).url.set(drivername="postgresql").render_as_string(False))
    ) as own:
        while time.monotonic() < ends - 2:
            with own.cursor() as cursor:
                cursor.execute("LOCK TABLE registry.tower IN ACCESS EXCLUSIVE MODE")
                time.sleep(1)
            own.rollback()
            time.sleep(1)


def test_nobody_gets_what_is_anothers(crowd: tuple[str, list[Caller]]) -> None:
    address, callers = crowd
    mix = Crowd(address, callers)
    threads = [threading.Thread(target=mix.one, args=(number,)) for number in range(CALLERS)]
    threads.append(threading.Thread(target=_lock_towers, args=(mix.ends,)))
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(SECONDS + 40)
        assert not thread.is_alive(), "somebody never got an answer"
    report = mix.report
    assert report.wrong == []
    seen = {status for status, _ in report.statuses}
    codes = {code for _, code in report.statuses}
    assert not {status for status in seen if status >= 500} - {503}, report.statuses
    # Every way was gone: answers, refusals, no free connection, a query cut off.
    assert {200, 400, 404, 503} <= seen, report.statuses
    assert {"busy", "too-slow"} <= codes, report.statuses
    assert report.statuses[200, ""] > 200, report.statuses
    _all_is_given_back()
    _history_names_the_right_people()
    for caller in callers:
        status, content, _ = _fetch(address, caller, "/collections/pole/items?limit=300")
        assert status == 200
        assert {one["id"] for one in json.loads(content)["features"]} == mix.visible[caller.name]


def _all_is_given_back() -> None:
    """Every connection is back in its pool, in no transaction, and bears nobody's name."""
    for role in (Role.APP, Role.WORKER):
        pool = engine(role).pool
        deadline = time.monotonic() + 10
        while pool.checkedout() and time.monotonic() < deadline:  # type: ignore[attr-defined]
            time.sleep(0.05)
        assert pool.checkedout() == 0, pool.status()  # type: ignore[attr-defined]
        held = [engine(role).raw_connection() for _ in range(POOL)]
        try:
            with pytest.raises(BusyError), transaction(role):
                pass
            for one in held:
                with one.cursor() as cursor:
                    cursor.execute("SELECT current_setting('gisreg.actor', true), gisreg.actor() IS NULL")
                    setting, nobody = cursor.fetchone()
                    assert (setting or "", nobody) == ("", True)
        finally:
            for one in held:
                one.close()


def _history_names_the_right_people() -> None:
    with transaction(Role.WORKER) as connection, connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT left(h.code, 5), c.person FROM history.pole AS h"
            " JOIN gisreg.change_set AS c ON c.id = h.change_set_id WHERE h.operation = 'U'"
        )
        found = set(cursor.fetchall())
    assert found <= {("MARKA", "anh-a"), ("MARKB", "anh-b"), ("MARKA", "so"), ("MARKB", "so")}, found
    assert {("MARKA", "anh-a"), ("MARKB", "anh-b")} & found


def test_a_query_that_is_cut_off_leaves_no_actor_behind(fresh_database: Database) -> None:
    boss = Actor("so", roles=frozenset({PersonRole.AUTHORITY}))
    for statement in ("SELECT pg_sleep(5)", "SELECT 1 / 0", "SELECT pg_terminate_backend(pg_backend_pid())"):
        with pytest.raises(psycopg2.Error), transaction(Role.APP, boss, timeout_ms=50) as connection:
            connection.cursor().execute(statement)
        for _ in range(3):
            with engine(Role.APP).connect() as plain:
                cursor = plain.connection.cursor()
                cursor.execute("SELECT coalesce(current_setting('gisreg.actor', true), ''), gisreg.actor()")
                assert cursor.fetchone() == ("", None)


def test_what_would_wait_too_long_is_refused_at_once(
    fresh_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GISREG_SERVER_MAX_REQUESTS", "1")
    get_settings.cache_clear()
    nobody = Caller("public", None, ())
    with serving() as address, transaction(Role.OWNER) as connection:
        connection.cursor().execute("LOCK TABLE registry.tower IN ACCESS EXCLUSIVE MODE")
        waiting = threading.Thread(target=_fetch, args=(address, nobody, "/collections/tower/items"))
        waiting.start()
        time.sleep(0.5)
        began = time.monotonic()
        status, content, headers = _fetch(address, nobody, "/collections/pole/items")
        assert (status, headers["retry-after"]) == (503, "2")
        assert json.loads(content)["request_id"]
        assert time.monotonic() - began < 1
        connection.rollback()
        waiting.join(20)
        assert _fetch(address, nobody, "/collections/pole/items")[0] == 200
    monkeypatch.undo()
    get_settings.cache_clear()
