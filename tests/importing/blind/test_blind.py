"""Forty files that nobody explains: nearly all need one confirmation, and none goes wrong in silence."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import numpy as np
import psycopg2
import pytest
from pyproj import Geod

from gisreg.database.connection import Role
from tests.importing.blind.generator import BlindFile, make
from tests.importing.blind.ground import make_ground, settle
from tests.importing.blind.reading import Outcome, bring
from tests.support.databases import Database

FILES = 40
SEED = 2026
NEAR_M = 1.0

Result = tuple[BlindFile, Outcome]


@pytest.fixture(scope="module")
def results(fresh_database: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Result]]:
    """Return every file with what the importer made of it, in a registry that knows wards and streets."""
    folder = tmp_path_factory.mktemp("blind")
    ground = make_ground(SEED)
    with closing(psycopg2.connect(fresh_database.urls[Role.WORKER])) as own:
        settle(own, ground)
        files = [make(number, SEED, ground, folder) for number in range(FILES)]
        yield [(blind, bring(own, blind.path)) for blind in files]


def test_the_files_are_of_every_kind(results: list[Result]) -> None:
    secrets = " ".join(blind.secret for blind, _ in results)
    for kind in ("csv", "shp", "xlsx", "tcvn3", "vni", "viscii", "cp1258", "nfd", "swapped", "km", "dms", "comma",
                 "thousands", "titled", "merged", "9209", "3405", "4326"):  # fmt: skip
        assert kind in secrets


def test_nearly_all_need_no_more_than_one_confirmation(results: list[Result]) -> None:
    easy = [
        blind.secret
        for blind, outcome in results
        if len(outcome.questions) <= 1 and _share_right(blind, outcome) >= 0.99
    ]
    hard = [(blind.secret, outcome.questions) for blind, outcome in results if blind.secret not in easy]
    assert len(easy) >= 36, hard


def test_nothing_goes_wrong_in_silence(results: list[Result]) -> None:
    """What is stored is right in place and text, whatever was confirmed, or its row is warned of."""
    wrong = []
    for blind, outcome in results:
        warned = (
            {one.row.partition("(")[2].rstrip(")") for one in outcome.report.warnings.found}
            if outcome.report
            else set()
        )
        wrong += [
            (blind.secret, code, outcome.rows[code]["texts"])
            for code in outcome.rows
            if code not in warned and not _is_right(blind, outcome, code)
        ]
    assert wrong == []


def _share_right(blind: BlindFile, outcome: Outcome) -> float:
    codes = blind.texts["code"]
    return sum(code in outcome.rows and _is_right(blind, outcome, code) for code in codes) / len(codes)


def _is_right(blind: BlindFile, outcome: Outcome, code: str) -> bool:
    if code not in blind.texts["code"]:
        return False
    at = blind.texts["code"].index(code)
    row = outcome.rows[code]
    _, _, metres = Geod(ellps="WGS84").inv(*blind.lonlat[at], row["lon"], row["lat"])
    texts = {blind.texts[name][at] for name in ("street", "ward", "note")} - {""}
    return bool(np.isfinite(metres) and metres < NEAR_M and texts == row["texts"])
