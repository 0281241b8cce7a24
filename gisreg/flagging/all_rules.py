"""The whole catalogue: rules of files and rules of zones; their texts in the table `rule`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache

import psycopg2.extensions

from gisreg.database.queries import load_queries
from gisreg.flagging import rule, thresholds
from gisreg.flagging.rule import Rule
from gisreg.flagging.zone_rules import ZONE_LIMITS, ZONE_RULES

queries = load_queries(__file__, "all_rules.sql")


@cache
def all_rules() -> Mapping[str, Rule]:
    """Return every rule by id, in the order of ids."""
    every = {**rule.rules(), **ZONE_RULES}
    return {key: every[key] for key in sorted(every)}


def rules_that_need(keys: Sequence[str]) -> list[str]:
    """Return the ids of the rules whose answers hang on one of these thresholds."""
    asked = set(keys)
    return [
        rule.id
        for rule in all_rules().values()
        if asked & {*rule.needs, *rule.reach, rule.critical_at} or (rule.zone_kind and asked & ZONE_LIMITS)
    ]


def store(connection: psycopg2.extensions.connection) -> None:
    """Write the rules' texts and the shipped thresholds to their tables, where maps and reports read them."""
    thresholds.store(connection)
    for one in all_rules().values():
        queries.store(
            connection,
            id=one.id,
            layer=one.layer,
            vi=one.vi,
            en=one.en,
            severity=one.severity,
            legal_ref=one.legal,
            confidence=one.confidence,
            unit=one.unit,
            fails=one.fails,
            critical_at=one.critical_at,
            needs=None if one.zone_kind else list(one.needs),
            reach=list(one.reach),
            asks_vi=one.asks_vi,
            asks_en=one.asks_en,
            zone_kinds=list(one.zone_kinds),
            is_costly=one.costly,
            asks_on_site=one.asks_on_site,
        )
    queries.answers(connection)
