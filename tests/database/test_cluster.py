"""The private cluster: made, started, stopped, and alive again after what kills servers."""

from __future__ import annotations

import os
import pwd
import signal
import socket
import stat
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import psycopg2
import pytest

from gisreg.database import cluster_home, locks
from gisreg.database.cluster import Cluster
from gisreg.errors import ClusterError
from tests.support.servers import ask, postmasters, wait_until_gone


def test_start_stop_status(home: Path) -> None:
    cluster = Cluster(home)
    assert not cluster.status().exists
    with pytest.raises(ClusterError, match=r"not running.*gisreg db start"):
        cluster.dsn()

    started = cluster.start()
    assert started.running
    assert ask(cluster, "SELECT inet_server_port()") == started.port
    assert cluster.start() == started, "a second start changes nothing"

    assert cluster.stop() is True
    assert cluster.stop() is False
    assert cluster.status().exists
    assert not cluster.status().running
    assert postmasters(cluster.home.data) == []

    assert cluster.start().port == started.port, "the port is remembered"


def test_checksums_encoding_and_passwords(cluster: Cluster) -> None:
    assert ask(cluster, "SHOW data_checksums") == "on"
    assert ask(cluster, "SHOW server_encoding") == "UTF8"
    assert ask(cluster, "SELECT count(*) FROM pg_hba_file_rules WHERE auth_method <> 'scram-sha-256'") == 0
    assert ask(cluster, "SHOW listen_addresses") == "127.0.0.1"
    assert stat.S_IMODE((cluster.home.root / "secrets.json").stat().st_mode) == 0o600
    assert ask(cluster, "SELECT string_agg(w, '' ORDER BY w COLLATE \"vi-x-icu\") FROM unnest("
               "ARRAY['E', 'Đ', 'D', 'Z']) AS w") == "DĐEZ"  # fmt: skip


def test_a_wrong_password_is_refused_on_port_and_socket(cluster: Cluster) -> None:
    status = cluster.status()
    for host in ("127.0.0.1", str(status.socket_dir)):
        with pytest.raises(psycopg2.OperationalError, match="password authentication failed"):
            psycopg2.connect(
                f"host={host} port={status.port} user=gisreg_admin password=wrong dbname=postgres"
            )


def test_committed_rows_survive_a_killed_server(home: Path) -> None:
    cluster = Cluster(home)
    pid = cluster.start().pid
    assert pid is not None
    with closing(psycopg2.connect(cluster.dsn(database="postgres"))) as own:
        own.cursor().execute("CREATE TABLE kept AS SELECT generate_series(1, 1000) AS n")
        own.commit()
        os.kill(pid, signal.SIGKILL)
        wait_until_gone(pid)
        assert not cluster.status().running

        assert cluster.start().pid != pid
    assert ask(cluster, "SELECT count(*) FROM kept") == 1000
    assert len(postmasters(cluster.home.data)) == 1


def test_starts_after_a_reboot_that_gave_its_process_id_away(cluster: Cluster) -> None:
    data = cluster.home.data
    pid_file = (data / "postmaster.pid").read_text().splitlines()
    cluster.stop()
    (data / "postmaster.pid").write_text("\n".join([str(os.getpid()), *pid_file[1:]]) + "\n")
    stale = cluster.home.sockets / f".s.PGSQL.{pid_file[3]}.lock"
    stale.write_text(f"{os.getpid()}\n{data}\n")

    assert not cluster.status().running
    assert cluster.start().running
    assert ask(cluster, "SELECT 1") == 1


def test_two_racing_starts_make_one_server(home: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from gisreg.database.cluster import Cluster;"
        "print(Cluster(Path(sys.argv[1]), durable=False).start().pid)"
    )
    racers = [
        subprocess.Popen([sys.executable, "-c", code, str(home)], stdout=subprocess.PIPE, text=True)
        for _ in range(3)
    ]
    pids = {racer.communicate(timeout=120)[0].strip() for racer in racers}
    assert [racer.returncode for racer in racers] == [0, 0, 0]
    assert len(pids) == 1
    assert postmasters(home / "cluster" / "data") == [int(pid) for pid in pids]


def test_a_start_that_makes_the_folders_is_waited_for(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    give = cluster_home._give
    made: list[bool] = []

    def give_late(folder: Path, account: pwd.struct_passwd) -> None:
        made.append(locks.is_held(home / "start.lock"))
        give(folder, account)

    monkeypatch.setattr(cluster_home, "_give", give_late)
    started = Cluster(home, durable=False)
    try:
        started.start()
    finally:
        started.stop()
    assert made
    assert all(made)


def test_takes_another_port_when_its_own_is_taken(cluster: Cluster) -> None:
    port = cluster.status().port
    assert port is not None
    cluster.stop()
    with socket.create_server(("127.0.0.1", port)):
        again = cluster.start()
        assert again.port != port
        assert ask(cluster, "SELECT 1") == 1


def test_lost_passwords_are_made_anew(cluster: Cluster) -> None:
    old = cluster.home.secrets()
    cluster.stop()
    (cluster.home.root / "secrets.json").unlink()
    cluster.start()
    assert cluster.home.secrets() != old
    assert ask(cluster, "SELECT 1") == 1


def test_a_home_with_a_long_path_has_its_socket_elsewhere(home: Path) -> None:
    deep = home / ("x" * 90)
    cluster = Cluster(deep, durable=False)
    try:
        status = cluster.start()
        assert status.socket_dir is not None
        socket_path = status.socket_dir / f".s.PGSQL.{status.port}"
        assert len(str(socket_path)) < 107
        assert socket_path.is_socket()
        assert not socket_path.is_relative_to(deep)
        assert stat.S_IMODE(status.socket_dir.stat().st_mode) == 0o700
    finally:
        cluster.stop()
        cluster.home.sockets.rmdir()
