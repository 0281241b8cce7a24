"""`gisreg serve` is for this machine only."""

from __future__ import annotations

import pytest

from api.cli import require_loopback
from gisreg.errors import UsageError


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.9.1", "::1", "localhost"])
def test_loopback_is_fine(host: str) -> None:
    require_loopback(host)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.4", "example.org", ""])  # noqa: S104 - refused
def test_anything_else_is_refused(host: str) -> None:
    with pytest.raises(UsageError, match="no TLS itself"):
        require_loopback(host)
