"""What leaves by mail about a proposal: no code, no value, no place, no reason of anybody's."""

from __future__ import annotations

from gisreg.clock import now
from gisreg.contacts.notices import mine
from gisreg.database.connection import Role, transaction
from gisreg.proposals.clock import escalate
from tests.proposals.world import BOSS, World
from tests.support.databases import Database


def test_notices_of_proposals_name_no_fact_of_the_object(fresh_database: Database) -> None:
    world = World()
    world.sql("UPDATE registry.pole SET code = 'MÃ-CỘT-7' WHERE code = 'P0'")
    told = world.propose("P0", at=(106.33001, 20.44001), height_m=11.25, kind="power_mv")
    world.propose("P1", owner_id=world.ids["T"])
    world.decide(told, decision="dispute", note="LÝ-DO-RIÊNG")
    world.sql("UPDATE registry.proposal SET due_on = '2020-01-01' WHERE state = 'open'")
    with transaction(Role.WORKER) as own:
        assert escalate(own, now()).escalated == 1
    with transaction(Role.APP, BOSS) as own:
        notices = mine(own)
    texts = [str(notice[name]) for notice in notices for name in notice if name.startswith(("text", "title"))]
    assert len(notices) == 4
    for secret in ("MÃ-CỘT-7", "11.25", "106.33", "20.44", "power_mv", "LÝ-DO-RIÊNG", "Bên thứ ba", "P1"):
        assert not [text for text in texts if secret in text], secret
