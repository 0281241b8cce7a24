"""Forty files that nobody explains: nearly all need one confirmation, and none goes wrong in silence."""

from __future__ import annotations

import numpy as np
import pytest
from pyproj import Geod

from tests.importing.blind.generator import make
from tests.importing.blind.ground import make_ground
from tests.importing.blind.reading import read_blind

FILES = 40
SEED = 2026
NEAR_M = 1.0


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    folder = tmp_path_factory.mktemp("blind")
    ground = make_ground(SEED)
    found = []
    for number in range(FILES):
        blind = make(number, SEED, ground, folder)
        found.append((blind, read_blind(blind.path, blind.cells, ground)))
    return found


def test_nearly_all_need_no_more_than_one_confirmation(results):
    easy = [
        blind.secret
        for blind, outcome in results
        if _is_right(blind, outcome) and len(outcome.questions) <= 1
    ]

    assert len(easy) >= 36, [blind.secret for blind, _ in results if blind.secret not in easy]


def test_text_that_is_taken_without_asking_is_right(results):
    wrong = [
        blind.secret
        for blind, outcome in results
        if not any("encoding" in question for question in outcome.questions)
        and not _texts_are_right(blind, outcome)
    ]
    assert wrong == []


def test_what_is_proposed_as_clear_is_right(results):
    wrong = [
        (blind.secret, outcome.guesses[0].options)
        for blind, outcome in results
        if outcome.placed is not None and _share_placed(blind, outcome) < 0.99
    ]
    assert wrong == []


def _is_right(blind, outcome):
    return (
        outcome.placed is not None
        and _share_placed(blind, outcome) >= 0.99
        and _texts_are_right(blind, outcome)
    )


def _texts_are_right(blind, outcome):
    return outcome.columns == list(blind.texts.values())


def _share_placed(blind, outcome):
    _, _, metres = Geod(ellps="WGS84").inv(*blind.lonlat.T, *outcome.placed.T)
    return float(np.mean(metres < NEAR_M))
