"""Who sees matches and decides on them, role by role, as the manual's table says."""

from __future__ import annotations

import pytest

from gisreg.access.actor import Actor, PersonRole
from gisreg.database.connection import transaction
from gisreg.errors import ForbiddenError, NotFoundError
from gisreg.matching.decide import refuse
from gisreg.matching.read import matches
from tests.access.rights import COLUMNS, table
from tests.matching.conftest import Street

RIGHTS = table()


@pytest.mark.parametrize("role", COLUMNS, ids=lambda role: role or "visitor")
def test_the_table_holds(street: Street, role: PersonRole | None) -> None:
    one = street.matches()["A2"].id
    acting = (
        None
        if role is None
        else Actor("x", "Đơn vị A", organisation_id=street.ids["A"], roles=frozenset({role}))
    )
    other = (
        None
        if role is None
        else Actor("y", "Đơn vị C", organisation_id=street.ids["C"], roles=frozenset({role}))
    )
    level = RIGHTS["match"][role]
    with transaction(actor=acting) as own:
        assert len(matches(own)) == (5 if level in ("của mình", "tất cả") else 0)
    with transaction(actor=other) as own:
        assert len(matches(own)) == (5 if level == "tất cả" else 0)
    if RIGHTS["matching"][role] in ("của mình", "tất cả"):
        with transaction(actor=acting) as own:
            assert refuse(own, [one]) == 1
    else:
        with pytest.raises((ForbiddenError, NotFoundError)), transaction(actor=acting) as own:
            refuse(own, [one])
