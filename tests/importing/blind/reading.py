"""What `import_file` makes of a blind file, when whoever imports it says yes to what is proposed, and nothing else."""

from __future__ import annotations

import shlex
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from psycopg2.extensions import connection

from gisreg.errors import InvalidInputError
from gisreg.importing.request import ImportReport, ImportRequest
from gisreg.importing.run import import_file

MOST_QUESTIONS = 4
_OPTIONS = {"--crs": "crs", "--coordinates": "coordinates", "--encoding": "encoding"}


@dataclass
class Outcome:
    """What came of a file: its report (None: it was not taken), the questions asked, and the rows as stored by code."""

    report: ImportReport | None
    questions: list[str] = field(default_factory=list)
    rows: dict[str, dict[str, Any]] = field(default_factory=dict)


def bring(own: connection, path: Path) -> Outcome:
    """Import a file, confirm what is proposed as often as it is asked, and read back what is stored; leave nothing."""
    request = ImportRequest("pole", path, owner="VNPT", accept_valid=True)
    outcome = Outcome(None)
    with own.cursor() as cursor:
        while outcome.report is None and len(outcome.questions) < MOST_QUESTIONS:
            cursor.execute("SAVEPOINT blind")
            try:
                outcome.report = import_file(own, request)
                outcome.rows = _stored(cursor)
            except InvalidInputError as error:
                outcome.questions.append(error.message.splitlines()[0])
                confirm = error.detail.get("confirm")
                if confirm is None:
                    break
                request = replace(request, **_said(str(confirm)))
            finally:
                cursor.execute("ROLLBACK TO SAVEPOINT blind")
    return outcome


def _said(options: str) -> dict[str, str]:
    words = shlex.split(options)
    return {_OPTIONS[name]: value for name, value in zip(words[::2], words[1::2], strict=True)}


def _stored(cursor: Any) -> dict[str, dict[str, Any]]:
    cursor.execute(
        "SELECT code, ST_X(geom), ST_Y(geom), extra, note FROM registry.pole LEFT JOIN registry.pole_private ON pole_id = id"
    )
    return {
        code: {"lon": lon, "lat": lat, "texts": {*(extra or {}).values(), note} - {None}}
        for code, lon, lat, extra, note in cursor.fetchall()
    }
