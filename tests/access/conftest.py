"""A clock that tests hold."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import pytest

from gisreg.settings import get_settings

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
