"""An ordinary user runs a cluster of his own, in folders that nobody else can enter."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from gisreg.database.cluster import Cluster
from tests.support.accounts import OrdinaryUser, ordinary_user


@pytest.fixture(scope="module")
def user() -> Iterator[OrdinaryUser]:
    """Return an ordinary user with a clone in a home that only he can enter."""
    with ordinary_user() as made:
        yield made


def test_an_ordinary_user_starts_uses_and_stops_a_cluster(user: OrdinaryUser) -> None:
    assert stat.S_IMODE(user.home.stat().st_mode) == 0o700
    try:
        started = user.gisreg("db", "start")
        assert started.returncode == 0, started.stderr
        assert "runs on 127.0.0.1" in started.stdout
        data = user.home / ".local/share/gisreg/default/cluster/data"
        assert data.stat().st_uid == user.account.pw_uid
        provisioned = user.gisreg("db", "provision")
        assert provisioned.returncode == 0, provisioned.stderr
        assert user.gisreg("db", "url", "--as", "app").stdout.startswith("postgresql://gisreg_app:")
    finally:
        stopped = user.gisreg("db", "stop")
    assert stopped.stdout == "Stopped.\n", stopped.stderr
    assert user.gisreg("db", "status").returncode == 3


def test_the_cluster_of_somebody_else_is_refused(user: OrdinaryUser, cluster: Cluster) -> None:
    (cluster.home.root / "cluster").chmod(0o700)
    for words in (("db", "start"), ("db", "status"), ("db", "url"), ("db", "stop")):
        answer = user.gisreg(*words, GISREG_DATA_DIR=str(cluster.home.root))
        if user.account.pw_uid == cluster.home.root.stat().st_uid:
            assert answer.returncode == 0
        else:
            assert answer.returncode == 2, words
            assert "belongs to another user" in answer.stderr, words
            assert "Traceback" not in answer.stderr


def test_a_home_that_postgres_cannot_reach_is_refused_with_advice(user: OrdinaryUser, home: Path) -> None:
    closed = home / "closed"
    closed.mkdir(mode=0o700)
    cluster = Cluster(closed / "inside")
    if user.account.pw_uid == closed.stat().st_uid:
        assert cluster.start().running
        cluster.stop()
        return
    with pytest.raises(Exception, match=r"`postgres`, who cannot enter.*GISREG_DATA_DIR"):
        cluster.start()
