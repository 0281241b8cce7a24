"""Exported heads: one line a head in a file that lies where the server cannot rewrite it.

A line is `2026-08-01T10:00:00+07:00 1234 <64 hexadecimal digits>`: when, number, digest. At the foot of a
report or map the number is a dash. Lines are only ever added. Lines that begin with `#` are remarks.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from gisreg.clock import now
from gisreg.errors import InvalidInputError, NotFoundError
from gisreg.history.chain import Head
from gisreg.said import both

_LINE = re.compile(r"(\S+) (\d{1,18}|-) ([0-9a-f]{64})", re.ASCII)


@dataclass(frozen=True)
class Exported:
    """A head as a file has it: line number, when it was written down, number (None: not told) and digest."""

    line: int
    written: str
    number: int | None
    digest: str


def line(number: int, digest: str, moment: datetime) -> str:
    """Return a head as one line: moment, number, digest."""
    return f"{moment.isoformat(timespec='seconds')} {number} {digest}"


def append(head: Head, path: Path) -> None:
    """Add a dated line with the head to a file.

    Raises:
        InvalidInputError: the file cannot be written.
    """
    try:
        with path.open("a", encoding="ascii") as file:
            file.write(line(head.number, head.digest, now()) + "\n")
    except OSError as error:
        raise InvalidInputError(
            both(
                f"Không ghi được đầu chuỗi vào {path}: {error.strerror}.",
                f"The head cannot be written to {path}: {error.strerror}.",
            ),
            hint=both(
                "Hãy nêu một tệp được phép ghi thêm, trên đĩa của máy khác hoặc thiết bị lưu riêng.",
                "Name a file that you may add to, on another machine's disk or a medium of its own.",
            ),
        ) from error


def read(path: Path) -> list[Exported]:
    """Return the heads of a file in its order, or those of every `.txt` file of a folder.

    A file of a folder that holds nothing is passed over: its writer was killed, and made another.

    Raises:
        NotFoundError: there is no such file.
        InvalidInputError: a line is no head, or there is none at all.
    """
    if path.is_dir():
        return [
            head for one in sorted(path.glob("*.txt")) if one.stat().st_size > 0 for head in _read_file(one)
        ]
    return _read_file(path)


def _read_file(path: Path) -> list[Exported]:
    try:
        lines = path.read_text(encoding="ascii").splitlines()
    except FileNotFoundError as error:
        raise NotFoundError(
            both(f"Không có tệp {path}.", f"There is no file {path}."),
            hint=both(
                "Hãy xuất đầu chuỗi bằng: gisreg history head --out FILE",
                "Export heads with: gisreg history head --out FILE",
            ),
        ) from error
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidInputError(
            both(
                f"Không đọc được tệp {path} như tệp đầu chuỗi đã xuất: {error}.",
                f"The file {path} cannot be read as exported heads: {error}.",
            )
        ) from error
    found = []
    for number, text in enumerate(lines, 1):
        if not text.strip() or text.startswith("#"):
            continue
        match = _LINE.fullmatch(text.strip())
        if match is None:
            raise InvalidInputError(
                both(
                    f"Dòng {number} của {path} không phải đầu chuỗi đã xuất.",
                    f"Line {number} of {path} is no exported head.",
                ),
                hint=both(
                    "Một dòng gồm: thời điểm, số, 64 chữ số thập lục phân. Hãy sửa theo bản sao khác.",
                    "A line is: moment, number, 64 hexadecimal digits. Correct it from another copy.",
                ),
            )
        found.append(Exported(number, match[1], None if match[2] == "-" else int(match[2]), match[3]))
    if not found:
        raise InvalidInputError(
            both(f"Tệp {path} không có đầu chuỗi nào.", f"The file {path} holds no head."),
            hint=both(
                "Hãy xuất đầu chuỗi bằng: gisreg history head --out FILE",
                "Export one with: gisreg history head --out FILE",
            ),
        )
    return found
