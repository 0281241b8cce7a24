"""Three ways out for a head of the chain: a new file in a folder, a mail, a signed post.

Every line says moment, number and digest, as `gisreg history verify --against` reads it.
"""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import json
import os
import smtplib
import time
from collections.abc import Callable
from email.message import EmailMessage
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from pathlib import Path
from urllib.parse import urlsplit

from gisreg.errors import DeliveryError, UsageError
from gisreg.mail import session
from gisreg.said import both
from gisreg.settings import get_settings

TIMEOUT_S = 20
SIGNATURE_HEADER = "X-Gisreg-Signature"


def destinations() -> list[tuple[str, str]]:
    """Return kind and target of every place that the settings name (GISREG_HEADS_*)."""
    settings = get_settings().heads
    found: list[tuple[str, str]] = []
    if settings.folder is not None:
        found.append(("file", str(settings.folder)))
    found += [("mail", address) for address in settings.mail_to]
    if settings.webhook_url is not None:
        found.append(("webhook", settings.webhook_url))
    return found


def to_folder(folder: str, line: str) -> None:
    """Write the line to a new file of a folder; nothing there is ever opened for writing again.

    So the folder can be one to which files can only be added (`chattr +a`, a write-once share).

    Raises:
        DeliveryError: the file cannot be made.
    """
    moment, number, _ = line.split()
    for attempt in range(100):
        name = f"head-{moment[:10]}-{number}" + (f"-{attempt}" if attempt else "") + ".txt"
        path = Path(folder) / name
        try:
            with path.open("x", encoding="ascii") as file:
                file.write(line + "\n")
                file.flush()
                os.fsync(file.fileno())
            return
        except FileExistsError:
            # Written before the worker was killed; a half written one is left, and its next made.
            if path.read_text(encoding="ascii").strip() == line:
                return
        except OSError as error:
            raise DeliveryError(
                both(
                    f"Không ghi được đầu chuỗi vào {path}: {error.strerror}.",
                    f"The head cannot be written to {path}: {error.strerror}.",
                )
            ) from error
    raise DeliveryError(
        both(
            f"Có một trăm đầu chuỗi ghi dở như {path}.",
            f"There are a hundred half written heads like {path}.",
        )
    )


def by_mail(recipient: str, line: str) -> None:
    """Send the line as a mail, with an identifier that is the same for the same line.

    Raises:
        DeliveryError: no mail server is named, or it did not take the mail.
    """
    settings = get_settings().mail
    if settings.host is None:
        raise DeliveryError(
            both("Chưa đặt máy chủ thư.", "No mail server is named."),
            hint=both("Hãy đặt GISREG_MAIL_HOST.", "Set GISREG_MAIL_HOST."),
        )
    message = EmailMessage()
    message["From"], message["To"] = settings.sender, recipient
    message["Subject"] = f"Đầu chuỗi lịch sử gisreg / head of the history: {line.split()[1]}"
    message["Message-ID"] = f"<head-{_identifier(line)}@{settings.sender.rpartition('@')[2]}>"
    message.set_content(f"{line}\n\nGiữ thư này. / Keep this mail: it proves the history up to here.\n")
    try:
        with session() as server:
            server.send_message(message)
    except (OSError, smtplib.SMTPException) as error:
        raise DeliveryError(
            both(
                f"{settings.host}:{settings.port} không nhận thư gửi {recipient}: {error}.",
                f"{settings.host}:{settings.port} did not take the mail to {recipient}: {error}.",
            )
        ) from error


def by_post(url: str, line: str) -> None:
    """Post the line as JSON, signed with the shared secret (HMAC-SHA-256 over `TIME.BODY`).

    Redirects are not followed; only hosts that the settings allow are asked, without TLS only loopback.

    Raises:
        UsageError: the address is not allowed.
        DeliveryError: the host cannot be reached or did not answer with 2xx.
    """
    settings = get_settings().heads
    parts = urlsplit(url)
    host = parts.hostname or ""
    require_allowed(parts.scheme, host)
    moment, number, digest = line.split()
    told = {"line": line, "moment": moment, "number": int(number), "digest": digest}
    body = json.dumps(told).encode()
    stamp = str(int(time.time()))
    secret = settings.webhook_secret.get_secret_value().encode() if settings.webhook_secret else b""
    signature = hmac.new(secret, stamp.encode() + b"." + body, hashlib.sha256).hexdigest()
    headers = {
        "Content-Type": "application/json",
        "Idempotency-Key": _identifier(line),
        SIGNATURE_HEADER: f"t={stamp},v1={signature}",
    }
    kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
    connection = kind(host, parts.port, timeout=TIMEOUT_S)
    try:
        connection.request(
            "POST", (parts.path or "/") + (f"?{parts.query}" if parts.query else ""), body, headers
        )
        status = connection.getresponse().status
    except (OSError, HTTPException) as error:
        raise DeliveryError(
            both(f"Không kết nối được với {host}: {error}.", f"{host} cannot be reached: {error}.")
        ) from error
    finally:
        connection.close()
    if not 200 <= status < 300:
        raise DeliveryError(
            both(
                f"{host} không nhận đầu chuỗi: trạng thái {status}.",
                f"{host} did not take the head: status {status}.",
            )
        )


def require_allowed(scheme: str, host: str) -> None:
    """Raise UsageError unless the settings allow posting there."""
    settings = get_settings().heads
    if host not in settings.webhook_hosts:
        raise UsageError(
            both(f"Đầu chuỗi không được gửi đến '{host}'.", f"Heads are not posted to '{host}'."),
            hint=both(
                f"Hãy cho phép: GISREG_HEADS_WEBHOOK_HOSTS='[\"{host}\"]'",
                f"Allow it: GISREG_HEADS_WEBHOOK_HOSTS='[\"{host}\"]'",
            ),
        )
    if scheme != "https" and not (scheme == "http" and _is_loopback(host)):
        raise UsageError(
            both(
                f"Đầu chuỗi chỉ gửi qua https, không gửi qua '{scheme}'.",
                f"Heads are posted over https only, not over '{scheme}'.",
            ),
            hint=both("Hãy dùng https://.", "Use https://."),
        )
    if settings.webhook_secret is None:
        raise UsageError(
            both(
                "Đầu chuỗi gửi đi phải có chữ ký, nhưng chưa có mã bí mật.",
                "Posted heads are signed, but there is no secret.",
            ),
            hint=both("Hãy đặt GISREG_HEADS_WEBHOOK_SECRET.", "Set GISREG_HEADS_WEBHOOK_SECRET."),
        )


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _identifier(line: str) -> str:
    return hashlib.sha256(line.encode()).hexdigest()[:32]


BY_KIND: dict[str, Callable[[str, str], None]] = {"file": to_folder, "mail": by_mail, "webhook": by_post}
