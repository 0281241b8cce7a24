"""Why an object is flagged, and why not: every outcome, who may ask, and agreement with the run."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from gisreg.access.actor import Actor, PersonRole, operator
from gisreg.database.connection import Role, transaction
from gisreg.errors import ForbiddenError, InvalidInputError, NotFoundError, UsageError
from gisreg.flagging import decisions
from gisreg.flagging.all_rules import all_rules
from gisreg.flagging.run import run
from gisreg.flagging.subject import Subject, called, numbered
from gisreg.flagging.why import notes, why
from tests.support.databases import Database
from tests.support.grid import Grid
from tests.support.network import Network

DAY = date(2026, 7, 1)
LINE = Grid("""
    1......2......
    ..............
    A....B....C..D
    ..............
    4......3......
    """)


@pytest.fixture
def asked(database: Database) -> Iterator[Network]:
    """Return a network that the authority asks about; nothing is kept."""
    with transaction(Role.WORKER, operator()) as connection:
        yield Network(connection)
        connection.rollback()


def outcomes(network: Network, subject: Subject, day: date = DAY) -> dict[str, str]:
    return {row["rule"]: row["outcome"]["key"] for row in why(network.connection, subject, day)}


def lean(network: Network, name: str) -> str:
    return outcomes(network, Subject("pole", network.ids["pole", name]))["P02"]


def test_each_outcome_of_a_measured_rule(asked: Network) -> None:
    for name, degrees in (("fails", 7.0), ("edge", 5.3), ("passes", 2.0), ("unknown", None)):
        asked.pole(name, (len(asked.ids) * 30, 0), lean_deg=degrees)
    run(asked.connection, DAY)
    assert [lean(asked, name) for name in ("fails", "edge", "passes", "unknown")] == [
        "fail",
        "borderline",
        "pass",
        "not_evaluable",
    ]
    (told,) = [
        row for row in why(asked.connection, called(asked.connection, "fails"), DAY) if row["rule"] == "P02"
    ]
    assert (told["measured_value"], told["threshold_value"], told["tolerance"]) == (7.0, 5.0, 0.5)
    assert (told["unit"], told["fails"], told["estimated"]) == ("deg", "above", False)
    assert told["confidence"]["key"] == "to_be_verified"
    assert told["since"] is not None
    (missing,) = [
        row for row in why(asked.connection, called(asked.connection, "unknown"), DAY) if row["rule"] == "P02"
    ]
    assert missing["missing"] == {"vi": "độ nghiêng của cột (độ)", "en": "the pole's lean (degrees)"}
    asked.sql("UPDATE registry.threshold SET value = NULL WHERE key = 'pole_lean_warn_deg'")
    assert lean(asked, "fails") == "off"


def test_a_segment_says_its_zones_with_metres_and_decision(asked: Network) -> None:
    asked.draw(LINE, k="A B C D")
    asked.zone("z", [LINE.line("1234")], "heritage")
    asked.set("zone", "z", "decision_no", "12/QĐ-UBND")
    run(asked.connection, DAY)
    subject = called(asked.connection, "k/2")
    assert subject == Subject("segment", asked.part("k", "BC").id)
    told = {row["rule"]: row for row in why(asked.connection, subject, DAY)}
    assert told["Z04"]["metres_inside"] == pytest.approx(20, rel=1e-3)
    assert (told["Z04"]["zone"]["code"], told["Z04"]["legal"]) == ("z", "12/QĐ-UBND")
    assert "Z01" not in told
    everything = why(asked.connection, subject, DAY, everything=True)
    assert {row["rule"] for row in everything} == {
        key for key, rule in all_rules().items() if rule.layer == "segment"
    }


def test_what_the_rules_say_of_each_object_is_what_the_run_found(asked: Network) -> None:
    asked.draw(LINE, k="A B C D", m="A B C")
    asked.zone("z", [LINE.line("1234")])
    for number, (_, pole) in enumerate(sorted(key for key in asked.ids if key[0] == "pole")):
        asked.set("pole", pole, "lean_deg", [1, 5.2, 7, 12][number % 4])
    run(asked.connection, DAY)
    found = set(asked.sql("SELECT object_id, rule_id, zone_id, outcome FROM registry.finding"))
    objects = asked.sql(
        "SELECT 'pole', id FROM registry.pole UNION ALL SELECT 'segment', id FROM registry.segment"
        " UNION ALL SELECT 'span', id FROM registry.span UNION ALL SELECT 'cable', id FROM registry.cable"
        " UNION ALL SELECT 'support', id FROM registry.support"
    )
    told = {
        (number, row["rule"], row["zone"] and row["zone"]["id"], row["outcome"]["key"])
        for layer, number in objects
        for row in why(asked.connection, Subject(layer, number), DAY)
        if row["outcome"]["key"] in ("fail", "borderline", "waived", "manual")
    }
    assert told == found
    assert {outcome for *_, outcome in found} == {"fail", "borderline"}


def test_a_waiver_holds_until_its_end_and_the_finding_returns(asked: Network) -> None:
    asked.pole("P", (0, 0), lean_deg=7.0)
    subject = called(asked.connection, "P")
    until = DAY + timedelta(days=30)
    run(asked.connection, DAY)
    number = decisions.grant(asked.connection, operator(), "P02", subject, "đang thay cột", until, DAY)
    for day, outcome in ((DAY, "waived"), (until - timedelta(days=1), "waived"), (until, "fail")):
        run(asked.connection, day)
        assert asked.sql("SELECT outcome FROM registry.finding WHERE rule_id = 'P02'") == [(outcome,)], day
        assert outcomes(asked, subject, day)["P02"] == outcome
    (held,) = decisions.waivers(asked.connection, DAY)
    assert (held.id, held.valid_to, held.reason) == (number, until, "đang thay cột")
    assert decisions.waivers(asked.connection, until) == []
    with pytest.raises(InvalidInputError, match=f"Waiver {number} of the same"):
        decisions.grant(asked.connection, operator(), "P02", subject, "lần nữa", None, DAY)
    decisions.end(asked.connection, number, DAY + timedelta(days=3))
    run(asked.connection, DAY + timedelta(days=3))
    assert outcomes(asked, subject, DAY + timedelta(days=3))["P02"] == "fail"
    with pytest.raises(NotFoundError):
        decisions.end(asked.connection, number, DAY + timedelta(days=3))


@pytest.mark.parametrize(
    ("rule", "reason", "days", "told"),
    [
        ("P02", " ", 3, "Why the finding"),
        ("P02", "x", 0, "before it begins"),
        ("H01", "x", 3, "looks at segments"),
    ],
)
def test_a_wrong_waiver_is_refused(asked: Network, rule: str, reason: str, days: int, told: str) -> None:
    asked.pole("P", (0, 0))
    subject = called(asked.connection, "P")
    with pytest.raises(InvalidInputError, match=told):
        decisions.grant(asked.connection, operator(), rule, subject, reason, DAY + timedelta(days=days), DAY)


def test_a_note_stays_until_somebody_closes_it(asked: Network) -> None:
    asked.draw(LINE, k="A B C D")
    label = "BC"
    subject = Subject("segment", asked.part("k", label).id)
    number = decisions.note(asked.connection, operator(), subject, "Cáp chùng sát mái nhà")
    count = "SELECT outcome, rule_id FROM registry.finding WHERE rule_id LIKE 'M%%'"
    assert asked.sql(count) == [("manual", "M01")]
    for _ in range(2):
        assert run(asked.connection, DAY).gone == 0
        assert asked.sql(count) == [("manual", "M01")]
    assert outcomes(asked, subject)["M01"] == "manual"
    assert [one["text"] for one in notes(asked.connection, subject)] == ["Cáp chùng sát mái nhà"]
    with pytest.raises(InvalidInputError, match="Why the note"):
        decisions.close(asked.connection, operator(), number, "")
    decisions.close(asked.connection, operator(), number, "đã căng lại")
    assert asked.sql(count) == []
    assert asked.sql("SELECT close_reason FROM history.finding_note WHERE operation = 'U'") == [
        ("đã căng lại",)
    ]
    with pytest.raises(NotFoundError):
        decisions.close(asked.connection, operator(), number, "lần nữa")


def test_a_note_goes_with_what_its_segment_becomes(asked: Network) -> None:
    asked.draw(Grid("A....B"), k="A B")
    old = asked.part("k", "AB").id
    number = decisions.note(asked.connection, operator(), Subject("segment", old), "Cáp chùng")
    asked.pole("M", (25, 0))
    asked.build()
    run(asked.connection, DAY)
    parts = {asked.part("k", "AM").id, asked.part("k", "MB").id}
    assert {
        row[0] for row in asked.sql("SELECT object_id FROM registry.finding WHERE rule_id = 'M01'")
    } == parts
    heir = Subject("segment", max(parts - {old}))
    assert [one["id"] for one in notes(asked.connection, heir)] == [number]
    decisions.close(asked.connection, operator(), number, "đã xong")
    assert asked.sql("SELECT object_id FROM registry.finding WHERE rule_id = 'M01'") == []


def test_names_that_mean_nothing_or_several(asked: Network) -> None:
    asked.draw(Grid("A..B"), k="A B")
    asked.pole("twice", (900, 0))
    asked.sql(
        "INSERT INTO registry.tower (code, geom) VALUES ('twice', ST_SetSRID(ST_MakePoint(106, 20), 4326))"
    )
    assert called(asked.connection, "A..B").layer == "span"
    assert called(asked.connection, "B..A") == called(asked.connection, "A..B")
    assert called(asked.connection, str(asked.ids["pole", "A"])).layer == "pole"
    with pytest.raises(UsageError, match="several objects"):
        called(asked.connection, "twice")
    for name in ("nothing", "k/9", "k/999999999999", "9" * 30, ""):
        with pytest.raises(NotFoundError):
            called(asked.connection, name)


def test_only_who_sees_findings_may_ask(fresh_database: Database) -> None:
    with transaction(Role.WORKER) as connection:
        network = Network(connection)
        ids = {
            code: network.sql(
                "INSERT INTO registry.organisation (code, name, kind) VALUES (%s, %s, 'carrier') RETURNING id",
                code,
                code,
            )[0][0]
            for code in ("own", "other")
        }
        for code, visibility in (("own", "public"), ("other", "public"), ("other", "secret")):
            network.pole(
                f"{code}-{visibility}", (0, 0), owner_id=ids[code], visibility=visibility, lean_deg=9
            )
        run(connection, DAY)

    def may(role: PersonRole | None) -> set[str]:
        actor = role and Actor("Thử", "own", organisation_id=ids["own"], roles=frozenset({role}))
        seen = set()
        with transaction(Role.APP, actor) as connection:
            for _, name in network.ids:
                try:
                    subject = numbered(connection, network.ids["pole", name])
                except NotFoundError:
                    continue
                assert [
                    row["outcome"]["key"] for row in why(connection, subject, DAY) if row["rule"] == "P02"
                ]
                seen.add(name)
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT count(DISTINCT o.id) FROM unnest(%s) AS o (id), gisreg.rules_of(o.id, %s)",
                    (list(network.ids.values()), DAY),
                )
                assert cursor.fetchone() == (len(seen),)
        return seen

    assert may(None) == set()
    assert may(PersonRole.ENGINEER) == {"own-public"}
    assert may(PersonRole.INSPECTOR) == {"own-public", "other-public"}
    assert may(PersonRole.AUTHORITY) == {"own-public", "other-public", "other-secret"}


def test_a_carrier_neither_notes_nor_waives(fresh_database: Database) -> None:
    with transaction(Role.WORKER) as connection:
        network = Network(connection)
        ((owner,),) = network.sql(
            "INSERT INTO registry.organisation (code, name, kind) VALUES ('c', 'c', 'carrier') RETURNING id"
        )
        subject = Subject("pole", network.pole("noted", (0, 0), owner_id=owner, lean_deg=9))
    inspector = Actor("Tra", roles=frozenset({PersonRole.INSPECTOR}))
    with transaction(Role.APP, inspector) as connection:
        number = decisions.note(connection, inspector, subject, "nứt chân cột")
    engineer = Actor("Kỹ", "c", organisation_id=owner, roles=frozenset({PersonRole.ENGINEER}))
    with transaction(Role.APP, engineer) as connection:
        assert [one["id"] for one in notes(connection, subject)] == [number]
        with pytest.raises(ForbiddenError):
            decisions.close(connection, engineer, number, "đã xử lý")
