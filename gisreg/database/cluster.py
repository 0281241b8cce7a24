"""The private PostGIS cluster: made, started, found and stopped without an administrator.

It listens on 127.0.0.1 and on a unix socket of its own, wants a password (SCRAM) everywhere, and
keeps page checksums. Started by root, PostgreSQL runs as the system user `postgres`.
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import time
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from gisreg.database import cluster_config, locks, packages
from gisreg.database.cluster_faults import PORT_TAKEN, explain
from gisreg.database.cluster_home import ADMIN, ClusterHome, service_account
from gisreg.database.postmaster import Postmaster, names_a_living_process, read_postmaster
from gisreg.errors import ClusterError
from gisreg.said import Said, both
from gisreg.system import run

DATABASE = "gisreg"
FREE_TO_INIT = 500 * 1024**2
FREE_TO_START = 200 * 1024**2
_PORTS = range(15432, 25432)
_LOG_LIMIT = 10 * 1024**2
_START_TIMEOUT_S = 180
_DYING_TIMEOUT_S = 60
_STOP_TIMEOUT_S = 120


@dataclass(frozen=True, slots=True)
class ClusterStatus:
    """What is known about a cluster: made or not, running or not, where it listens."""

    home: Path
    exists: bool
    running: bool
    major: int | None = None
    pid: int | None = None
    port: int | None = None
    socket_dir: Path | None = None


class Cluster:
    """One private PostgreSQL server with PostGIS below the folder `home`."""

    def __init__(self, home: Path, *, bindir: Path | None = None, durable: bool = True):
        """Name the cluster; nothing is touched yet.

        `bindir` is the folder of PostgreSQL's programs (default: the newest Debian has).
        `durable=False` switches fsync off, for throw-away clusters.
        """
        self.home = ClusterHome(home)
        self._bindir = bindir
        self._durable = durable

    def start(self) -> ClusterStatus:
        """Start the server, making the cluster first where there is none; return where it listens.

        Does nothing when it runs. Raises ClusterError that says why it cannot run and what to do.
        """
        account = service_account()
        self._find_programs()
        self.home.make_root(account)
        try:
            with locks.exclusive(self.home.root / "start.lock"):
                self.home.prepare(account)
                self._start_locked(account)
        except PermissionError as error:
            raise self.home.foreign(error) from error
        return self.status()

    def stop(self) -> bool:
        """Stop the server, ending open connections; return False when it was not running."""
        try:
            if not self.home.data.exists():
                return False
            with locks.exclusive(self.home.root / "start.lock"):
                postmaster = self._postmaster()
                if postmaster is not None:
                    os.kill(postmaster.pid, signal.SIGINT)  # ends connections, writes a checkpoint
                    self._wait_until_gone(postmaster.pid)
                self._wait_for_orphans()
                return postmaster is not None
        except PermissionError as error:
            raise self.home.foreign(error) from error

    def status(self) -> ClusterStatus:
        """Return what is known about the cluster. Raises ClusterError when it is another user's."""
        try:
            postmaster = self._postmaster()
            exists = (self.home.data / "PG_VERSION").exists()
        except PermissionError as error:
            raise self.home.foreign(error) from error
        return ClusterStatus(
            home=self.home.root,
            exists=exists,
            running=postmaster is not None,
            major=self._major() if exists else None,
            pid=postmaster.pid if postmaster else None,
            port=postmaster.port if postmaster else None,
            socket_dir=postmaster.socket_dir if postmaster else None,
        )

    def dsn(self, role: str = ADMIN, database: str = DATABASE) -> str:
        """Return a libpq URL with password for one of the roles.

        Raises ClusterError when the cluster is not running.
        """
        status = self.status()
        if not status.running:
            raise ClusterError(
                both(
                    f"Cơ sở dữ liệu trong {self.home.root} chưa chạy.",
                    f"The database in {self.home.root} is not running.",
                ),
                hint=both("Khởi động: gisreg db start", "Start it: gisreg db start"),
            )
        password = quote(self.home.secrets()[role], safe="")
        return f"postgresql://{role}:{password}@127.0.0.1:{status.port}/{quote(database, safe='')}"

    def _start_locked(self, account: pwd.struct_passwd) -> None:
        if self._postmaster() is not None:
            self._wait_until_ready()
            return
        self._wait_for_orphans()
        programs = self._find_programs()
        if self.home.data.exists():
            self._check_space(FREE_TO_START)
        else:
            self._check_space(FREE_TO_INIT)
            self._initialise(programs, account)
        with locks.exclusive(self.home.root / "server.lock") as descriptor:
            self._remove_stale_files()
            if not self.home.has_secrets():
                self._replace_secrets(programs, account)
            self._launch(programs, account, descriptor)

    def _find_programs(self) -> packages.Installation:
        return packages.find(self._major(), bindir=self._bindir)

    def _major(self) -> int | None:
        """Return the version that made the data directory, None when there is none."""
        try:
            text = (self.home.data / "PG_VERSION").read_text().strip()
        except (FileNotFoundError, NotADirectoryError):
            if self.home.data.exists():
                raise self._damaged(both("thiếu tệp PG_VERSION", "PG_VERSION is missing")) from None
            return None
        except PermissionError as error:
            raise self.home.foreign(error) from error
        if not text.isdigit():
            raise self._damaged(both(f"PG_VERSION ghi {text!r}", f"PG_VERSION says {text!r}"))
        return int(text)

    def _damaged(self, why: Said) -> ClusterError:
        return ClusterError(
            Said(
                "{0} không phải thư mục dữ liệu đầy đủ: {1}.",
                "{0} is not a whole data directory: {1}.",
                (str(self.home.data), why),
            ),
            hint=both(
                "Hãy khôi phục bản sao lưu gần nhất, hoặc dời thư mục đi rồi chạy: gisreg db start",
                "Restore the last backup, or move the folder away and run: gisreg db start",
            ),
        )

    def _initialise(self, programs: packages.Installation, account: pwd.struct_passwd) -> None:
        """Make the data directory beside its place and move it there when it is whole."""
        passwords = self.home.make_secrets()
        making = self.home.cluster / "data.new"
        shutil.rmtree(making, ignore_errors=True)
        password_file = self.home.cluster / "password"
        self._write(account, password_file, passwords[ADMIN])
        answer = run(
            [
                programs.program("initdb"),
                *("--pgdata", making, "--username", ADMIN, "--pwfile", password_file),
                *("--encoding", "UTF8", "--locale", "C.UTF-8", "--data-checksums"),
                *("--auth-local", "scram-sha-256", "--auth-host", "scram-sha-256"),
                "--no-instructions",
            ],
            user=account,
        )
        password_file.unlink()
        if answer.returncode:
            shutil.rmtree(making, ignore_errors=True)
            raise explain(answer.stderr, home=self.home.root, log=self.home.log)
        main_file = making / "postgresql.conf"
        self._write(account, main_file, main_file.read_text() + cluster_config.INCLUDE)
        making.rename(self.home.data)

    def _launch(self, programs: packages.Installation, account: pwd.struct_passwd, descriptor: int) -> None:
        if self.home.log.exists() and self.home.log.stat().st_size > _LOG_LIMIT:
            self.home.log.replace(self.home.log.with_suffix(".log.1"))
        for port in self._free_ports():
            self._write(
                account,
                self.home.data / cluster_config.FILE_NAME,
                cluster_config.render(
                    port=port,
                    socket_dir=self.home.sockets,
                    name=self.home.name,
                    durable=self._durable,
                ),
            )
            logged = self.home.log.stat().st_size if self.home.log.exists() else 0
            answer = run(
                [
                    *(programs.program("pg_ctl"), "start", "-D", self.home.data),
                    *("-l", self.home.log, "-w", "-t", str(_START_TIMEOUT_S)),
                ],
                user=account,
                keep_open=(descriptor,),
                timeout_s=_START_TIMEOUT_S + 30,
            )
            if answer.returncode == 0:
                self.home.remember_port(port)
                return
            text = self._logged_since(logged) + answer.stderr
            if not PORT_TAKEN.search(text):
                raise explain(text, home=self.home.root, log=self.home.log)
        raise ClusterError(
            both(
                f"Trên 127.0.0.1 không còn cổng trống từ {_PORTS.start} đến {_PORTS.stop - 1}.",
                f"No free port from {_PORTS.start} to {_PORTS.stop - 1} on 127.0.0.1.",
            ),
            hint=both(
                "Hãy dừng các máy chủ khác, rồi chạy: gisreg db start",
                "Stop other servers, then run: gisreg db start",
            ),
        )

    def _free_ports(self) -> Iterator[int]:
        """Yield free ports: the remembered one, then others from a place of this home's own."""
        remembered = self.home.port()
        first = zlib.crc32(self.home.name.encode()) % len(_PORTS)
        candidates = [_PORTS[(first + step) % len(_PORTS)] for step in range(200)]
        for port in ([remembered] if remembered else []) + candidates:
            if _is_free(port):
                yield port

    def _replace_secrets(self, programs: packages.Installation, account: pwd.struct_passwd) -> None:
        """Give the administrator a new password; the file of passwords was lost."""
        passwords = self.home.make_secrets()
        answer = run(
            [programs.program("postgres"), "--single", "-D", self.home.data, "postgres"],
            user=account,
            stdin=f"ALTER ROLE {ADMIN} PASSWORD '{passwords[ADMIN]}';\n",
        )
        if answer.returncode or "ERROR" in answer.stderr:
            (self.home.root / "secrets.json").unlink()
            raise explain(answer.stderr, home=self.home.root, log=self.home.log)

    def _postmaster(self) -> Postmaster | None:
        return read_postmaster(self.home.data)

    def _wait_until_ready(self) -> None:
        """Wait for a server that is on its way: its start was interrupted while it recovered."""
        deadline = time.monotonic() + _START_TIMEOUT_S
        while (postmaster := self._postmaster()) and not postmaster.ready:
            if time.monotonic() > deadline:
                raise ClusterError(
                    both(
                        f"PostgreSQL (tiến trình {postmaster.pid}) khởi động quá lâu.",
                        f"PostgreSQL (process {postmaster.pid}) has been starting for too long.",
                    ),
                    hint=both(
                        f"Xem nó đang đến đâu trong {self.home.log}, hoặc dừng nó: gisreg db stop",
                        f"See how far it is in {self.home.log}, or stop it: gisreg db stop",
                    ),
                )
            time.sleep(0.1)

    def _wait_until_gone(self, pid: int) -> None:
        deadline = time.monotonic() + _STOP_TIMEOUT_S
        while self._postmaster() is not None:
            if time.monotonic() > deadline:
                raise ClusterError(
                    both(
                        f"PostgreSQL (tiến trình {pid}) không dừng.",
                        f"PostgreSQL (process {pid}) does not stop.",
                    ),
                    hint=both(
                        f"Xem {self.home.log}, rồi thử lại: gisreg db stop",
                        f"See {self.home.log}, then try again: gisreg db stop",
                    ),
                )
            time.sleep(0.02)

    def _wait_for_orphans(self) -> None:
        """Wait until the children of a killed server have ended; they hold the server's lock."""
        deadline = time.monotonic() + _DYING_TIMEOUT_S
        while locks.is_held(self.home.root / "server.lock"):
            if time.monotonic() > deadline:
                raise ClusterError(
                    both(
                        f"Tiến trình của lần chạy trước vẫn đang dùng {self.home.data}.",
                        f"Processes of an earlier server still use {self.home.data}.",
                    ),
                    hint=both(
                        f"Hãy kết thúc chúng (tên `postgres: {self.home.name}`), rồi chạy: gisreg db start",
                        f"End them (they are called `postgres: {self.home.name}`), then run: gisreg db start",
                    ),
                )
            time.sleep(0.02)

    def _remove_stale_files(self) -> None:
        """Remove lock files whose process id now belongs to another program; nobody serves this cluster.

        Those of dead processes are left to PostgreSQL, which also looks at the shared memory.
        """
        pid_files = (self.home.data / "postmaster.pid", *self.home.sockets.glob(".s.PGSQL.*.lock"))
        for path in pid_files:
            if path.exists() and names_a_living_process(path):
                path.unlink()

    def _check_space(self, needed: int) -> None:
        free = shutil.disk_usage(self.home.root).free
        if free < needed:
            raise ClusterError(
                Said(
                    "Đĩa gần đầy: {1} còn trống {0} MB, cần {2} MB.",
                    "The disk is nearly full: {0} MB free in {1}, {2} MB are needed.",
                    (free // 1024**2, str(self.home.root), needed // 1024**2),
                ),
                hint=both(
                    "Hãy giải phóng dung lượng, rồi chạy: gisreg db start",
                    "Free some space, then run: gisreg db start",
                ),
            )

    def _logged_since(self, offset: int) -> str:
        if not self.home.log.exists():
            return ""
        with self.home.log.open("rb") as file:
            file.seek(offset)
            return file.read(200_000).decode("utf-8", errors="replace")

    def _write(self, account: pwd.struct_passwd, path: Path, text: str) -> None:
        """Write a file as the server's account, so that root follows no link that account made."""
        answer = run(["tee", path], user=account, stdin=text, timeout_s=20)
        if answer.returncode:
            raise explain(answer.stderr, home=self.home.root, log=self.home.log)


def _is_free(port: int) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
