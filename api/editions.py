"""On which version somebody acts: the header If-Match of one row, the member `versions` of several."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Annotated

from fastapi import Depends, Header
from pydantic import Field

from gisreg.errors import GisregError, StaleVersionError, UsageError, VersionRequiredError
from gisreg.said import both

IfMatch = Annotated[str | None, Header(description="ETag of the version the edit was made on")]

Versions = Annotated[
    dict[Annotated[int, Field(ge=0, lt=2**53)], Annotated[int, Field(ge=0, lt=2**31)]],
    Field(description="By id the `version` of each as it was read"),
]

_TAG = re.compile(r'"(\d{1,9})(?:\.[0-9a-f]{8})?(?:-[0-9a-f]{8})?"', re.ASCII)


def required_version(if_match: str | None) -> int:
    """Return the version that an `If-Match` header names (derived counts in the tag do not matter).

    Raises:
        VersionRequiredError: there is no such header.
        UsageError: it is no ETag of a feature or row.
    """
    if if_match is None:
        raise VersionRequiredError(
            both("Thiếu tiêu đề If-Match.", "The header If-Match is missing."),
            hint=both(
                'Gửi ETag như khi đọc, hoặc phiên bản: If-Match: "3".',
                'Send the ETag as you read it, or the version: If-Match: "3".',
            ),
        )
    found = _TAG.fullmatch(if_match.strip())
    if found is None:
        raise UsageError(
            both(
                "Tiêu đề If-Match không phải ETag của đối tượng hay dòng nào.",
                "The header If-Match is no ETag of a feature or row.",
            ),
            hint=both('ETag có dạng "3" hoặc "3.0a1b2c3d".', 'It looks like "3" or "3.0a1b2c3d".'),
        )
    return int(found[1])


def _version(if_match: IfMatch = None) -> int:
    return required_version(if_match)


Version = Annotated[int, Depends(_version)]
"""The version of the row that a request is about."""


def versions_of(ids: Sequence[int], versions: Mapping[int, int]) -> dict[int, int]:
    """Return by id on which version somebody decides. Raises VersionRequiredError where one lacks."""
    unsaid = [number for number in ids if number not in versions]
    if unsaid:
        raise VersionRequiredError(
            both(
                f"Chưa nêu quyết định này dựa trên phiên bản nào của {unsaid[0]}.",
                f"On which version of {unsaid[0]} this was decided is not said.",
            ),
            hint=both(
                "Gửi `versions` gồm `version` của từng id như khi đọc.",
                "Send `versions` with the `version` of each id as you read it.",
            ),
        )
    return {number: versions[number] for number in ids}


def plainly(error: GisregError) -> GisregError:
    """Return what a page says of an error: of what moved on a sentence for people, else the error itself."""
    if not isinstance(error, StaleVersionError):
        return error
    return StaleVersionError(
        both(
            "Đã có người sửa sau khi trang này được mở.", "Somebody changed this after you opened the page."
        ),
        hint=both(
            "Dưới đây là trạng thái hiện nay; xem lại rồi quyết định.",
            "Below it is as it stands now; look again, then decide.",
        ),
    )
