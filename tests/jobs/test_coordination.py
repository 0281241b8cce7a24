"""The clocks of proposals and notices run as jobs of the worker."""

from __future__ import annotations

import pytest

from gisreg.database.connection import Role, transaction
from gisreg.jobs import coordination
from gisreg.jobs.registry import PERIODIC
from tests.support.databases import Database

CLOCKS = {"proposals.escalate", "notices.escalate", "notices.deliver"}


@pytest.mark.parametrize("job", [job for job in PERIODIC if job.name in CLOCKS], ids=lambda job: job.name)
def test_a_clock_with_nothing_to_do_says_so(database: Database, job) -> None:
    with transaction(Role.WORKER) as connection:
        assert job.run(connection) is False


def test_every_clock_is_wound() -> None:
    assert {job.name for job in PERIODIC} >= CLOCKS
    assert {job.run for job in PERIODIC} >= {
        coordination.escalate_proposals,
        coordination.escalate_notices,
        coordination.deliver_notices,
    }
