"""A clock that tests hold; a world of objects and of what people do about them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import httpx
import pytest

from gisreg.access.actor import PersonRole
from gisreg.database.connection import Role, transaction
from gisreg.settings import get_settings
from tests.access.affairs import MAKER, Affair, involve
from tests.access.application import every_kind
from tests.access.world import Thing, make
from tests.support.databases import Database
from tests.support.served import key_of, serving

START = datetime.fromisoformat("2026-05-04T08:00:00+07:00")

Later = Callable[[timedelta], datetime]


@pytest.fixture
def later() -> Iterator[Later]:
    """Return a function that sets the clock to so long after the start; the clock stands there now."""
    with pytest.MonkeyPatch.context() as patch:

        def move(by: timedelta) -> datetime:
            moment = START + by
            patch.setenv("GISREG_NOW", moment.isoformat())
            get_settings.cache_clear()
            return moment

        move(timedelta(0))
        yield move
    get_settings.cache_clear()


@pytest.fixture(scope="module")
def organisations(fresh_database: Database) -> dict[str, int]:
    with transaction(Role.WORKER) as own, own.cursor() as cursor:
        cursor.execute(
            "INSERT INTO registry.organisation (code, name, kind)"
            " VALUES ('A', 'Đơn vị A', 'carrier'), ('B', 'Đơn vị B', 'carrier'), (%s, 'Đơn vị C', 'carrier')"
            " RETURNING code, id",
            (MAKER,),
        )
        return dict(cursor.fetchall())


@pytest.fixture(scope="module")
def things(organisations: dict[str, int]) -> list[Thing]:
    """Return an object of every layer, owner and visibility."""
    return make(every_kind("AB"), organisations)


@pytest.fixture(scope="module")
def affairs(
    things: list[Thing], organisations: dict[str, int], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[list[Affair]]:
    """Return what people did about these objects; pictures lie in a folder of their own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GISREG_DATA_DIR", str(tmp_path_factory.mktemp("home")))
        get_settings.cache_clear()
        yield involve(things, organisations)
    get_settings.cache_clear()


@pytest.fixture(scope="module")
def clients(affairs: list[Affair]) -> dict[PersonRole | None, httpx.Client]:
    with serving() as address:
        made: dict[PersonRole | None, httpx.Client] = {None: httpx.Client(base_url=address, timeout=30)}
        for role in PersonRole:
            headers = {"Authorization": f"Bearer {key_of(role, role, organisation='A')}"}
            made[role] = httpx.Client(base_url=address, timeout=30, headers=headers)
        yield made
        for client in made.values():
            client.close()
