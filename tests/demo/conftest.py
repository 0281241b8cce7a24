"""The made-up town, made once a run."""

from __future__ import annotations

import pytest

from gisreg.demo import town
from gisreg.demo.plan import Row

Tables = dict[str, list[Row]]


@pytest.fixture(scope="session")
def tables() -> Tables:
    """Return the rows of the town of the default size and seed, geometry in EPSG:4326."""
    rows, _ = town.populate(town.made_up(2026), 2026, 6000, 1500, 60)
    return rows
