"""What the service writes about itself: one line an event, as JSON or text, never a secret.

Modules log with the standard library; structlog writes the lines.
"""

from __future__ import annotations

import logging
import re
import sys
from typing import Any

import structlog

from gisreg.settings import LogSettings

_SECRETS = (
    (re.compile(r"gr_([0-9a-f]{12})_[0-9a-f]{8,64}"), r"gr_\1_***"),
    (re.compile(r"(?i)\b(bearer|basic)\s+[A-Za-z0-9._~+/=-]{8,}"), r"\1 ***"),
    (re.compile(r"(\w+://[^\s:/@]+):[^\s@/]+@"), r"\1:***@"),
    (re.compile(r"\beyJ[A-Za-z0-9_-]{5,}\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*"), "***"),
    (
        re.compile(
            r"(?i)\b(password|passwd|client_secret|secret|csrf_token|code_verifier|token|code|state|nonce)"
            r"(=|%3d)[^&\s\"'\\]+"
        ),
        r"\1\2***",
    ),
)
_QUIET = ("httpx", "httpcore", "uvicorn.access")


def redacted(line: str) -> str:
    """Return a line without keys, passwords of addresses, bearer tokens and secret query values.

    Nothing should bring them here; libraries' messages might.
    """
    for pattern, instead in _SECRETS:
        line = pattern.sub(instead, line)
    return line


class _Formatter(structlog.stdlib.ProcessorFormatter):
    def format(self, record: logging.LogRecord) -> str:
        return redacted(super().format(record))


def configure(settings: LogSettings) -> None:
    """Write all that is logged to the standard error from now on."""
    # Tracebacks without the values of variables: those may be passwords.
    renderer: Any = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if settings.format == "json"
        else structlog.dev.ConsoleRenderer(
            colors=False, exception_formatter=structlog.dev.plain_traceback, pad_event_to=0
        )
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        _Formatter(
            foreign_pre_chain=[
                structlog.stdlib.add_log_level,
                structlog.stdlib.add_logger_name,
                structlog.stdlib.ExtraAdder(),
                structlog.processors.TimeStamper(fmt="iso", utc=True),
            ],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                *([structlog.processors.format_exc_info] if settings.format == "json" else []),
                renderer,
            ],
        )
    )
    root = logging.getLogger()
    for old in list(root.handlers):
        root.removeHandler(old)
    root.addHandler(handler)
    root.setLevel(settings.level.upper())
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
