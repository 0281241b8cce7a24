"""A mail that tells notices: plain text, both languages, a head that nobody can write into."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from hashlib import sha256

from gisreg.settings import get_settings

MOST_LISTED = 50
"""So many notices are written out in one mail; the others are counted."""


@dataclass(frozen=True)
class Told:
    """A notice's texts."""

    id: int
    title_vi: str
    title_en: str
    text_vi: str
    text_en: str


def mail(recipients: Sequence[str], notices: Sequence[Told], moment: datetime) -> EmailMessage:
    """Return one mail that tells some notices to some addresses.

    The same notices make the same Message-ID, so that a mail that was sent twice (the registry stopped
    between sending and writing it down) is recognised by mail programs.

    Raises:
        ValueError: an address is none. Line ends cannot get into the head: they become spaces.
    """
    settings = get_settings().mail
    message = EmailMessage(policy=SMTP)
    message["Subject"] = _subject(notices)
    message["From"] = _address(settings.sender)
    message["To"] = [_address(address) for address in recipients]
    message["Date"] = format_datetime(moment)
    digest = sha256(",".join(str(one.id) for one in notices).encode()).hexdigest()[:32]
    message["Message-ID"] = f"<{digest}@{settings.sender.partition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(_text(notices, settings.link_base), cte="base64")
    return message


def _subject(notices: Sequence[Told]) -> str:
    first = notices[0]
    if len(notices) == 1:
        return _one_line(f"[gisreg] {first.title_vi} / {first.title_en}")
    return f"[gisreg] {len(notices)} thông báo / {len(notices)} notices"


def _address(text: str) -> Address:
    try:
        address = Address(addr_spec=text)
    except (ValueError, MessageError, IndexError) as error:
        raise ValueError(f"{text[:100]!r} is no mail address: {error}") from error
    if not address.username or not address.domain:
        raise ValueError(f"{text[:100]!r} is no mail address: it lacks a part.")
    return address


def _one_line(text: str) -> str:
    """Return a text without line ends and other controls, cut to what heads usually take."""
    return " ".join("".join(one if one.isprintable() else " " for one in text).split())[:200]


def _text(notices: Sequence[Told], link_base: str | None) -> str:
    parts = [
        f"{one.title_vi}\n{one.text_vi}\n\n{one.title_en}\n{one.text_en}\n" for one in notices[:MOST_LISTED]
    ]
    if len(notices) > MOST_LISTED:
        more = len(notices) - MOST_LISTED
        parts.append(f"Và {more} thông báo nữa. / And {more} more.\n")
    if link_base:
        parts.append(f"{link_base.rstrip('/')}/notices\n")
    return ("\n" + "-" * 40 + "\n\n").join(parts)
