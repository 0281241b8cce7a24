"""What tests of rules on carriers ask and write: answers by rule, plans, licences, approvals, counts."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from tests.support.network import DAY, Network

Answers = dict[str, float | None]


def organisation(network: Network, code: str, name: str | None = None, **columns: Any) -> int:
    """Add a carrier."""
    given = {"code": code, "name": name or code, "kind": "carrier"} | columns
    names = ", ".join(given)
    ((number,),) = network.sql(
        f"INSERT INTO registry.organisation ({names}) VALUES ({', '.join(['%s'] * len(given))}) RETURNING id",
        *given.values(),
    )
    network.ids["organisation", code] = number
    return int(number)


def row(network: Network, table: str, **columns: Any) -> int:
    """Add a row to a table without geometry and return its id."""
    names = ", ".join(columns)
    ((number,),) = network.sql(
        f"INSERT INTO registry.{table} ({names}) VALUES ({', '.join(['%s'] * len(columns))}) RETURNING id",
        *columns.values(),
    )
    return int(number)


def answers(network: Network, rule: str, day: date = DAY, **limits: float | None) -> dict[int, float | None]:
    """Return what a rule measures by object, None where it cannot be evaluated."""
    rows = network.sql(
        f"SELECT object_id, measured_value FROM gisreg.rule_{rule.lower()}_whole(%s, gisreg.flag_limits(%s) || %s)",
        day,
        day,
        json.dumps(limits),
    )
    assert len({number for number, _ in rows}) == len(rows), "a row per object"
    return dict(rows)


def outcomes(network: Network, rule: str) -> dict[int, str]:
    """Return the findings of a rule by object."""
    return dict(network.sql("SELECT object_id, outcome FROM registry.finding WHERE rule_id = %s", rule))


def support(network: Network, cable: str, pole: str) -> int:
    """Return the id of the support of a cable on a pole."""
    ((number,),) = network.sql(
        "SELECT id FROM registry.support WHERE cable_id = %s AND pole_id = %s",
        network.ids["cable", cable],
        network.ids["pole", pole],
    )
    return int(number)


def span(network: Network, a: str, b: str) -> int:
    """Return the id of the span between two poles."""
    ends = sorted([network.ids["pole", a], network.ids["pole", b]])
    ((number,),) = network.sql("SELECT id FROM registry.span WHERE pole_a_id = %s AND pole_b_id = %s", *ends)
    return int(number)


def counted(network: Network, number: int, cables: int, on: date = DAY, **columns: Any) -> int:
    """Write what a survey counted on a span."""
    return row(network, "span_count", span_id=number, cable_count=cables, counted_on=on, **columns)
