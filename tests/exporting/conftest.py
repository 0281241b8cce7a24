"""Exports of the small network: people of two carriers and of the authority, and their clients."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from gisreg.access.actor import PersonRole
from tests.support.served import key_of


def _client(address: str, key: str) -> httpx.Client:
    return httpx.Client(base_url=address, timeout=60, headers={"X-Api-Key": key})


@pytest.fixture(scope="module")
def engineer(address: str) -> Iterator[httpx.Client]:
    """Return a client of an engineer of VNPT."""
    key = key_of("ky-su", PersonRole.ENGINEER, name="Kỹ sư Nam", organisation="VNPT")
    with _client(address, key) as made:
        yield made


@pytest.fixture(scope="module")
def rival(address: str) -> Iterator[httpx.Client]:
    """Return a client of an engineer of Viettel."""
    with _client(address, key_of("doi-thu", PersonRole.ENGINEER, organisation="VTL")) as made:
        yield made


@pytest.fixture(scope="module")
def other_authority(address: str) -> Iterator[httpx.Client]:
    """Return a client of a second person of the authority."""
    with _client(address, key_of("so-2", PersonRole.AUTHORITY, name="Bà Hoà")) as made:
        yield made
