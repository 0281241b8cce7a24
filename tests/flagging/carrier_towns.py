"""Small random streets for the rules on carriers: who hangs what where, with all, none or some measurements."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from hypothesis import strategies as st

from tests.support.carriers import organisation, row, span, support
from tests.support.network import DAY, Network

STEP_M = 30
POLES = "ABCD"
STREETS: dict[str, tuple[tuple[float, float], tuple[float, float]]] = {
    "s": ((-20, -5), (110, -5)),
    "f": ((-20, 12), (110, 12)),
    "x": ((15, -40), (15, 40)),
}
"""Street s runs along the poles, f on the other side and farther off, x crosses between A and B."""

OWNERS = ("VNPT", "VTL", None)
DAYS = st.integers(-40, 5).map(lambda n: DAY + timedelta(days=n))
Facts = dict[str, Any]
Owners = dict[str | None, int | None]


@dataclass
class CarrierTown:
    """Facts by name; `wound` and `tidied` by cable and number of the pole or segment along it."""

    poles: dict[str, Facts]
    cables: dict[str, Facts]
    street_class: dict[str, str]
    wound: dict[tuple[str, str], bool | None] = field(default_factory=dict)
    tidied: dict[tuple[str, str], date] = field(default_factory=dict)
    fittings: list[Facts] = field(default_factory=list)
    counts: list[Facts] = field(default_factory=list)
    approvals: list[Facts] = field(default_factory=list)
    licences: list[Facts] = field(default_factory=list)
    plans: list[Facts] = field(default_factory=list)

    def passes(self, cable: str) -> str:
        """Return the poles that a cable passes, in their order."""
        return POLES[self.cables[cable]["first"] : self.cables[cable]["last"] + 1]

    def pieces(self, cable: str) -> list[str]:
        """Return the spans of a cable, by their two poles."""
        return [a + b for a, b in pairwise(self.passes(cable))]

    def put_up(self, network: Network, owner: Owners) -> None:
        """Draw everything into the registry."""
        for n, (name, facts) in enumerate(self.poles.items()):
            network.pole(name, (n * STEP_M, 0), **facts | {"owner_id": owner[facts["owner_id"]]})
        for name, line in STREETS.items():
            network.street(name, line, street_class=self.street_class[name])
        for n, (name, facts) in enumerate(self.cables.items()):
            line = [(facts["first"] * STEP_M, 0.1 * n), (facts["last"] * STEP_M, 0.1 * n)]
            columns = {key: value for key, value in facts.items() if key not in ("first", "last")}
            network.cable(name, line, **columns | {"owner_id": owner[facts["owner_id"]]})

    def describe(self, network: Network, owner: Owners) -> dict[tuple[str, str], int]:
        """Write what is known after the cables were tied; return ids by kind and name."""
        ids = dict(network.ids)
        for name in self.cables:
            ids |= {("support", f"{name}{pole}"): support(network, name, pole) for pole in self.passes(name)}
            for piece in self.pieces(name):
                ids["segment", f"{name}{piece}"] = network.part(name, piece).id
                ids["span", piece] = span(network, *piece)
        for (cable, pole), wound in self.wound.items():
            network.sql(
                "UPDATE registry.support SET is_wound = %s WHERE id = %s", wound, ids["support", cable + pole]
            )
        for (cable, piece), day in self.tidied.items():
            row(
                network, "tidying_event", segment_id=ids["segment", cable + piece], from_state="reported",
                to_state="accepted", person="Lan", happened_at=f"{day} 23:30+07",
            )  # fmt: skip

        def add(table: str, number: int, facts: Facts) -> None:
            given = dict(facts)
            for column, kind in (
                ("pole_id", "pole"),
                ("cable_id", "cable"),
                ("street_id", "street"),
                ("span_id", "span"),
            ):
                if given.get(column) is not None:
                    given[column] = ids[kind, given[column]]
            if "owner_id" in given:
                given["owner_id"] = owner[given["owner_id"]]
            ids[table, str(number)] = row(network, table, **given)

        counts = {
            (one["span_id"], one["owner_id"], one["role"], one["state"], one["counted_on"]): one
            for one in reversed(self.counts)
            if ("span", one["span_id"]) in ids
        }
        for table, rows in (
            ("fitting", self.fittings),
            ("span_count", list(counts.values())),
            ("attachment_approval", self.approvals),
            ("temporary_licence", self.licences),
            ("plan_street", [facts | {"plan_no": str(n)} for n, facts in enumerate(self.plans)]),
        ):
            for number, facts in enumerate(rows):
                add(table, number, facts)
        return ids


def owners_of(network: Network) -> Owners:
    """Add the carriers that all streets of a registry share."""
    return {code: organisation(network, code) for code in OWNERS if code} | {None: None}


def known(measured: str, values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Return measurements where all, none or some were made."""
    if measured == "none":
        return st.none()
    return values if measured == "all" else st.none() | values


@st.composite
def carrier_towns(draw: st.DrawFn) -> CarrierTown:
    """Return a street of four poles with up to three cables and what is known of them."""
    measured = draw(st.sampled_from(["all", "none", "some"]))

    def maybe(values: st.SearchStrategy[Any]) -> Any:
        return draw(known(measured, values))

    def one_of(*values: Any) -> Any:
        return draw(st.sampled_from(values))

    unknown = {"all": (), "none": ("unknown",), "some": ("unknown",)}[measured]
    poles = {
        name: {
            "kind": one_of("lighting", "tree", "power_lv", *unknown),
            "owner_id": one_of("VNPT", "VTL") if measured == "all" else one_of(*OWNERS),
            "has_bracket": maybe(st.booleans()),
            "survey_date": maybe(DAYS),
        }
        for name in POLES
    }
    cables: dict[str, Facts] = {}
    for name in "kmn"[: draw(st.integers(1, 3))]:
        first = draw(st.integers(0, 2))
        cables[name] = {
            "first": first,
            "last": draw(st.integers(first + 1, 3)),
            "owner_id": one_of("VNPT", "VTL") if measured == "all" else one_of(*OWNERS),
            "role": one_of("drop", "distribution", *unknown),
            "state": one_of("in_service", "suspect", "dead", "ownerless", *unknown),
            "is_bundled": maybe(st.booleans()),
            "installed_on": maybe(DAYS),
            "survey_date": maybe(DAYS),
            "visibility": one_of("public", "partner", "partner", "secret"),
        }
    town = CarrierTown(poles, cables, {"s": "primary", "f": "residential", "x": one_of("primary", "alley")})
    for name in cables:
        town.wound |= {(name, pole): maybe(st.booleans()) for pole in town.passes(name)}
        town.tidied |= {
            (name, piece): draw(st.integers(-200, -170)) * timedelta(days=1) + DAY
            for piece in town.pieces(name)
            if maybe(st.just(True))
        }
    for _ in range(draw(st.integers(0, 5))):
        town.fittings.append({
            "pole_id": one_of(*POLES), "owner_id": one_of(*OWNERS), "cable_id": one_of(None, None, *cables),
            "kind": one_of("box", "box", "tag", "tag", "bracket"),
            "state": one_of("in_service", "unused", "broken", *unknown),
            "tag_colour": maybe(st.sampled_from(["yellow", "vàng", "red"])),
            "tag_phone": maybe(st.sampled_from(["0227", " "])),
            "tag_text": maybe(st.sampled_from(["VNPT", "vtl", "?"])),
        })  # fmt: skip
    for _ in range(draw(st.integers(0, 4))):
        town.counts.append({
            "span_id": one_of("AB", "BC", "CD"), "owner_id": one_of(*OWNERS),
            "role": one_of("drop", "distribution", "unknown"),
            "state": one_of("in_service", "dead", "suspect", "unknown"),
            "cable_count": draw(st.integers(0, 4)), "counted_on": DAY - timedelta(days=one_of(3, 20)),
            "visibility": one_of("partner", "partner", "secret"),
        })  # fmt: skip
    for _ in range(draw(st.integers(0, 3))):
        first = draw(DAYS)
        town.approvals.append({
            "pole_id": one_of(*POLES), "owner_id": one_of("VNPT", "VTL"),
            "state": one_of("approved", "approved", "requested", "refused"), "valid_from": first,
            "valid_to": one_of(None, first + timedelta(days=10)),
        })  # fmt: skip
    for _ in range(draw(st.integers(0, 2))):
        first = draw(DAYS)
        town.licences.append({
            "cable_id": one_of(*cables), "valid_from": first,
            "valid_to": one_of(None, first + timedelta(days=10)),
        })  # fmt: skip
    for _ in range(draw(st.integers(0, 3))):
        start = DAY - timedelta(days=draw(st.integers(1, 40)))
        accepted = one_of(None, None, start, DAY)
        town.plans.append({
            "street_id": one_of(*STREETS), "kind": one_of("underground", "underground", "bundle"),
            "starts_on": start, "deadline": maybe(st.sampled_from([start + timedelta(days=n) for n in (0, 20, 41)])),
            "accepted_on": accepted, "minutes_no": one_of(None, "1/BB"), "has_evidence": maybe(st.booleans()),
            "share_at_mid_term": maybe(st.sampled_from([0.2, 0.5, 0.7])),
            "mid_term_on": one_of(None, start + timedelta(days=5)),
        })  # fmt: skip
    return town
