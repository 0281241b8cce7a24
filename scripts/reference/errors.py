"""docs/reference/errors.md: every class of error, its code and HTTP status."""

from __future__ import annotations

import inspect
from collections.abc import Iterator

from api.problems import status_of
from gisreg.errors import GisregError
from scripts.reference.markdown import cell, code, finish, start, table


def page() -> str:
    """Return the page."""
    lines = start(
        "Lỗi / Errors",
        "Mỗi lỗi nói điều gì sai, ở đâu, và cần làm gì, bằng tiếng Việt và tiếng Anh. Dòng lệnh in lỗi rồi "
        "thoát với mã 2; dịch vụ trả về một tài liệu lỗi theo RFC 9457: `detail_vi` và `hint_vi` bằng tiếng "
        "Việt, `detail` và `hint` bằng tiếng Anh.",
        "An error says what is wrong, where, and what to do, in Vietnamese and English. The command line "
        "prints it and ends with exit code 2; the service answers with a problem document (RFC 9457): "
        "`detail_vi` and `hint_vi` in Vietnamese, `detail` and `hint` in English. Its `type` ends with the "
        "code, and its `request_id` finds the event in the log and in the history.",
    )
    lines += table(
        ("Code", "HTTP status", "Class", "Nghĩa", "Meaning"),
        (
            [
                code(kind.code),
                str(status_of(kind())),
                code(kind.__name__),
                cell(kind.vi),
                cell(_first_line(kind)),
            ]
            for kind in _tree(GisregError)
        ),
    )
    return finish(lines)


def _tree(kind: type[GisregError]) -> Iterator[type[GisregError]]:
    if kind.__module__ == GisregError.__module__:
        yield kind
    for child in kind.__subclasses__():
        yield from _tree(child)


def _first_line(kind: type[GisregError]) -> str:
    return (inspect.getdoc(kind) or "").splitlines()[0]
