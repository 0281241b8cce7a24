"""Every rule's file is whole, uses what it names, and its functions exist and answer in the agreed form."""

from __future__ import annotations

import re

import pytest

from gisreg.flagging.all_rules import all_rules
from gisreg.flagging.rule import Rule, parse, rules
from gisreg.flagging.thresholds import shipped
from tests.support.network import DAY, Network

HEAD = """-- layer: pole
-- concerned: p.id
-- vi: v
-- en: e
-- severity: minor
-- fails: above
-- legal: l
-- confidence: partial
SELECT 1"""


@pytest.mark.parametrize("rule", rules().values(), ids=lambda rule: rule.id)
def test_thresholds_that_a_rule_names_are_shipped_and_used(rule: Rule) -> None:
    named = {*rule.needs, *rule.reach, *([rule.critical_at] if rule.critical_at else [])}
    assert named <= set(shipped())
    used = set(re.findall(r"(?<!:):([a-z][a-z0-9_]*)", rule.query)) - {"as_of"}
    assert used <= set(rule.needs)
    assert set(rule.needs) - used <= {rule.critical_at}
    assert "{concerned}" in rule.query
    assert rule.asks_vi or not rule.asks_en
    assert re.fullmatch(r"[A-Z]\d\d[A-Z]?", rule.id)


@pytest.mark.parametrize("rule", rules().values(), ids=lambda rule: rule.id)
def test_a_rule_answers_for_all_and_for_some(network: Network, rule: Rule) -> None:
    limits = "gisreg.flag_limits(%s)"
    name = f"gisreg.rule_{rule.id.lower()}"
    assert network.sql(f"SELECT count(*) FROM {name}_whole(%s, {limits})", DAY, DAY) == [(0,)]
    assert network.sql(f"SELECT count(*) FROM {name}_some(ARRAY[1], %s, {limits})", DAY, DAY) == [(0,)]


def test_the_table_tells_what_the_files_tell(network: Network) -> None:
    told = network.sql("SELECT id, layer, severity, confidence FROM registry.rule ORDER BY id")
    assert told == [(r.id, r.layer, r.severity, r.confidence) for r in all_rules().values()]


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        (HEAD.replace("-- en: e\n", ""), "lacks en"),
        (HEAD.replace("-- en: e", "-- en: e\n-- colour: red"), "unknown keys: colour"),
        (HEAD.replace("minor", "bad"), "severity is none of"),
        (HEAD.replace("layer: pole", "layer: poles"), "layer is none of"),
    ],
)
def test_a_wrong_head_is_refused(wrong: str, told: str) -> None:
    with pytest.raises(ValueError, match=told):
        parse("X01", wrong)


def test_a_threshold_that_is_not_named_is_refused() -> None:
    rule = parse("X01", HEAD + " WHERE {concerned} AND :secret_limit > 1")
    with pytest.raises(ValueError, match="secret_limit"):
        rule.select(is_whole=True)
