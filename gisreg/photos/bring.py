"""Take a folder or a ZIP of photos: read, match, keep."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from gisreg.database.connection import PgConnection
from gisreg.errors import InvalidInputError
from gisreg.importing.archive import check_zip
from gisreg.photos import picture, store
from gisreg.photos.matching import QUERIES, WITHIN_M, Match, Taken, match
from gisreg.photos.picture import Picture
from gisreg.said import Said, both

ENDINGS = (".jpg", ".jpeg", ".png", ".webp")
MAX_PHOTOS = 5_000


@dataclass
class PhotoReport:
    """What became of photos: taken, there already, without a pole and not readable (each name and why)."""

    taken: int = 0
    known: int = 0
    by: dict[str, int] = field(default_factory=dict)
    unmatched: list[tuple[str, Said]] = field(default_factory=list)
    refused: list[tuple[str, Said]] = field(default_factory=list)


def bring(
    connection: PgConnection,
    source: Path,
    owner_id: int | None,
    *,
    visibility: str = "partner",
    within_m: float = WITHIN_M,
    dry_run: bool = False,
) -> PhotoReport:
    """Match the photos of a folder or ZIP to poles and keep those that have one.

    Args:
        connection: a transaction of the worker's role under whoever brings them.
        source: the folder (with those inside) or ZIP.
        owner_id: the organisation whose photos they are.
        visibility: who may see them, beside those who may not see the pole anyway.
        within_m: farthest pole that a position can mean, in metres.
        dry_run: match and report only.

    Raises:
        InvalidInputError: there is nothing to read, too much, or the archive is not harmless.
    """
    report = PhotoReport()
    read: list[tuple[str, Picture]] = []
    for name, content in _contents(source):
        try:
            found, shown, thumb = picture.read(name, content)
        except InvalidInputError as error:
            report.refused.append((name, error.said))
            continue
        if not dry_run:
            store.keep(found.sha256, content, shown, thumb)
        read.append((name, found))
    matches = match(connection, [Taken(name, one.taken_at, one.position) for name, one in read], within_m)
    for (name, one), pole in zip(read, matches, strict=True):
        if pole.why is not None:
            report.unmatched.append((name, pole.why))
            continue
        new = True if dry_run else _add(connection, name, one, pole, owner_id, visibility)
        report.taken += new
        report.known += not new
        report.by[str(pole.by)] = report.by.get(str(pole.by), 0) + 1
    return report


def _add(
    connection: PgConnection, name: str, one: Picture, pole: Match, owner_id: int | None, visibility: str
) -> bool:
    lon, lat = one.position or (None, None)
    made = QUERIES.add(
        connection,
        pole_id=pole.pole_id,
        owner_id=owner_id,
        visibility=visibility,
        file_name=name[-255:],
        sha256=one.sha256,
        width_px=one.width_px,
        height_px=one.height_px,
        taken_at=one.taken_at,
        heading_deg=one.heading_deg,
        lon=lon,
        lat=lat,
        matched_by=pole.by,
        distance_m=pole.distance_m,
    )
    return made is not None


def _contents(source: Path) -> Iterator[tuple[str, bytes]]:
    """Yield names and contents of the pictures, in the order of their names."""
    if source.is_dir():
        inside = source.resolve()
        paths = sorted(
            path
            for path in source.rglob("*")
            if path.suffix.lower() in ENDINGS and path.is_file() and path.resolve().is_relative_to(inside)
        )
        _check_count(source, len(paths))
        for path in paths:
            with path.open("rb") as stream:
                yield path.relative_to(source).as_posix(), stream.read(picture.MAX_BYTES + 1)
        return
    if not source.is_file():
        raise InvalidInputError(
            both(
                f"{source}: không có thư mục hoặc tệp ZIP này.", f"{source}: there is no such folder or ZIP."
            ),
            hint=both("Hãy xem lại tên.", "Check the name."),
        )
    members = [one for one in check_zip(source) if one.filename.lower().endswith(ENDINGS)]
    _check_count(source, len(members))
    with zipfile.ZipFile(source) as archive:
        for member in sorted(members, key=lambda one: one.filename):
            with archive.open(member) as stream:
                yield member.filename, stream.read(picture.MAX_BYTES + 1)


def _check_count(source: Path, count: int) -> None:
    if count == 0:
        raise InvalidInputError(
            both(f"{source.name}: không có ảnh nào.", f"{source.name}: holds no photos."),
            hint=both(f"Tên ảnh kết thúc bằng {', '.join(ENDINGS)}.", f"They end in {', '.join(ENDINGS)}."),
        )
    if count > MAX_PHOTOS:
        raise InvalidInputError(
            both(
                f"{source.name}: có {count} ảnh; mỗi lần nhận nhiều nhất {MAX_PHOTOS} ảnh.",
                f"{source.name}: holds {count:,} photos; up to {MAX_PHOTOS:,} are taken at once.",
            ),
            hint=both("Hãy chia thành nhiều thư mục.", "Bring them in several folders."),
        )
