"""Every reason for which the database refuses a decision on same poles is said in Vietnamese too."""

from __future__ import annotations

import re
from importlib.resources import files

from gisreg.matching.refused import REASONS_VI


def test_every_reason_of_the_functions_is_said() -> None:
    text = files("gisreg.database").joinpath("sql/functions/same_pole.sql").read_text(encoding="utf-8")
    raised = re.findall(r"\bRAISE \w+ USING\b(?:\s+CONSTRAINT = '(\w+)')?", text)
    assert len(raised) == text.count("RAISE ") > 0
    assert sorted(raised) == sorted(REASONS_VI)
