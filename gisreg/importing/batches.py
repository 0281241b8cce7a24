"""Imports on record: what was read, how, and what it did."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import psycopg2.extensions

from gisreg.database.queries import load_queries
from gisreg.errors import InvalidInputError, NotFoundError
from gisreg.importing.profile import Profile, profile_of
from gisreg.importing.request import ImportReport, ImportRequest
from gisreg.importing.target import owners_of
from gisreg.importing.text import folded
from gisreg.said import both

PgConnection = psycopg2.extensions.connection
QUERIES = load_queries(__file__, "batches.sql")


def digest(path: Path) -> str:
    """Return a file's SHA-256 in hexadecimal digits; `-` for a folder (a file geodatabase)."""
    if not path.is_file():
        return "-"
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def record(
    connection: PgConnection,
    request: ImportRequest,
    report: ImportReport,
    sha256: str,
    owner: int | None,
) -> int:
    """Write an import down and return its number.

    Args:
        connection: the import's transaction.
        request: what was asked.
        report: what it did.
        sha256: the file's digest.
        owner: id of the organisation whose rows they are, where it is one.
    """
    options = {
        "source_layer": request.source_layer,
        "constants": dict(request.constants),
        "valid_from": None if request.valid_from is None else request.valid_from.isoformat(),
        "accept_valid": request.accept_valid,
        "key": list(request.key),
        "match_within_m": request.match_within_m,
        "table": asdict(request.table),
        "stated": {
            "columns": dict(request.columns.fields),
            "values": {name: dict(words) for name, words in request.columns.values.items()},
            "units": dict(request.columns.units),
        },
    }
    mapping = {"columns": report.columns, "own": report.own_columns, "dropped": report.dropped}
    return int(
        QUERIES.record_batch(
            connection,
            owner=owner,
            layer=report.layer,
            file=report.file,
            sha256=sha256,
            size=request.path.stat().st_size,
            encoding=request.encoding,
            crs=report.crs,
            operation=report.crs_operation,
            mapping=json.dumps(mapping, ensure_ascii=False),
            options=json.dumps(options, ensure_ascii=False),
            read=report.read,
            inserted=report.inserted,
            changed=report.changed,
            unchanged=report.unchanged,
            rejected=report.rejected,
            deleted=report.deleted,
            wrote=report.inserted + report.changed + report.deleted > 0,
        )
    )


def find(connection: PgConnection, number: int) -> dict[str, Any]:
    """Return all that is known of one import.

    Raises:
        NotFoundError: there is none of that number that the actor may know of.
    """
    found = list(QUERIES.find_batch(connection, id=number))
    if not found:
        raise NotFoundError(
            both(f"Không có lần nhập {number}.", f"There is no import {number}."),
            hint=both("Xem danh sách: `gisreg import list`.", "See `gisreg import list`."),
        )
    batch: dict[str, Any] = found[0][0]
    return batch


def organisation_id(connection: PgConnection, name: str) -> int:
    """Return the id of the organisation of that code, name or alias.

    Raises:
        NotFoundError: there is none.
    """
    known = {folded(spelling): owner for spelling, owner in owners_of(connection)}
    if folded(name) not in known:
        raise NotFoundError(
            both(f"Không có đơn vị {name}.", f"There is no organisation {name}."),
            hint=both("Xem danh sách: `gisreg organisation list`.", "See `gisreg organisation list`."),
        )
    return known[folded(name)]


def owner_codes(connection: PgConnection) -> list[str]:
    """Return the codes of all organisations that the actor may know of."""
    return [code for (code,) in QUERIES.owner_codes(connection)]


def save_profile(connection: PgConnection, owner: int, name: str, profile: Profile) -> None:
    """Keep a profile for an organisation under a name; one of that name is replaced."""
    if not name.strip() or len(name) > 100:
        raise InvalidInputError(
            both("Tên mẫu cột phải có từ 1 đến 100 ký tự.", "A profile's name has 1 to 100 characters."),
            hint=both("Hãy chọn tên khác.", "Choose another name."),
        )
    QUERIES.save_profile(
        connection, owner=owner, name=name, content=json.dumps(profile.as_dict(), ensure_ascii=False)
    )


def load_profile(connection: PgConnection, owner: int, name: str) -> Profile:
    """Return an organisation's profile.

    Raises:
        NotFoundError: it has none of that name.
    """
    found = list(QUERIES.find_profile(connection, owner=owner, name=name))
    if not found:
        raise NotFoundError(
            both(
                f"Đơn vị này không có mẫu cột {name}.",
                f"There is no profile {name} of this organisation.",
            ),
            hint=both(
                "Nêu tên một tệp YAML, hoặc xem `gisreg import profiles`.",
                "Name a YAML file, or see `gisreg import profiles`.",
            ),
        )
    return profile_of(found[0][0], name)
