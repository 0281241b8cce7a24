"""What the private cluster keeps on disk, to whom it belongs, and its secrets.

<home>/secrets.json          passwords of all roles; 0600, of the user who runs gisreg
<home>/cluster.json          the port that was used last
<home>/start.lock            held while a start or stop is under way
<home>/server.lock           inherited by every server process, so held exactly while one lives
<home>/cluster/              of the account that PostgreSQL runs as, 0700
<home>/cluster/data          the data directory
<home>/cluster/server.log    the log
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import pwd
import secrets
import stat
import tempfile
from dataclasses import dataclass
from pathlib import Path

from gisreg.database.packages import apt_command
from gisreg.errors import ClusterError
from gisreg.said import both
from gisreg.system import run

ADMIN = "gisreg_admin"
ROLES = (ADMIN, "gisreg_owner", "gisreg_worker", "gisreg_app")
SOCKET_LIMIT = 107
_LONGEST_SOCKET_NAME = len("/.s.PGSQL.65535.lock")


def service_account() -> pwd.struct_passwd:
    """Return the account that PostgreSQL runs as: `postgres` where root calls, else the caller.

    Raises ClusterError when root calls and there is no such account.
    """
    if os.geteuid() != 0:
        return pwd.getpwuid(os.geteuid())
    try:
        return pwd.getpwnam("postgres")
    except KeyError:
        raise ClusterError(
            both(
                "Hệ thống không có người dùng `postgres`, tức là chưa cài PostgreSQL.",
                "There is no system user `postgres`, so PostgreSQL is not installed.",
            ),
            hint=both(f"Hãy cài: {apt_command()}", f"Install it: {apt_command()}"),
        ) from None


@dataclass(frozen=True)
class ClusterHome:
    """Paths, ownership and secrets of one cluster below the folder `root`."""

    root: Path

    @property
    def cluster(self) -> Path:
        """Return the folder that belongs to the account PostgreSQL runs as."""
        return self.root / "cluster"

    @property
    def data(self) -> Path:
        """Return PostgreSQL's data directory."""
        return self.cluster / "data"

    @property
    def log(self) -> Path:
        """Return the server's log file."""
        return self.cluster / "server.log"

    @property
    def name(self) -> str:
        """Return a short name that differs between homes, for the process list and the socket."""
        digest = hashlib.sha256(str(self.root.resolve()).encode()).hexdigest()[:10]
        return f"gisreg-{digest}"

    @property
    def sockets(self) -> Path:
        """Return the folder of the unix socket: in the home, or in /tmp where that is too long."""
        inside = self.cluster / "socket"
        if len(os.fsencode(inside)) + _LONGEST_SOCKET_NAME < SOCKET_LIMIT:
            return inside
        return Path(tempfile.gettempdir()) / f"{self.name}-{service_account().pw_uid}"

    def make_root(self, account: pwd.struct_passwd) -> None:
        """Make the home's folder, through which `account` can pass; here the lock of a start lies.

        Raises ClusterError when the folder above it belongs to somebody else.
        """
        try:
            _make_passable(self.root)
            owned = self.root.stat().st_uid == os.geteuid()
            if owned and account.pw_uid != os.geteuid():
                self.root.chmod(self.root.stat().st_mode | 0o711)
        except PermissionError as error:
            raise self.foreign(error) from error

    def prepare(self, account: pwd.struct_passwd) -> None:
        """Make the folders in the home, owned as they must be.

        The caller holds the lock of a start: another start would see a folder that is not yet given away.
        Raises ClusterError when the home belongs to somebody else or `account` cannot reach it.
        """
        try:
            if not self.cluster.exists():
                self.cluster.mkdir(mode=0o700)
                _give(self.cluster, account)
        except PermissionError as error:
            raise self.foreign(error) from error
        if self.cluster.stat().st_uid != account.pw_uid:
            raise self.foreign()
        if run(["test", "-x", self.cluster], user=account, timeout_s=10).returncode:
            raise ClusterError(
                both(
                    f"PostgreSQL chạy bằng người dùng `{account.pw_name}`, không vào được {self.root}.",
                    f"PostgreSQL runs as the user `{account.pw_name}`, who cannot enter {self.root}.",
                ),
                hint=both(
                    "Hãy dùng GISREG_DATA_DIR chọn thư mục ai cũng đi qua được (mặc định là "
                    "/var/lib/gisreg), hoặc mở các thư mục cha: chmod a+x",
                    "Choose a folder that everybody can pass through with GISREG_DATA_DIR "
                    "(the default is /var/lib/gisreg), or open the folders above it: chmod a+x",
                ),
            )
        self._prepare_sockets(account)

    def _prepare_sockets(self, account: pwd.struct_passwd) -> None:
        folder = self.sockets
        with contextlib.suppress(FileExistsError):
            folder.mkdir(mode=0o700)
            _give(folder, account)
        found = folder.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != account.pw_uid:
            raise ClusterError(
                both(
                    f"Thư mục socket của cơ sở dữ liệu, {folder}, thuộc về người dùng khác.",
                    f"The folder of the database socket, {folder}, belongs to somebody else.",
                ),
                hint=both(
                    "Hãy nhờ chủ của nó xóa đi, hoặc chọn đường dẫn ngắn hơn bằng GISREG_DATA_DIR.",
                    "Ask its owner to remove it, or choose a shorter folder with GISREG_DATA_DIR.",
                ),
            )

    def foreign(self, error: OSError | None = None) -> ClusterError:
        """Return the error for a home that another user made."""
        where = getattr(error, "filename", None) or self.root
        return ClusterError(
            both(
                f"Cụm trong {self.root} thuộc về người dùng khác ({where}).",
                f"The cluster in {self.root} belongs to another user ({where}).",
            ),
            hint=both(
                "Hãy chạy gisreg bằng người dùng đó, hoặc chọn thư mục riêng bằng GISREG_DATA_DIR.",
                "Run gisreg as that user, or choose a folder of your own with GISREG_DATA_DIR.",
            ),
        )

    def secrets(self) -> dict[str, str]:
        """Return the password of every role. Raises ClusterError when they cannot be read."""
        path = self.root / "secrets.json"
        try:
            found = json.loads(path.read_text(encoding="utf-8"))
            return {role: str(found[role]) for role in ROLES}
        except PermissionError as error:
            raise self.foreign(error) from error
        except FileNotFoundError:
            raise ClusterError(
                both(f"Chưa có cụm nào trong {self.root}.", f"There is no cluster in {self.root} yet."),
                hint=both("Tạo và khởi động: gisreg db start", "Make and start it: gisreg db start"),
            ) from None
        except (ValueError, KeyError, TypeError):
            raise ClusterError(
                both(f"Tệp mật khẩu {path} bị hỏng.", f"The file of passwords {path} is damaged."),
                hint=both(
                    "Tạo mật khẩu mới: xóa tệp đó, rồi chạy gisreg db stop và gisreg db start",
                    "Have new passwords made: remove that file, then run gisreg db stop and gisreg db start",
                ),
            ) from None

    def make_secrets(self) -> dict[str, str]:
        """Write a new generated password for every role and return them."""
        made = {role: secrets.token_urlsafe(24) for role in ROLES}
        self._write_private("secrets.json", made)
        return made

    def has_secrets(self) -> bool:
        """Tell whether the file of passwords is there."""
        return (self.root / "secrets.json").exists()

    def port(self) -> int | None:
        """Return the port that was used last, None when not known."""
        try:
            port = json.loads((self.root / "cluster.json").read_text(encoding="utf-8"))["port"]
        except PermissionError as error:
            raise self.foreign(error) from error
        except (OSError, ValueError, KeyError, TypeError):
            return None
        return port if isinstance(port, int) and 1024 <= port <= 65535 else None

    def remember_port(self, port: int) -> None:
        """Write down the port for the next start and for other processes."""
        self._write_private("cluster.json", {"port": port})

    def _write_private(self, name: str, content: dict[str, str] | dict[str, int]) -> None:
        temporary = self.root / f".{name}.{os.getpid()}"
        with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            json.dump(content, file, indent=2)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(self.root / name)


def _make_passable(folder: Path) -> None:
    """Make a folder and what lacks above it; by root so that others can pass, whatever the umask."""
    if not folder.exists():
        _make_passable(folder.parent)
        folder.mkdir(mode=0o700, exist_ok=True)
        if os.geteuid() == 0:
            folder.chmod(0o755)


def _give(folder: Path, account: pwd.struct_passwd) -> None:
    folder.chmod(0o700)
    if account.pw_uid != os.geteuid():
        os.chown(folder, account.pw_uid, account.pw_gid)
