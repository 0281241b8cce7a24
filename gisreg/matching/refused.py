"""What the functions of same poles refuse, in both languages: each names its reason as a constraint."""

from __future__ import annotations

import psycopg2

from gisreg.errors import ForbiddenError
from gisreg.said import Said, both

REASONS_VI = {
    "match_agreed_by": "Việc đồng ý cột trùng thuộc về chủ sở hữu các cột đó hoặc cơ quan quản lý.",
    "match_refused_by": "Việc bác cột trùng thuộc về một chủ sở hữu của các cột đó hoặc cơ quan quản lý.",
    "merge_allowed": "Cột chỉ được gộp khi cả hai chủ sở hữu đã đồng ý, hoặc do cơ quan quản lý gộp.",
    "merge_once": "Mỗi cột chỉ được gộp một lần, vào một cột được giữ lại.",
    "merge_one_owner": "Hai cột cạnh nhau của cùng một đơn vị; các cột như vậy không bao giờ được gộp.",
    "merge_code": "Có mã của các cột này đã là số của cột khác.",
    "split_allowed": "Việc hủy gộp thuộc về một chủ sở hữu của các cột đó hoặc cơ quan quản lý.",
    "split_standing": "Lần gộp này đã được hủy, hoặc cột được giữ lại không còn nữa.",
}


def reason(error: psycopg2.Error) -> Said:
    """Return why the database refused: our functions' own sentences, and what PostgreSQL itself says."""
    said = str(error.diag.message_primary)
    known = REASONS_VI.get(error.diag.constraint_name or "")
    return both(known or f"Cơ sở dữ liệu từ chối: {said}", said)


def forbidden(error: psycopg2.Error) -> ForbiddenError:
    """Return the error for matches that are not the actor's to decide on."""
    return ForbiddenError(
        reason(error),
        hint=both(
            "Hãy nhờ kỹ sư của chủ sở hữu kia, hoặc cơ quan quản lý.",
            "Ask an engineer of the other owner, or the authority.",
        ),
    )
