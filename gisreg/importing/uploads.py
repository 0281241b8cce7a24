"""Files that people sent to the service: kept until somebody decides, or for a day."""

from __future__ import annotations

import json
import re
import shutil
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO

import psycopg2.extensions

from gisreg import editions
from gisreg.clock import now
from gisreg.database.queries import load_queries
from gisreg.errors import ConflictError, ForbiddenError, InvalidInputError, NotFoundError
from gisreg.importing import batches, rights
from gisreg.importing.choices import Choices
from gisreg.said import both
from gisreg.settings import get_settings
from layers import LAYERS

PgConnection = psycopg2.extensions.connection
QUERIES = load_queries(__file__, "uploads.sql")

KEPT = timedelta(days=1)
OPEN = ("waiting", "previewed", "refused")
"""States in which a person may still choose."""

_CLOSED_VI = {
    "confirmed": "đang được nhập",
    "done": "đã nhập",
    "cancelled": "đã bỏ",
    "expired": "đã hết hạn",
}

_LONGEST_NAME = 120
_REJECTED = ("xlsx", "gpkg")


@dataclass(frozen=True)
class Upload:
    """A file that came, and what became of it; `report` is what the last trial or the import told."""

    id: int
    uploaded_at: datetime
    changed_at: datetime
    person: str
    person_id: int | None
    owner_id: int | None
    owner: str | None
    layer: str
    file_name: str
    file_size: int
    file_sha256: str
    state: str
    options: dict[str, Any]
    report: dict[str, Any] | None
    progress: dict[str, Any] | None
    batch_id: int | None
    version: int

    @property
    def folder(self) -> Path:
        """Return the folder of its files."""
        return root() / str(self.id)

    @property
    def path(self) -> Path:
        """Return the file; it is gone after the decision."""
        return self.folder / self.file_name

    @property
    def choices(self) -> Choices:
        """Return what was said about it."""
        return Choices.model_validate(self.options)

    def rejected(self, kind: str) -> Path | None:
        """Return the file of rejected rows (`xlsx` or `gpkg`) of the last trial, None where there is none."""
        found = self.folder / f"rejected.{kind}"
        return found if kind in _REJECTED and found.is_file() else None

    @property
    def rejects(self) -> tuple[Path, ...]:
        """Return where the rejected rows go."""
        return tuple(self.folder / f"rejected.{kind}" for kind in _REJECTED)


def root() -> Path:
    """Return the folder of all uploads of this instance."""
    return get_settings().home / "uploads"


def safe_name(given: str) -> str:
    """Return the last part of a file's name, without what a path, a shell or GDAL would take for more.

    Raises:
        InvalidInputError: nothing is left of it, or it has no ending.
    """
    name = PurePosixPath(unicodedata.normalize("NFC", given).replace("\\", "/")).name
    name = re.sub(r"[^\w. ()+-]", "_", name).strip(". ")
    stem, dot, ending = name.rpartition(".")
    if not stem or not dot or not ending.isascii():
        raise InvalidInputError(
            both(
                "Tên tệp không có đuôi để biết là loại tệp gì.",
                "The file's name has no ending by which its kind could be told.",
            ),
            hint=both(
                "Đặt tên ví dụ poles.xlsx hoặc poles.geojson.",
                "Name it for example poles.xlsx or poles.geojson.",
            ),
        )
    return f"{stem[:_LONGEST_NAME]}.{ending[:12]}"


def take(connection: PgConnection, layer: str, name: str, content: BinaryIO, choices: Choices) -> Upload:
    """Keep a file for the decision.

    Args:
        connection: a transaction of the application's role under whoever sends it.
        layer: key of the layer it is for.
        name: the file's name as the sender has it.
        content: the file.
        choices: what is said about it already; an engineer's owner is always his organisation.

    Raises:
        ForbiddenError: he may not import, not into this layer, or not for this owner.
        InvalidInputError: the file is empty or its name cannot be used.
        NotFoundError: there is no such layer or owner.
    """
    limited_to = rights.limit(connection)
    if layer not in LAYERS:
        raise NotFoundError(
            both(f"Không có lớp {layer}.", f"There is no layer {layer}."),
            hint=both("Xem /collections.", "See /collections."),
        )
    rights.require_layer(LAYERS[layer], limited_to)
    owner_id = owner_of(connection, choices, limited_to)
    number = int(QUERIES.new_id(connection))
    folder = root() / str(number)
    folder.mkdir(parents=True, mode=0o700)
    try:
        path = folder / safe_name(name)
        with path.open("xb") as stream:
            shutil.copyfileobj(content, stream, 1 << 20)
        if path.stat().st_size == 0:
            raise InvalidInputError(
                both(f"{path.name}: tệp rỗng.", f"{path.name}: the file is empty."),
                hint=both("Hãy xuất hoặc tải lại tệp.", "Export or download it again."),
            )
        QUERIES.add(
            connection,
            id=number,
            owner_id=owner_id,
            layer=layer,
            file_name=path.name,
            file_size=path.stat().st_size,
            file_sha256=batches.digest(path),
            options=choices.model_dump_json(),
        )
        return find(connection, number)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise


def owner_of(connection: PgConnection, choices: Choices, limited_to: int | None) -> int | None:
    """Return for which organisation a file is: one's own, or for the authority the named one or None.

    Raises:
        ForbiddenError: he names another than his own; NotFoundError: there is no such organisation.
    """
    named = None if choices.owner is None else batches.organisation_id(connection, choices.owner)
    if limited_to is not None and named not in (None, limited_to):
        raise ForbiddenError(
            both(
                "Kỹ sư chỉ nhập dữ liệu cho đơn vị của mình.",
                "An engineer imports for his own organisation.",
            ),
            hint=both(
                "Để trống đơn vị chủ quản, hoặc nhờ cơ quan quản lý nhập.",
                "Leave the owner open, or ask the authority.",
            ),
        )
    return named if limited_to is None else limited_to


def find(connection: PgConnection, number: int) -> Upload:
    """Return an upload.

    Raises:
        NotFoundError: there is none of that number that the actor may know of.
    """
    found = QUERIES.find(connection, id=number)
    if found is None:
        raise NotFoundError(
            both(f"Không có tệp đã gửi số {number}.", f"There is no upload {number}."),
            hint=both("Xem /imports.", "See /imports."),
        )
    return Upload(*found) if isinstance(found, tuple) else Upload(**found)


def listed(connection: PgConnection, most: int) -> list[Upload]:
    """Return the latest uploads that the actor may know of."""
    return [Upload(*row) for row in QUERIES.listed(connection, limit=most)]


def require_open(upload: Upload) -> None:
    """Refuse to choose or decide again. Raises ConflictError."""
    if upload.state not in OPEN:
        raise ConflictError(
            both(
                f"Tệp đã gửi số {upload.id} {_CLOSED_VI[upload.state]}: không chọn được gì nữa.",
                f"The upload {upload.id} is {upload.state}: nothing can be chosen any more.",
            ),
            hint=both(
                "Hãy gửi lại tệp nếu cần nhập lần nữa.",
                "Send the file again if it is to be imported once more.",
            ),
        )


@contextmanager
def held(connection: PgConnection, number: int, version: int | None = None) -> Iterator[Upload]:
    """Let nobody else work on an upload until the transaction ends; yield it as it is then.

    Args:
        connection: a transaction.
        number: the upload.
        version: which one somebody saw; None where nobody looked.

    Raises:
        NotFoundError: the actor knows of no such upload.
        StaleVersionError: somebody chose or decided after he saw it.
    """
    QUERIES.hold(connection, id=number)
    found = find(connection, number)
    if version is not None:
        editions.require(connection, editions.UPLOAD, {number: version})
    yield found


def move(connection: PgConnection, upload: Upload, state: str, choices: Choices) -> None:
    """Note the next state and what was chosen."""
    QUERIES.move(connection, id=upload.id, state=state, options=choices.model_dump_json())


def settle(
    connection: PgConnection, upload: Upload, state: str, report: dict[str, Any], batch: int | None = None
) -> None:
    """Note what a trial or an import told."""
    told = json.dumps(report, ensure_ascii=False, default=str).replace("\\u0000", "\\ufffd")
    QUERIES.settle(connection, id=upload.id, state=state, report=told, batch_id=batch)


def drop_file(upload: Upload) -> None:
    """Remove the file; rejected rows can be fetched until a day is over."""
    upload.path.unlink(missing_ok=True)


def clean(connection: PgConnection) -> None:
    """Let uploads that nobody decided on within a day expire, and remove what is left of all older ones."""
    before = now() - KEPT
    QUERIES.expire(connection, before=before)
    if not root().is_dir():
        return
    for folder in root().iterdir():
        if folder.is_dir() and folder.stat().st_mtime < before.timestamp():
            shutil.rmtree(folder, ignore_errors=True)
