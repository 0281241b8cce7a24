"""Find the installed PostgreSQL programs and PostGIS; say which Debian packages lack."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from gisreg.errors import ClusterError
from gisreg.said import Said, both
from gisreg.system import run

OLDEST_MAJOR = 15
NEEDED_PROGRAMS = ("initdb", "pg_ctl", "postgres")
NEEDED_EXTENSIONS = ("postgis", "unaccent", "pg_trgm", "btree_gist")
DEBIAN_ROOT = Path("/usr/lib/postgresql")


@dataclass(frozen=True, slots=True)
class Installation:
    """One installed PostgreSQL server: its major version and the folder of its programs."""

    major: int
    bindir: Path

    def program(self, name: str) -> Path:
        """Return the path of one of the server's programs, e.g. `pg_ctl`."""
        return self.bindir / name

    def missing_extensions(self) -> list[str]:
        """Return those of the extensions gisreg needs whose control file is not installed."""
        folder = self._share() / "extension"
        return [name for name in NEEDED_EXTENSIONS if not (folder / f"{name}.control").is_file()]

    def _share(self) -> Path:
        config = self.bindir / "pg_config"
        if config.is_file():
            answer = run([config, "--sharedir"], timeout_s=10)
            if answer.returncode == 0:
                return Path(answer.stdout.strip())
        return Path("/usr/share/postgresql") / str(self.major)


def apt_command(major: int = OLDEST_MAJOR) -> str:
    """Return the command that installs PostgreSQL of a major version with PostGIS on Debian."""
    return f"sudo apt-get install --no-install-recommends postgresql-{major} postgresql-{major}-postgis-3"


def _install() -> Said:
    return both(f"Hãy cài: {apt_command()}", f"Install it: {apt_command()}")


def installations(root: Path = DEBIAN_ROOT) -> list[Installation]:
    """Return every complete PostgreSQL server below `root` (`<root>/<major>/bin`), newest first."""
    found = [
        Installation(int(folder.name), folder / "bin")
        for folder in root.glob("[0-9]*")
        if folder.name.isdigit() and all((folder / "bin" / program).is_file() for program in NEEDED_PROGRAMS)
    ]
    return sorted(found, key=lambda each: each.major, reverse=True)


def installation_at(bindir: Path) -> Installation:
    """Return the PostgreSQL server whose programs are in `bindir`.

    Raises ClusterError when a program is missing there or does not tell its version.
    """
    missing = [name for name in NEEDED_PROGRAMS if not (bindir / name).is_file()]
    if missing:
        raise ClusterError(
            both(
                f"PostgreSQL chưa được cài trong {bindir}: thiếu {', '.join(missing)}.",
                f"PostgreSQL is not installed in {bindir}: {', '.join(missing)} missing.",
            ),
            hint=_install(),
        )
    told = run([bindir / "postgres", "--version"], timeout_s=10).stdout
    version = re.search(r"\) (\d+)", told)
    if version is None:
        raise ClusterError(
            both(
                f"{bindir / 'postgres'} không cho biết phiên bản của nó.",
                f"{bindir / 'postgres'} does not tell its version.",
            ),
            hint=both(f"Hãy cài lại: {apt_command()}", f"Reinstall: {apt_command()}"),
        )
    return Installation(int(version.group(1)), bindir)


def find(major: int | None = None, *, bindir: Path | None = None, root: Path = DEBIAN_ROOT) -> Installation:
    """Return the PostgreSQL server to use, with PostGIS and the other extensions installed.

    `major` is the version that an existing data directory needs; without it the newest one that has
    PostGIS wins. `bindir` names the programs instead of looking for them.
    Raises ClusterError that names the exact apt command when something lacks.
    """
    found = [installation_at(bindir)] if bindir else installations(root)
    if major is not None and not any(each.major == major for each in found):
        have = ", ".join(str(each.major) for each in found)
        raise ClusterError(
            both(
                f"Thư mục dữ liệu do PostgreSQL {major} tạo ra, nhưng bản đã cài là: {have or 'không có'}.",
                f"The data directory was made by PostgreSQL {major}, but installed is: {have or 'none'}.",
            ),
            hint=both(
                f"Hãy cài thêm phiên bản đó bên cạnh: {apt_command(major)}",
                f"Install that version next to the other: {apt_command(major)}",
            ),
        )
    usable = [e for e in found if e.major >= OLDEST_MAJOR and major in (None, e.major)]
    if not usable:
        raise ClusterError(
            both(
                f"Chưa cài PostgreSQL {OLDEST_MAJOR} trở lên (đã tìm trong {bindir or root}).",
                f"PostgreSQL {OLDEST_MAJOR} or newer is not installed (looked in {bindir or root}).",
            ),
            hint=_install(),
        )
    complete = [each for each in usable if not each.missing_extensions()]
    if not complete:
        best = usable[0]
        lacking = ", ".join(best.missing_extensions())
        raise ClusterError(
            both(
                f"Đã cài PostgreSQL {best.major}, nhưng thiếu phần mở rộng {lacking}.",
                f"PostgreSQL {best.major} is installed, but not its extension(s) {lacking}.",
            ),
            hint=both(f"Hãy cài: {apt_command(best.major)}", f"Install them: {apt_command(best.major)}"),
        )
    return complete[0]
