"""Mail: sent once, together, without a way into its head; later where the server is down."""

from __future__ import annotations

import ssl
import subprocess
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from gisreg.cli.service import free_port
from gisreg.clock import now
from gisreg.contacts.message import Told, mail
from gisreg.contacts.outbox import Delivery, deliver, wait_after
from gisreg.database.connection import Role, transaction
from gisreg.settings import MailSettings
from tests.contacts.conftest import MATTER, START, Later, Mailbox, rows, tell

Put = Callable[..., None]


def sent() -> Delivery:
    with transaction(Role.WORKER) as own:
        return deliver(own)


def test_a_notice_is_sent_once(organisations: dict[str, int], contacts: list[int], mailbox: Mailbox) -> None:
    tell(organisations)
    assert sent() == Delivery(sent=1)
    assert sent() == Delivery()
    (mail,) = mailbox.mails
    assert (mail["To"], mail["From"]) == ("mot@a.example", "so@tinh.example")
    assert mail["Subject"] == "[gisreg] Cáp đứt / A cable is down"
    text = mail.get_content()
    assert "Chi tiết ở trang." in text
    assert "http://127.0.0.1:8000/notices" in text
    assert rows("delivery, sent_at, attempts") == [("sent", START, 1)]


def test_all_that_one_is_told_comes_in_one_mail(
    organisations: dict[str, int], contacts: list[int], mailbox: Mailbox
) -> None:
    for number in range(60):
        tell(organisations, replace(MATTER, about_id=number))
    tell(organisations, code=None)
    assert sent() == Delivery(sent=61)
    to = {mail["To"]: mail for mail in mailbox.mails}
    assert set(to) == {"mot@a.example", "so@so.example"}
    assert "60 notices" in to["mot@a.example"]["Subject"]
    assert "And 10 more." in to["mot@a.example"].get_content()


def test_two_deliveries_at_once_send_once(
    organisations: dict[str, int], contacts: list[int], mailbox: Mailbox
) -> None:
    tell(organisations)
    with transaction(Role.WORKER) as one, transaction(Role.WORKER) as other:
        assert (deliver(one), deliver(other)) == (Delivery(sent=1), Delivery())
    assert len(mailbox.mails) == 1


def test_a_mail_sent_twice_bears_the_same_number(
    organisations: dict[str, int], contacts: list[int], mailbox: Mailbox
) -> None:
    tell(organisations)
    with transaction(Role.WORKER) as own:
        deliver(own)
        own.rollback()  # the registry stopped before it wrote down that it had sent
    sent()
    assert len({mail["Message-ID"] for mail in mailbox.mails}) == 1 < len(mailbox.mails)


def test_a_refused_address_bounces_and_a_busy_one_waits(
    organisations: dict[str, int], contacts: list[int], mailbox: Mailbox, later: Later
) -> None:
    tell(organisations)
    mailbox.answers["mot@a.example"] = "451 try later"
    assert sent() == Delivery(delayed=1)
    mailbox.answers["mot@a.example"] = "550 no such mailbox"
    assert sent() == Delivery()  # not before its time
    later(timedelta(minutes=1))
    assert sent() == Delivery(bounced=1)
    ((delivery, trouble, attempts),) = rows("delivery, trouble, attempts")
    assert (delivery, attempts) == ("bounced", 2)
    assert "no such mailbox" in trouble


def test_a_server_that_is_down_is_asked_again_less_and_less_often(
    organisations: dict[str, int], contacts: list[int], settings: Put, later: Later, mailbox: Mailbox
) -> None:
    settings(GISREG_MAIL_PORT=str(free_port("127.0.0.1")))
    tell(organisations)
    waits = []
    for attempt in range(12):
        assert sent() == Delivery(delayed=1), attempt
        ((due, delivery),) = rows("next_attempt_at, delivery")
        assert delivery == "queued"
        waits.append((due - now()).total_seconds() / 60)
        later(due - START)
    assert waits == [1, 2, 4, 8, 16, 32, 64, 128, 256, 360, 360, 360]
    settings(GISREG_MAIL_PORT=str(mailbox.port))
    assert sent() == Delivery(sent=1)
    assert wait_after(10_000) == timedelta(hours=6)


def test_without_a_server_notices_stay_in_the_application(
    organisations: dict[str, int], contacts: list[int]
) -> None:
    tell(organisations)
    assert sent() == Delivery(kept=1)
    assert rows("delivery") == [("app",)]


def test_who_has_no_address_is_told_in_the_application(
    organisations: dict[str, int], contacts: list[int], mailbox: Mailbox
) -> None:
    tell(organisations, code="B")
    assert sent() == Delivery(kept=1)
    assert rows("addressee, delivery") == [("coordinators", "app")]


def certificate(folder: Path) -> Path:
    """Make a certificate of this machine's own with its key, in one file; PostgreSQL brings openssl."""
    key, made = folder / "key.pem", folder / "certificate.pem"
    words = [
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-days",
        "2",
        "-subj",
        "/CN=localhost",
    ]
    words += ["-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout", str(key), "-out", str(made)]
    subprocess.run(words, check=True, capture_output=True)
    both = folder / "both.pem"
    both.write_bytes(made.read_bytes() + key.read_bytes())
    return both


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_an_encrypted_server_is_used_if_its_certificate_is_good(
    organisations: dict[str, int],
    contacts: list[int],
    settings: Put,
    later: Later,
    tmp_path: Path,
    security: str,
) -> None:
    pem = certificate(tmp_path)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(pem)
    box = Mailbox()
    box.port = free_port("127.0.0.1")
    how = (
        {"ssl_context": context} if security == "tls" else {"tls_context": context, "require_starttls": True}
    )
    controller = Controller(box, hostname="127.0.0.1", port=box.port, server_hostname="test", **how)
    controller.start()
    settings(GISREG_MAIL_HOST="127.0.0.1", GISREG_MAIL_PORT=str(box.port), GISREG_MAIL_SECURITY=security)
    try:
        tell(organisations)
        assert sent() == Delivery(delayed=1)
        assert "CERTIFICATE_VERIFY_FAILED" in rows("trouble")[0][0]
        assert box.mails == []
        settings(SSL_CERT_FILE=str(tmp_path / "certificate.pem"))
        later(timedelta(minutes=1))
        assert sent() == Delivery(sent=1)
        assert len(box.mails) == 1
    finally:
        controller.stop()


def test_a_server_without_encryption_gets_nothing(
    organisations: dict[str, int], contacts: list[int], mailbox: Mailbox, settings: Put
) -> None:
    settings(GISREG_MAIL_SECURITY="starttls")
    tell(organisations)
    assert sent() == Delivery(delayed=1)
    assert mailbox.mails == []


@given(st.text(max_size=300), st.text(max_size=300))
def test_nothing_gets_into_the_head(vi: str, en: str) -> None:
    made = mail(["a@b.vn"], [Told(1, vi, en, "x", "y")], START)
    head = bytes(made).partition(b"\r\n\r\n")[0].decode("ascii")
    unfolded = head.replace("\r\n ", "").replace("\r\n\t", "")
    assert [line.partition(":")[0] for line in unfolded.split("\r\n")] == [
        "Subject", "From", "To", "Date", "Message-ID", "Auto-Submitted", "Content-Type",
        "Content-Transfer-Encoding", "MIME-Version",
    ]  # fmt: skip


@pytest.mark.parametrize("address", ["a@b.vn\r\nBcc: x@y.vn", "a@b.vn, x@y.vn", "", "a"])
def test_what_is_no_address_makes_no_mail(address: str) -> None:
    with pytest.raises(ValueError, match="is no mail address"):
        mail([address], [Told(1, "v", "e", "x", "y")], START)


def test_passwords_do_not_leave_the_machine_in_the_open() -> None:
    with pytest.raises(ValidationError, match="on this machine only"):
        MailSettings(host="mail.example", security="none")
    assert "chìa" not in repr(MailSettings(host="mail.example", user="u", password="chìa khoá"))  # noqa: S106
