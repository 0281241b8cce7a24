"""Alerts: recorded once, told to the authority here and by mail, closed by somebody with what he found."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from typer.testing import CliRunner

from gisreg.access.actor import Actor, PersonRole
from gisreg.alerts.record import Kind, raise_alert
from gisreg.alerts.register import alerts, close
from gisreg.cli.alert import app as alert_app
from gisreg.cli.history import app as history_app
from gisreg.contacts.notices import mine
from gisreg.contacts.outbox import deliver
from gisreg.database.connection import Role, transaction
from gisreg.errors import ConflictError, ForbiddenError, InvalidInputError, NotFoundError
from gisreg.exporting import register
from gisreg.history import chain, heads
from gisreg.history.export import request_exports
from gisreg.history.watch import watch
from gisreg.jobs.registry import PERIODIC
from tests.access.rights import COLUMNS, allows, table
from tests.contacts.conftest import Later, Mailbox
from tests.support.served import key_of, person, serving, session_cookie

WORD = "đường dây đi ngầm"
BOSS = Actor("Bà Lan", "Sở", person_id=1, roles=frozenset({PersonRole.AUTHORITY}))
OTHER = Actor("Ông Hải", "Sở", person_id=2, roles=frozenset({PersonRole.AUTHORITY}))


@pytest.fixture(autouse=True)
def empty(organisations: dict[str, int]) -> Iterator[None]:
    yield
    with transaction(Role.OWNER) as own, own.cursor() as cursor:
        cursor.execute("TRUNCATE registry.alert, registry.notice")


def exported(settings: Callable[..., None], actor: Actor = BOSS) -> str:
    """Take more than a day's limit and return the export's number."""
    settings(GISREG_EXPORT_ROWS_PER_DAY="10")
    with transaction(Role.APP, actor) as own:
        return register.enter(own, actor, register.Asked("pole", "gpkg", 4326, {}), 25).number


def test_an_unusual_export_reaches_the_authority(
    mailbox: Mailbox, settings: Callable[..., None], later: Later, organisations: dict[str, int]
) -> None:
    carrier = Actor("Nam", "A", organisation_id=organisations["A"], roles=frozenset({PersonRole.ENGINEER}))
    number = exported(settings, carrier)
    with transaction(Role.APP, BOSS) as own:
        (alert,) = alerts(own)
        (notice,) = mine(own)
    assert (alert.kind, alert.subject) == ("large-export", number)
    assert "Nam" in alert.message_vi
    assert (notice["about"], notice["about_id"]) == ("alert", alert.id)
    with transaction(Role.WORKER) as own:
        assert deliver(own).sent == 1
    (mail,) = mailbox.mails
    assert mail["To"] == "so@so.example"
    text = mail.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert "Cảnh báo: Lượng dữ liệu xuất lớn bất thường" in text
    assert number not in text, "who took what is for those who may see the alert"
    assert "Nam" not in text
    with transaction(Role.APP, carrier) as own:
        assert (alerts(own), mine(own)) == ([], [])


def test_it_is_closed_with_what_was_found_and_never_by_who_caused_it(settings: Callable[..., None]) -> None:
    exported(settings)
    with transaction(Role.APP, OTHER) as own:
        (alert,) = alerts(own)
        with pytest.raises(InvalidInputError):
            close(own, OTHER, alert.id, "  ")
        with pytest.raises(NotFoundError):
            close(own, OTHER, 17, "x")
    with pytest.raises(ForbiddenError), transaction(Role.APP, BOSS) as own:
        close(own, BOSS, alert.id, "của tôi")
    with transaction(Role.APP, OTHER) as own:
        close(own, OTHER, alert.id, "Đã hỏi: giao nộp theo kế hoạch 12")
    with transaction(Role.APP, BOSS) as own:
        assert alerts(own) == []
        (closed,) = alerts(own, closed=True)
        assert (closed.closed_by, closed.version) == ("Ông Hải", 2)
        assert mine(own)[0]["is_settled"]
        with pytest.raises(ConflictError, match="Ông Hải"):
            close(own, BOSS, alert.id, "nữa")
        with own.cursor() as cursor:
            cursor.execute(
                "SELECT h.operation, c.person, h.closed_note FROM history.alert AS h"
                " JOIN gisreg.change_set AS c ON c.id = h.change_set_id WHERE h.id = %s ORDER BY h.history_id",
                (alert.id,),
            )
            assert cursor.fetchall() == [
                ("I", "Bà Lan", None),
                ("U", "Ông Hải", "Đã hỏi: giao nộp theo kế hoạch 12"),
            ]


def test_nothing_is_recorded_twice_while_it_is_open() -> None:
    def again() -> bool:
        with transaction(Role.WORKER) as own:
            return raise_alert(own, Kind.CHAIN_BROKEN, "link 7", "vi", "en")

    assert (again(), again()) == (True, False)
    with transaction(Role.APP, BOSS) as own:
        assert len(mine(own)) == 1
        close(own, BOSS, alerts(own)[0].id, "đĩa hỏng, đã khôi phục")
    assert again() is True


@pytest.mark.parametrize("role", COLUMNS, ids=lambda role: role or "visitor")
def test_who_sees_and_closes(settings: Callable[..., None], role: PersonRole | None) -> None:
    exported(settings, OTHER)
    actor = role and Actor("Thử", "A", person_id=9, organisation_id=1, roles=frozenset({role}))
    with transaction(Role.APP, BOSS) as own:
        assert len(alerts(own)) == 1
    with transaction(Role.APP, actor) as own:
        may = allows(table()["alert"][role], "secret", False)
        assert bool(alerts(own)) is may
        with own.cursor() as cursor:
            cursor.execute(
                "UPDATE registry.alert SET closed_at = now(), closed_by = 'Thử', closed_note = 'x'"
            )
            assert cursor.rowcount == int(allows(table()["closing"][role], "secret", False))
        own.rollback()


def test_a_broken_chain_and_a_late_head_are_alerts(
    settings: Callable[..., None], later: Later, tmp_path: Path
) -> None:
    settings(GISREG_HEADS_FOLDER=str(tmp_path))
    with transaction(Role.WORKER, BOSS) as own, own.cursor() as cursor:
        cursor.execute(
            "INSERT INTO registry.organisation (code, name, kind) VALUES ('X', 'X', 'other') RETURNING id"
        )
    chain.seal()
    head = chain.head()
    assert head is not None
    heads.append(head, tmp_path / "heads.txt")
    (nightly,) = (one for one in PERIODIC if one.name == "history.verify")
    assert nightly.run is watch

    def look() -> list[str]:
        with transaction(Role.WORKER) as own:
            assert watch(own) is False
        with transaction(Role.APP, BOSS) as own:
            return [one.kind for one in alerts(own)]

    assert look() == []
    with transaction(Role.OWNER) as own, own.cursor() as cursor:
        cursor.execute("UPDATE history.organisation SET name = 'Y' WHERE code = 'X'")
    assert look() == ["chain-broken"]
    assert look() == ["chain-broken"], "the same break is told once"
    told = CliRunner().invoke(history_app, ["verify"])
    assert told.exit_code == 1
    with transaction(Role.APP, BOSS) as own:
        (alert,) = alerts(own)
        assert "history.organisation" in alert.message_en or "organisation" in alert.message_en
        assert [one["title_en"] for one in mine(own)] == ["Alert: The chain of the history is broken"]
    with transaction(Role.OWNER) as own, own.cursor() as cursor:
        cursor.execute("UPDATE history.organisation SET name = 'X' WHERE code = 'X'")
    with transaction(Role.APP, BOSS) as own:
        close(own, BOSS, alert.id, "đã tìm ra")
    (tmp_path / "heads.txt").write_text("rubbish\n", encoding="ascii")
    assert look() == ["chain-broken"], "the proof itself was touched"
    settings(GISREG_HEADS_FOLDER=str(tmp_path / "not-there"))
    with transaction(Role.WORKER) as own:
        request_exports(own)
    assert look() == ["chain-broken"]
    later(timedelta(hours=27))
    assert look() == ["head-late", "chain-broken"]


@pytest.fixture
def site(organisations: dict[str, int]) -> Iterator[str]:
    with serving() as address:
        yield address


def test_over_http_on_the_page_and_on_the_command_line(site: str, settings: Callable[..., None]) -> None:
    carrier = Actor("Nam", "A", organisation_id=7, roles=frozenset({PersonRole.ENGINEER}))
    numbers = [exported(settings, carrier) for _ in range(3)]
    boss = {"X-Api-Key": key_of("so-2", PersonRole.AUTHORITY)}
    person("so-3", PersonRole.AUTHORITY, name="Bà <b>Thu</b>", password=WORD)
    with httpx.Client(base_url=site, timeout=30) as client:
        assert client.get("/alerts").json() == {"alerts": []}
        found = client.get("/alerts", headers=boss).json()["alerts"]
        assert {one["subject"] for one in found} == set(numbers)
        where = f"/alerts/{found[0]['id']}/close"
        assert client.post(where, json={"note": "x"}).status_code == 401
        assert client.post(where, json={"note": "x"}, headers=boss).status_code == 428
        seen = boss | {"If-Match": '"1"'}
        assert client.post(where, json={"note": "đã xem"}, headers=seen).status_code == 200
        late = client.post(where, json={"note": "tôi cũng xem"}, headers=seen)
        assert late.status_code == 412
        assert (late.json()["seen"]["closed_note"], late.json()["current"]["closed_note"]) == (None, "đã xem")
        sent = client.get("/alerts", headers={"Accept": "text/html"})
        assert (sent.status_code, sent.headers["Location"]) == (303, "/sign-in?next=%2Falerts")
        client.cookies.set("gisreg", session_cookie(site, "so-3", WORD))
        page = client.get("/alerts", headers={"Accept": "text/html"})
        assert page.text.count('action="/alerts/page"') == 2
        token = re.search(r'name="csrf_token" value="([0-9a-f]+)"', page.text)
        assert token
        form = {"id": str(found[1]["id"]), "version": "1", "note": "<i>ổn</i>", "csrf_token": "0"}
        assert client.post("/alerts/page", data=form).status_code == 403
        form["csrf_token"] = token[1]
        assert client.post("/alerts/page", data=form).status_code == 303
        assert client.post("/alerts/page", data=form).status_code == 412
        shown = client.get("/alerts?closed=true", headers={"Accept": "text/html"}).text
        assert "&lt;i&gt;ổn&lt;/i&gt;" in shown
        assert "<b>Thu" not in shown
    run = CliRunner(env={"COLUMNS": "250"}).invoke
    assert found[2]["subject"] in run(alert_app, ["list"]).output
    closed = run(alert_app, ["close", str(found[2]["id"]), "--note", "đã gọi"])
    assert closed.exit_code == 0, closed.output
    assert found[2]["subject"] not in run(alert_app, ["list"]).output
    assert "đã gọi" in run(alert_app, ["list", "--all"]).output
