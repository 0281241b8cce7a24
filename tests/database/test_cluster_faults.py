"""What keeps the cluster from running is said in one sentence, with what to do."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from gisreg.database import cluster as cluster_module
from gisreg.database import packages
from gisreg.database.cluster import Cluster
from gisreg.database.cluster_faults import explain
from gisreg.errors import ClusterError


@pytest.fixture
def fake_bindir(home: Path) -> Path:
    """Return a folder of PostgreSQL's real programs, whose pg_config knows a folder without extensions."""
    real = packages.find().bindir
    folder = home / "bin"
    folder.mkdir()
    for program in packages.NEEDED_PROGRAMS:
        (folder / program).symlink_to(real / program)
    config = folder / "pg_config"
    config.write_text(f"#!/bin/sh\necho {home}/share\n")
    config.chmod(0o755)
    return folder


def test_missing_postgis_names_the_packages(home: Path, fake_bindir: Path) -> None:
    with pytest.raises(ClusterError, match="postgis") as caught:
        Cluster(home, bindir=fake_bindir).start()
    major = packages.find().major
    assert f"apt-get install --no-install-recommends postgresql-{major} postgresql-{major}-postgis-3" in str(
        caught.value.hint
    )
    assert not (home / "cluster").exists(), "nothing is made before all is known to be there"


def test_missing_postgresql_names_the_packages(home: Path) -> None:
    (home / "empty").mkdir()
    with pytest.raises(ClusterError, match=r"not installed.*apt-get install.*postgresql-15-postgis-3"):
        Cluster(home, bindir=home / "empty").start()
    with pytest.raises(ClusterError, match=r"apt-get install.*postgresql-15 postgresql-15-postgis-3"):
        packages.find(root=home / "empty")


def test_a_data_directory_of_another_version_is_left_alone(cluster: Cluster) -> None:
    cluster.stop()
    (cluster.home.data / "PG_VERSION").write_text("14\n")
    with pytest.raises(ClusterError, match=r"PostgreSQL 14.*postgresql-14 postgresql-14-postgis-3"):
        cluster.start()
    (cluster.home.data / "PG_VERSION").write_text(f"{packages.find().major}\n")
    assert cluster.start().running


def test_a_damaged_configuration_is_named(cluster: Cluster) -> None:
    cluster.stop()
    main_file = cluster.home.data / "postgresql.conf"
    good = main_file.read_text()
    main_file.write_text(good + "work_mem = = lots\n")
    with pytest.raises(ClusterError, match=r"configuration.*damaged.*postgresql\.conf"):
        cluster.start()
    assert not cluster.status().running
    main_file.write_text(good + "work_mem = '5MB'\n")
    assert cluster.start().running


def test_damaged_access_rules_are_named(cluster: Cluster) -> None:
    cluster.stop()
    (cluster.home.data / "pg_hba.conf").write_text("everybody in\n")
    with pytest.raises(ClusterError, match=r"pg_hba\.conf"):
        cluster.start()


def test_a_nearly_full_disk_is_said_before_anything_is_written(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cluster_module, "FREE_TO_INIT", shutil.disk_usage(home).total + 1)
    with pytest.raises(ClusterError, match=r"disk is nearly full.*MB free.*Free some space"):
        Cluster(home).start()
    assert not (home / "cluster" / "data").exists()


def test_a_disk_that_fills_up_is_recognised_in_the_log(home: Path) -> None:
    log = 'FATAL:  could not write to file "pg_wal/xlogtemp.71": No space left on device\n'
    error = explain(log, home=home, log=home / "server.log")
    assert "disk is full" in error.message
    assert "xlogtemp.71" in error.message
    assert "Free some space" in str(error.hint)


def test_a_truncated_data_directory_is_said_to_be_damaged(home: Path) -> None:
    cluster = Cluster(home)
    cluster.start()
    cluster.stop()
    (cluster.home.data / "PG_VERSION").rename(home / "kept")
    with pytest.raises(ClusterError, match="PG_VERSION is missing"):
        cluster.start()
    (home / "kept").rename(cluster.home.data / "PG_VERSION")
