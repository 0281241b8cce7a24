"""Clusters that a test may break: each test has its own."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from gisreg.database.cluster import Cluster
from tests.support.databases import reachable_folder


@pytest.fixture
def home() -> Iterator[Path]:
    """Return an empty folder for a cluster; whatever runs there is stopped afterwards."""
    folder = reachable_folder("gisreg-own-")
    yield folder
    Cluster(folder).stop()
    shutil.rmtree(folder)


@pytest.fixture
def cluster(home: Path) -> Cluster:
    """Return a started cluster of this test's own."""
    made = Cluster(home, durable=False)
    made.start()
    return made
