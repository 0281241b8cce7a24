"""The mail server of the settings (GISREG_MAIL_*): one way to speak with it."""

from __future__ import annotations

import smtplib
import ssl

from gisreg.settings import MailSecurity, get_settings


def session() -> smtplib.SMTP:
    """Return a session with the mail server: encrypted and signed in as the settings say.

    Raises:
        OSError, SMTPException: none is named, it cannot be reached, its certificate is not good, or it
            does not know the name and password.
    """
    settings = get_settings().mail
    if settings.host is None:
        raise ConnectionRefusedError("no mail server is named (GISREG_MAIL_HOST)")
    context = ssl.create_default_context()
    server: smtplib.SMTP
    if settings.security is MailSecurity.TLS:
        server = smtplib.SMTP_SSL(settings.host, settings.port, timeout=settings.timeout_s, context=context)
    else:
        server = smtplib.SMTP(settings.host, settings.port, timeout=settings.timeout_s)
    try:
        if settings.security is MailSecurity.STARTTLS:
            server.starttls(context=context)
        if settings.user is not None and settings.password is not None:
            server.login(settings.user, settings.password.get_secret_value())
    except (OSError, smtplib.SMTPException):
        server.close()
        raise
    return server
