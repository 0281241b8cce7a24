"""Attachments (A), dead cable (D) and tags (T): for each rule what passes, fails and cannot be evaluated."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from gisreg.database.address import Role
from tests.support.carriers import answers, counted, organisation, outcomes, row, span, support
from tests.support.grid import Grid
from tests.support.network import DAY, Network


@pytest.fixture
def town(network: Network) -> Network:
    """Return poles A to D, 30 m apart along a street and crossed by none; VNPT's cable v, Viettel's t.

    ::

        A-------B-------C-------D      v: A to D (VNPT), t: A to C (Viettel)
        ============================   street s, 5 m south
    """
    vnpt, vtl = (
        organisation(network, "VNPT", "VNPT Thái Bình", aliases=["Vinaphone"]),
        organisation(network, "VTL"),
    )
    for n, name in enumerate("ABCD"):
        network.pole(name, (n * 30, 0), kind="telecom", owner_id=vnpt)
    network.cable("v", [(0, 0.1), (90, 0.1)], owner_id=vnpt, state="in_service", role="distribution")
    network.cable("t", [(0, 0.2), (60, 0.2)], owner_id=vtl, state="in_service", role="distribution")
    network.street("s", [(-20, -5), (110, -5)])
    network.build()
    return network


def test_a01_boxes_of_one_carrier(town: Network) -> None:
    vnpt, vtl = town.ids["organisation", "VNPT"], town.ids["organisation", "VTL"]
    pole = {name: town.ids["pole", name] for name in "ABCD"}
    for name, owners in {"A": [vnpt, vnpt], "B": [vnpt, vtl], "C": [vnpt, None]}.items():
        for owner in owners:
            row(town, "fitting", pole_id=pole[name], owner_id=owner, kind="box")
    assert answers(town, "A01") == {pole["A"]: 2, pole["B"]: 1, pole["C"]: None, pole["D"]: None}
    town.set("pole", "D", "survey_date", DAY)
    town.flag()
    assert answers(town, "A01")[pole["D"]] == 0
    assert outcomes(town, "A01") == {pole["A"]: "fail"}


def test_a02_wound_cable(town: Network) -> None:
    town.sql("UPDATE registry.support SET is_wound = true WHERE id = %s", support(town, "v", "A"))
    town.sql("UPDATE registry.support SET is_wound = false WHERE id = %s", support(town, "v", "B"))
    found = answers(town, "A02")
    assert [found[support(town, "v", name)] for name in "ABC"] == [1, 0, None]


def test_a03_bundles_in_brackets(town: Network) -> None:
    for name, has in {"A": True, "B": False}.items():
        town.set("pole", name, "has_bracket", has)
    town.set("cable", "v", "is_bundled", False)
    found = answers(town, "A03")
    assert found[support(town, "v", "A")] == 1
    assert found[support(town, "t", "A")] is None, "nobody says whether it is bundled"
    assert support(town, "v", "B") not in found, "no bracket"
    assert found[support(town, "v", "C")] is None, "nobody says whether there is a bracket"
    row(town, "fitting", pole_id=town.ids["pole", "C"], kind="bracket")
    town.set("cable", "t", "is_bundled", True)
    found = answers(town, "A03")
    assert (found[support(town, "v", "C")], found[support(town, "t", "C")]) == (1, 0)


def test_a04_counted_and_drawn_are_never_added(town: Network) -> None:
    ab, bc, cd = (span(town, *pair) for pair in ("AB", "BC", "CD"))
    counted(town, ab, 3, owner_id=town.ids["organisation", "VNPT"])
    counted(town, ab, 6)
    assert answers(town, "A04", cables_per_span_max=8) == {ab: 9, bc: None, cd: None}
    assert answers(town, "A04", cables_per_span_max=1) == {ab: 9, bc: 2, cd: None}, "drawn ones are there"
    pole = {name: town.ids["pole", name] for name in "ABCD"}
    found = answers(town, "A04P", cables_per_pole_max=8)
    assert found == {pole["A"]: 9, pole["B"]: 9, pole["C"]: None, pole["D"]: None}
    town.flag()
    assert outcomes(town, "A04") == {}, "off until the province sets it"


def test_a04_bundle_diameter(town: Network) -> None:
    ab = span(town, "A", "B")
    town.sql("UPDATE registry.span SET bundle_diameter_mm = 80 WHERE id = %s", ab)
    found = answers(town, "A04D", bundle_diameter_max_mm=60)
    assert found[ab] == 80
    assert found[span(town, "B", "C")] is None


@pytest.mark.parametrize(
    ("state", "days", "value"),
    [
        ("approved", (-10, None), 0),
        ("approved", (0, 5), 0),
        ("approved", (-10, 0), 1),
        ("approved", (1, None), 1),
        ("requested", (None, None), 1),
        ("refused", (None, None), 1),
    ],
)
def test_a05_approval(town: Network, state: str, days: tuple[int | None, int | None], value: int) -> None:
    vtl = town.ids["organisation", "VTL"]
    assert answers(town, "A05")[support(town, "v", "A")] == 0, "one's own pole"
    assert answers(town, "A05")[support(town, "t", "A")] is None, "nothing is known of this pole"
    first, last = (None if n is None else DAY + timedelta(days=n) for n in days)
    row(town, "attachment_approval", pole_id=town.ids["pole", "A"], owner_id=vtl, state=state,
        valid_from=first, valid_to=last)  # fmt: skip
    assert answers(town, "A05")[support(town, "t", "A")] == value
    assert answers(town, "A05")[support(town, "t", "B")] is None


def test_a06_light_poles_and_trees(town: Network) -> None:
    assert answers(town, "A06") == {}
    for name, kind in {"A": "lighting", "B": "tree", "C": "power_lv", "D": "unknown"}.items():
        town.set("pole", name, "kind", kind)
    plan = row(town, "plan_street", street_id=town.ids["street", "s"], plan_no="1", kind="underground",
               starts_on=DAY - timedelta(days=90), deadline=DAY)  # fmt: skip
    assert answers(town, "A06") == {}, "not undergrounded yet"
    town.sql("UPDATE registry.plan_street SET accepted_on = %s WHERE id = %s", DAY, plan)
    found = answers(town, "A06")
    assert [found[support(town, "v", name)] for name in "ABCD"] == [1, 1, 0, None]
    town.sql("DELETE FROM registry.plan_street")
    town.zone("z", [[(-5, -5), (5, -5), (5, 5), (-5, 5)]], kind="undergrounded")
    assert answers(town, "A06") == {support(town, "v", "A"): 1, support(town, "t", "A"): 1}


def test_a06_asks_the_nearest_street(town: Network) -> None:
    """A pole at 5 m of street s is not on a street of the plan that runs 15 m away."""
    town.street("far", [(-20, 15), (110, 15)])
    row(town, "plan_street", street_id=town.ids["street", "far"], plan_no="1", kind="underground",
        starts_on=DAY, accepted_on=DAY)  # fmt: skip
    assert answers(town, "A06") == {}


def test_a07_new_cable_needs_a_licence(town: Network) -> None:
    start = DAY - timedelta(days=30)
    plan = row(
        town, "plan_street", street_id=town.ids["street", "s"], plan_no="1", kind="bundle", starts_on=start
    )
    segment = town.part("t", "AB").id
    assert answers(town, "A07")[segment] is None
    for day, value in {start - timedelta(days=1): 0, start: 1, DAY: 1}.items():
        town.set("cable", "t", "installed_on", day)
        assert answers(town, "A07")[segment] == value
    row(
        town,
        "temporary_licence",
        cable_id=town.ids["cable", "t"],
        valid_from=DAY,
        valid_to=DAY + timedelta(days=1),
    )
    assert answers(town, "A07")[segment] == 0
    town.set("cable", "t", "installed_on", DAY - timedelta(days=1))
    assert answers(town, "A07")[segment] == 1, "hung before its licence"
    town.sql("UPDATE registry.plan_street SET accepted_on = %s WHERE id = %s", DAY, plan)
    assert answers(town, "A07") == {}, "the street is tidied"


@pytest.mark.parametrize(("days", "value"), [(1, 0), (0, 1), (-9, 10), (None, None)])
def test_a08_licence_has_expired(town: Network, days: int | None, value: float | None) -> None:
    """The first day on which a licence no longer holds is the first day in default."""
    end = None if days is None else DAY + timedelta(days=days)
    cable = town.ids["cable", "t"]
    row(town, "temporary_licence", cable_id=cable, valid_from=DAY - timedelta(days=100), valid_to=end)
    assert answers(town, "A08") == {cable: value}
    town.flag()
    assert outcomes(town, "A08") == ({cable: "fail"} if value else {})


@pytest.mark.parametrize(
    ("state", "value", "outcome"),
    [
        ("in_service", 0, None),
        ("unknown", None, None),
        ("suspect", 1, "borderline"),
        ("dead", 1, "fail"),
        ("ownerless", 1, "fail"),
    ],
)
def test_d01_dead_cable(town: Network, state: str, value: float | None, outcome: str | None) -> None:
    town.set("cable", "t", "state", state)
    parts = [part.id for part in town.parts("t")]
    assert len(parts) >= 2
    assert all(answers(town, "D01")[part] == value for part in parts)
    town.flag()
    assert outcomes(town, "D01") == (dict.fromkeys(parts, outcome) if outcome else {})


@pytest.mark.parametrize(
    ("state", "value"), [("in_service", 0), ("unknown", None), ("unused", 1), ("broken", 1), ("ownerless", 1)]
)
def test_d01_fittings(town: Network, state: str, value: float | None) -> None:
    box = row(town, "fitting", pole_id=town.ids["pole", "A"], kind="box", state=state)
    row(town, "fitting", pole_id=town.ids["pole", "A"], kind="tag", state="broken")
    assert answers(town, "D01F") == {box: value}


def test_d01_counted_cables(town: Network) -> None:
    ab, bc = span(town, "A", "B"), span(town, "B", "C")
    counted(town, ab, 4, state="dead")
    counted(town, ab, 2, state="in_service")
    counted(town, bc, 4, state="unknown")
    assert answers(town, "D01S") == {ab: 4, bc: None}
    town.set("cable", "t", "state", "dead")
    assert answers(town, "D01S")[ab] == 3, "one of them is drawn, and D01 has it"
    town.sql("UPDATE registry.cable SET survey_date = %s", DAY + timedelta(days=1))
    assert answers(town, "D01S") == {}, "the drawing is newer than the count"


def test_d02_subscriber_cable_across_the_road(town: Network) -> None:
    town.street("across", [(15, -20), (15, 20)])
    town.street("alley", [(45, -20), (45, 20)])
    town.set("street", "alley", "street_class", "alley")
    town.build()
    ab = town.part("t", "AB").id
    for role, value in {"drop": 1, "distribution": 0, "unknown": None}.items():
        town.set("cable", "t", "role", role)
        assert answers(town, "D02")[ab] == value
    assert set(answers(town, "D02")) == {ab, town.part("v", "AB").id}, "over an alley it may"
    counted(town, span(town, "A", "B"), 5, role="drop")
    counted(town, span(town, "B", "C"), 5, role="drop")
    town.set("cable", "t", "role", "drop")
    assert answers(town, "D02S") == {span(town, "A", "B"): 4}


@pytest.mark.parametrize(("days", "value"), [(1, -1), (0, 0), (-1, 1), (None, None)])
def test_d03_overhead_after_the_deadline(town: Network, days: int | None, value: float | None) -> None:
    deadline = None if days is None else DAY + timedelta(days=days)
    row(town, "plan_street", street_id=town.ids["street", "s"], plan_no="1", kind="underground",
        starts_on=DAY - timedelta(days=90), deadline=deadline)  # fmt: skip
    found = answers(town, "D03")
    assert found[town.part("v", "AB").id] == value
    town.flag()
    assert bool(outcomes(town, "D03")) == (value == 1)


def test_a_bent_cable_hangs_where_half_its_metres_are(network: Network) -> None:
    """Half way between A and B, at the corner, the planned street is 19.5 m away; half way in degrees, 20.6 m."""
    grid = Grid("""
        ....B.......
        ............
        ............
        ............
        A...x.......
        """)
    network.street("s", [(59.5, 0), (110, 0)])
    network.draw(grid, k="A x B")
    row(network, "plan_street", street_id=network.ids["street", "s"], plan_no="1", kind="underground",
        starts_on=days(-90), deadline=days(-5))  # fmt: skip
    assert answers(network, "D03") == {network.part("k", "AB").id: 5}


@pytest.mark.parametrize(
    ("colour", "phone", "surveyed", "value"),
    [
        ("yellow", "0227", False, 0),
        ("Vàng", "0227", False, 0),
        ("red", "0227", False, 1),
        ("yellow", None, False, 1),
        (None, "0227", False, None),
        ("none", None, True, 1),
        ("none", None, False, None),
    ],
)
def test_t01_tags(
    town: Network, colour: str | None, phone: str | None, surveyed: bool, value: float | None
) -> None:
    if surveyed:
        town.set("pole", "A", "survey_date", DAY)
    if colour != "none":
        row(town, "fitting", pole_id=town.ids["pole", "A"], kind="tag", tag_colour=colour, tag_phone=phone,
            owner_id=town.ids["organisation", "VTL"])  # fmt: skip
    assert answers(town, "T01")[support(town, "t", "A")] == value


@pytest.mark.parametrize(
    ("text", "value"),
    [("VNPT", 0), ("vinaphone", 0), ("vnpt thai binh", 0), ("VTL", 1), ("?", None), (None, None)],
)
def test_t02_the_tag_names_somebody_else(town: Network, text: str | None, value: float | None) -> None:
    tag = row(town, "fitting", pole_id=town.ids["pole", "A"], kind="tag", tag_text=text,
              owner_id=town.ids["organisation", "VNPT"])  # fmt: skip
    assert answers(town, "T02") == {tag: value}
    town.sql("UPDATE registry.fitting SET cable_id = %s", town.ids["cable", "t"])
    assert answers(town, "T02") == {tag: None if value is None else 1 - value}


@pytest.mark.parametrize(
    ("tidied", "months", "fails"),
    [(date(2026, 6, 1), 1, False), (date(2026, 1, 1), 6, False), (date(2025, 12, 31), 6 + 1 / 31, True)],
)
def test_c01_six_months_to_the_day(town: Network, tidied: date, months: float, fails: bool) -> None:
    segment = town.part("v", "AB").id
    assert answers(town, "C01")[segment] is None, "nobody knows when"
    for before, after, moment in (("reported", "accepted", tidied),):
        row(town, "tidying_event", segment_id=segment, from_state=before, to_state=after, person="Lan",
            happened_at=f"{moment} 12:00+07")  # fmt: skip
    assert answers(town, "C01")[segment] == pytest.approx(months)
    town.flag()
    assert (segment in outcomes(town, "C01")) == fails
    row(town, "tidying_event", segment_id=segment, from_state="accepted", to_state="in_progress", person="Lan",
        happened_at=f"{tidied} 13:00+07")  # fmt: skip
    assert answers(town, "C01")[segment] is None, "it was opened again"


def days(number: int | None) -> date | None:
    return None if number is None else DAY + timedelta(days=number)


@pytest.mark.parametrize(
    ("deadline", "accepted", "minutes", "evidence", "value"),
    [
        (0, None, None, None, 0),
        (-1, None, None, None, 1),
        (5, None, None, None, -5),
        (None, None, None, None, None),
        (-9, -10, "12/BB", True, 0),
        (-9, -10, None, True, 11),
        (-9, 0, "12/BB", False, 1),
        (-9, -10, "12/BB", None, None),
    ],
)
def test_c02_streets_of_the_plan(
    town: Network,
    deadline: int | None,
    accepted: int | None,
    minutes: str | None,
    evidence: bool | None,
    value: float | None,
) -> None:
    street = town.ids["street", "s"]
    row(town, "plan_street", street_id=street, plan_no="1", kind="bundle", starts_on=days(-90),
        deadline=days(deadline), accepted_on=days(accepted), minutes_no=minutes, has_evidence=evidence)  # fmt: skip
    assert answers(town, "C02") == {street: value}
    row(
        town,
        "plan_street",
        street_id=street,
        plan_no="2",
        kind="tags",
        starts_on=days(-90),
        deadline=days(-50),
    )
    assert answers(town, "C02") == {street: 50}, "of several plans the longest default counts"


@pytest.mark.parametrize(("share", "value"), [(0.49, 0.49), (0.5, 0.5), (None, None)])
def test_c03_the_lead_at_mid_term(town: Network, share: float | None, value: float | None) -> None:
    street = town.ids["street", "s"]
    plan = row(town, "plan_street", street_id=street, plan_no="1", kind="bundle", starts_on=days(-9),
               deadline=days(11), share_at_mid_term=share, lead_id=town.ids["organisation", "VTL"])  # fmt: skip
    limit = {"lead_share_at_mid_term_min": 0.5}
    assert answers(town, "C03", **limit) == {}, "mid-term is tomorrow"
    assert answers(town, "C03", DAY + timedelta(days=1), **limit) == {street: value}
    town.sql("UPDATE registry.plan_street SET mid_term_on = %s WHERE id = %s", DAY, plan)
    assert answers(town, "C03", **limit) == {street: value}


def test_the_province_sets_how_many_cables(fresh_database: object, connect: Callable[[Role], object]) -> None:
    """A rule without a limit is off and says so; with one it finds."""
    network = Network(connect(Role.WORKER))  # type: ignore[arg-type]
    assert {"A04", "A04D", "A04P", "C03"} <= set(network.flag().off)
    organisation(network, "VNPT")
    for n, name in enumerate("AB"):
        network.pole(name, (n * 30, 0))
    for n in range(3):
        network.cable(f"k{n}", [(0, 0.1 * n), (30, 0.1 * n)])
    network.build()
    network.sql(
        "INSERT INTO registry.threshold (key, value, unit, source, confidence, scope, province_code, vi, en)"
        " VALUES ('cables_per_span_max', 2, '1', 's', 'confirmed', 'province', gisreg.province_code(), 'v', 'e')"
    )
    assert "A04" not in network.flag().off
    assert outcomes(network, "A04") == {span(network, "A", "B"): "fail"}
