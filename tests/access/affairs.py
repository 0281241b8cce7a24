"""What people do about objects: proposals, notes, cases, photos, files, exports ... and who may see which.

Every text is a marker, as in tests/access/world.py. Who sees what is told by docs/rights.md: an affair names the
row of the page that it belongs to.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from gisreg.access.actor import Actor, PersonRole
from gisreg.database.connection import Role, transaction
from gisreg.exporting.register import number_of
from gisreg.importing.choices import Choices
from gisreg.photos import store
from tests.access.rights import allows
from tests.access.world import KEEPER, RIGHTS, Plan, Thing, Viewer, World, marker

MAKER = "C"
"""Code of the organisation that proposes and that no viewer belongs to."""

INSIDERS = (PersonRole.ENGINEER, PersonRole.COORDINATOR)


@dataclass
class Affair:
    """A row about an object (or an organisation): its id, the markers in it, the row of the rights page.

    `owners` are codes of the organisations whose own it is; `with_object`: it exists only for those who see the
    object; `insiders`: own only to engineers and coordinators.
    """

    kind: str
    table: str
    id: int | str
    plan: Plan
    words: set[str]
    key: str
    owners: frozenset[str] = frozenset()
    with_object: bool = False
    insiders: bool = False
    extra: dict[str, Any] = field(default_factory=dict)

    def seen_by(self, viewer: Viewer) -> bool:
        """Return whether the rights page shows it to somebody."""
        own = viewer.role is not None and viewer.organisation in self.owners
        if self.insiders and viewer.role not in (*INSIDERS, PersonRole.AUTHORITY):
            own = False
        if not allows(RIGHTS[self.key][viewer.role], self.plan.visibility, own):
            return False
        return not self.with_object or viewer.may("position", self.plan)


Maker = Callable[[World, Thing], Iterable[Affair]]


def _own(thing: Thing) -> frozenset[str]:
    return frozenset({thing.plan.owner}) if thing.plan.owner else frozenset()


def proposals(world: World, pole: Thing) -> Iterable[Affair]:
    """A third organisation proposes another height, on a version that is not the newest any more."""
    reason, evidence, batch, person, organisation, note, code = (marker() for _ in range(7))
    ((number,),) = world.sql(
        "INSERT INTO registry.proposal (layer, object_id, base_version, base, proposed, organisation_id,"
        " organisation, person, owner_id, reason, evidence, batch, proposed_at, due_on)"
        " VALUES ('pole', %s, 99, %s, %s, %s, %s, %s, %s, %s, %s, %s, now(), '2099-01-01') RETURNING id",
        pole.id,
        json.dumps({"properties": {"code": None}}),
        json.dumps({"properties": {"code": code}}),
        world.organisations[MAKER],
        *(organisation, person, world.organisations[pole.plan.owner or MAKER], reason, evidence, batch),
    )
    ((event,),) = world.sql(
        "INSERT INTO registry.proposal_event (proposal_id, happened_at, to_state, person, note)"
        " VALUES (%s, now(), 'open', %s, %s) RETURNING id",
        *(number, person, note),
    )
    words = {reason, evidence, batch, person, organisation, code}
    yield Affair("proposal", "proposal", number, pole.plan, words, "proposal", _own(pole), True)
    yield Affair("proposal_event", "proposal_event", event, pole.plan, {note}, "proposal", _own(pole), True)


def notes(world: World, pole: Thing) -> Iterable[Affair]:
    """An inspector noted something; the authority waived another finding."""
    text, who, reason, legal, granted = (marker() for _ in range(5))
    ((number,),) = world.sql(
        "INSERT INTO registry.finding_note (layer, object_id, text, noted_by) VALUES ('pole', %s, %s, %s)"
        " RETURNING id",
        *(pole.id, text, who),
    )
    yield Affair("note", "finding_note", number, pole.plan, {text, who}, "finding", _own(pole))
    ((waiver,),) = world.sql(
        "INSERT INTO registry.waiver (rule_id, object_id, reason, legal_ref, granted_by, valid_from)"
        " VALUES ('P02', %s, %s, %s, %s, '2026-01-01') RETURNING id",
        *(pole.id, reason, legal, granted),
    )
    words = {reason, legal, granted}
    yield Affair("waiver", "waiver", waiver, pole.plan, words, "finding", _own(pole))


def photos(world: World, pole: Thing) -> Iterable[Affair]:
    """A photo of the pole; the picture itself bears a marker too."""
    name, inside = marker(), marker()
    digest = hashlib.sha256(inside.encode()).hexdigest()
    store.keep(digest, inside.encode(), inside.encode(), inside.encode())
    ((number,),) = world.sql(
        "INSERT INTO registry.photo (pole_id, owner_id, visibility, file_name, sha256, width_px, height_px, matched_by)"
        " VALUES (%s, %s, %s, %s, %s, 8, 6, 'name') RETURNING id",
        *(pole.id, world.organisations[pole.plan.owner or MAKER], pole.plan.visibility, name, digest),
    )
    yield Affair("photo", "photo", number, pole.plan, {name, inside, digest}, "photo", _own(pole), True)


def approvals(world: World, pole: Thing) -> Iterable[Affair]:
    """The other organisation hangs there, under a contract."""
    hanging = "B" if pole.plan.owner == "A" else "A"
    source, contract, note = (marker() for _ in range(3))
    ((number,),) = world.sql(
        "INSERT INTO registry.attachment_approval (pole_id, owner_id, source) VALUES (%s, %s, %s) RETURNING id",
        *(pole.id, world.organisations[hanging], source),
    )
    world.sql(
        "INSERT INTO registry.attachment_approval_private (attachment_approval_id, contract_ref, note)"
        " VALUES (%s, %s, %s)",
        *(number, contract, note),
    )
    both = _own(pole) | {hanging}
    words = {source, contract, note}
    yield Affair(
        "approval", "attachment_approval", number, pole.plan, words, "contract", both, True, insiders=True
    )


def cases(world: World, cable: Thing) -> Iterable[Affair]:
    """The cable seems to be dead; it hangs there on a licence."""
    source, person, organisation, reason, licence, why = (marker() for _ in range(6))
    ((number,),) = world.sql(
        "INSERT INTO registry.dead_cable (cable_id, owner_id, state_since, source)"
        " VALUES (%s, %s, '2026-01-02', %s) RETURNING id",
        *(cable.id, world.organisations[cable.plan.owner or MAKER], source),
    )
    ((event,),) = world.sql(
        "INSERT INTO registry.dead_cable_event (dead_cable_id, to_state, happened_on, person, organisation, reason)"
        " VALUES (%s, 'suspected', '2026-01-02', %s, %s, %s) RETURNING id",
        *(number, person, organisation, reason),
    )
    yield Affair("case", "dead_cable", number, cable.plan, {source}, "position", _own(cable))
    words = {person, organisation, reason}
    yield Affair("case_step", "dead_cable_event", event, cable.plan, words, "finding", _own(cable))
    ((permit,),) = world.sql(
        "INSERT INTO registry.temporary_licence (cable_id, licence_no, valid_from, reason)"
        " VALUES (%s, %s, '2026-01-01', %s) RETURNING id",
        *(cable.id, licence, why),
    )
    for span in world.sql("SELECT DISTINCT span_id FROM registry.segment WHERE cable_id = %s", cable.id):
        ((counted,),) = world.sql(
            "INSERT INTO registry.span_count (span_id, owner_id, visibility, cable_count, counted_on, source)"
            " VALUES (%s, %s, %s, 3, '2026-01-03', %s) RETURNING id",
            *(span[0], world.organisations[cable.plan.owner or MAKER], cable.plan.visibility),
            counted_by := marker(),
        )
        yield Affair("count", "span_count", counted, cable.plan, {counted_by}, "position", _own(cable))
    for (segment,) in world.sql("SELECT id FROM registry.segment WHERE cable_id = %s", cable.id):
        world.sql(
            "INSERT INTO registry.lineage (layer, from_id, to_id, kind) VALUES ('segment', %s, %s, 'split')",
            *(segment + 1, segment),
        )
        yield Affair("lineage", "lineage", segment, cable.plan, set(), "position", _own(cable))
    yield Affair("licence", "temporary_licence", permit, cable.plan, {licence, why}, "position", _own(cable))


def plans(world: World, street: Thing) -> Iterable[Affair]:
    """The street is in a plan."""
    plan_no, minutes = marker(), marker()
    ((number,),) = world.sql(
        "INSERT INTO registry.plan_street (street_id, plan_no, kind, starts_on, minutes_no)"
        " VALUES (%s, %s, 'bundle', '2026-01-01', %s) RETURNING id",
        *(street.id, plan_no, minutes),
    )
    yield Affair("plan", "plan_street", number, street.plan, {plan_no, minutes}, "position")


def recipes(world: World, zone: Thing) -> Iterable[Affair]:
    """The zone is made from a list that names a street which is gone: built anew, it stays as it is."""
    pasted, maker, street = marker(), marker(), marker()
    world.sql(
        "INSERT INTO registry.zone_recipe (zone_id, pasted, made_by, made_at, built_at, geometry_md5)"
        " VALUES (%s, %s, %s, now(), now(), 'x')",
        *(zone.id, pasted, maker),
    )
    world.sql(
        "INSERT INTO registry.zone_part (zone_id, ordinal, kind, as_written, street, side, width_m)"
        " VALUES (%s, 1, 'street', %s, %s, 'both', 10)",
        *(zone.id, street, street),
    )
    yield Affair("recipe", "zone", zone.id, zone.plan, {pasted, maker, street}, "recipe")


def requests(world: World, pole: Thing) -> Iterable[Affair]:
    """The other organisation asks for a place."""
    asker = "B" if pole.plan.owner == "A" else "A"
    wish, source = marker(), marker()
    ((number,),) = world.sql(
        "INSERT INTO registry.share_request (pole_id, owner_id, asker_id, wish, source)"
        " VALUES (%s, %s, %s, %s, %s) RETURNING id",
        *(pole.id, world.organisations[pole.plan.owner or MAKER], world.organisations[asker], wish, source),
    )
    yield Affair(
        "request", "share_request", number, pole.plan, {wish, source}, "request", _own(pole) | {asker},
        insiders=True,
    )  # fmt: skip


def files(world: World, code: str) -> Iterable[Affair]:
    """An organisation sent a file, imported one, keeps a profile, and took something out."""
    plan, own = Plan("", code, "secret"), frozenset({code})
    owner = world.organisations[code]
    name, person, batch, profile, taker, purpose, kept = (marker() for _ in range(7))
    ((upload,),) = world.sql(
        "INSERT INTO registry.import_upload (person, owner_id, layer, file_name, file_size, file_sha256, state, options)"
        " VALUES (%s, %s, 'pole', %s, 1, 'x', 'refused', %s) RETURNING id",
        *(person, owner, f"{name}.csv", Choices().model_dump_json()),
    )
    yield Affair("upload", "import_upload", upload, plan, {name, person}, "import", own, insiders=True)
    ((imported,),) = world.sql(
        "INSERT INTO registry.import_batch (person, owner_id, layer, file_name, file_sha256, file_size, mapping,"
        " options, rows_read, rows_inserted, rows_changed, rows_unchanged, rows_rejected, rows_deleted, undone_at,"
        " undone_by) VALUES ('x', %s, 'pole', %s, 'x', 1, '{}', '{}', 0, 0, 0, 0, 0, 0, now(), %s) RETURNING id",
        *(owner, batch, undone_by := marker()),
    )
    yield Affair("batch", "import_batch", imported, plan, {batch, undone_by}, "import", own, insiders=True)
    world.sql(
        "INSERT INTO registry.import_profile (owner_id, name, content) VALUES (%s, %s, %s)",
        *(owner, profile, json.dumps({"x": kept})),
    )
    yield Affair("profile", "import_profile", profile, plan, {profile, kept}, "import", own, insiders=True)
    ((register,),) = world.sql("SELECT gisreg.new_id()")
    number = number_of(register)
    world.sql(
        "INSERT INTO registry.export_register (id, number, person, organisation_id, organisation, asked_at, purpose,"
        " subject, format, srid, row_count, is_held) VALUES (%s, %s, %s, %s, 'x', now(), %s, 'pole', 'gpkg', 4326, 1, false)",
        *(register, number, taker, owner, purpose),
    )
    yield Affair(
        "export", "export_register", register, plan, {taker, purpose, number}, "export_register", own,
        extra={"number": number},
    )  # fmt: skip
    ((made,),) = world.sql(
        "INSERT INTO registry.export_event (export_id, kind, happened_at, person, row_count, byte_count, sha256)"
        " VALUES (%s, 'made', now(), %s, 1, 1, %s) RETURNING id",
        *(register, maker := marker(), digest := marker()),
    )
    yield Affair("export_event", "export_event", made, plan, {maker, digest}, "export_register", own)
    ((alert,),) = world.sql(
        "INSERT INTO registry.alert (kind, raised_at, subject, message_vi, message_en)"
        " VALUES ('large-export', now(), %s, %s, %s) RETURNING id",
        *(number, said_vi := marker(), said_en := marker()),
    )
    yield Affair("alert", "alert", alert, plan, {said_vi, said_en}, "alert")


def contacts(world: World, code: str) -> Iterable[Affair]:
    """Somebody answers for an organisation, is absent, and is told something."""
    plan, own = Plan("", code, "secret"), frozenset({code})
    owner = world.organisations[code]
    name, title_vi, title_en, text_vi, text_en = (marker() for _ in range(5))
    ((contact,),) = world.sql(
        "INSERT INTO registry.contact (organisation_id, name, phone) VALUES (%s, %s, '113') RETURNING id",
        *(owner, name),
    )
    ((absence,),) = world.sql(
        "INSERT INTO registry.contact_absence (contact_id, from_on, until_on)"
        " VALUES (%s, '2026-01-01', '2026-01-02') RETURNING id",
        contact,
    )
    ((notice,),) = world.sql(
        "INSERT INTO registry.notice (thread_id, addressee, organisation_id, contact_id, subject, about, about_id,"
        " title_vi, title_en, text_vi, text_en, created_at, next_attempt_at)"
        " VALUES (1, 'contact', %s, %s, 'general', 'x', 1, %s, %s, %s, %s, now(), now()) RETURNING id",
        *(owner, contact, title_vi, title_en, text_vi, text_en),
    )
    words = {title_vi, title_en, text_vi, text_en}
    yield Affair("contact", "contact", contact, plan, {name}, "contact", own)
    yield Affair("absence", "contact_absence", absence, plan, set(), "contact", own)
    yield Affair("notice", "notice", notice, plan, words, "notice", own)


def matches(world: World, poles: list[Thing]) -> Iterable[Affair]:
    """A pole of A and one of B, both partner-visible, may be one; something went into one of them before."""
    pair = [
        next((one for one in poles if one.plan.owner == code and one.plan.visibility == "partner"), None)
        for code in "AB"
    ]
    if None in pair:
        return
    first, second = sorted((one for one in pair if one), key=lambda one: one.id)
    note, code = marker(), marker()
    ((number,),) = world.sql(
        "INSERT INTO registry.pole_match (group_id, first_id, second_id, first_owner_id, second_owner_id, first_code,"
        " distance_m, certainty, beside_double, note) VALUES (1, %s, %s, %s, %s, %s, 1, 0.9, false, %s)"
        " ON CONFLICT DO NOTHING RETURNING id",
        first.id, second.id,
        *(world.organisations[one.plan.owner or ""] for one in (first, second)),
        *(code, note),
    ) or ((None,),)  # fmt: skip
    if number is not None:
        both = frozenset("AB")
        yield Affair(
            "match", "pole_match", number, first.plan, {note, code}, "match", both, True, insiders=True
        )
        ((merge,),) = world.sql(
            "INSERT INTO registry.pole_merge (match_id, survivor_id, absorbed_id, survivor_owner_id, absorbed_owner_id,"
            " alias_code, cables, merged_by, made_in, undone_at, undone_by)"
            " VALUES (%s, %s, %s, %s, %s, %s, '[]', %s, 1, now(), 'x') RETURNING id",
            number, first.id, first.id + 1,
            *(world.organisations[one.plan.owner or ""] for one in (first, second)),
            *(alias := marker(), by := marker()),
        )  # fmt: skip
        words = {alias, by}
        yield Affair("merge", "pole_merge", merge, first.plan, words, "match", both, True, insiders=True)


def accounts(world: World, code: str) -> Iterable[Affair]:
    """A person of an organisation has changed: for administrators alone."""
    name = marker()
    ((number,),) = world.sql(
        "INSERT INTO access.person (login, name, organisation_id) VALUES (%s, %s, %s) RETURNING id",
        *(f"p-{name.lower()}", name, world.organisations[code]),
    )
    plan = Plan("", code, "secret")
    yield Affair("account", "person", number, plan, {name, f"p-{name.lower()}"}, "account")


def looks(world: World, code: str) -> Iterable[Affair]:
    """Somebody of the authority looked as an organisation: for the authority alone."""
    reason = marker()
    ((number,),) = world.sql(
        "INSERT INTO registry.see_as (action, happened_at, person_id, person, organisation_id, organisation, reason)"
        " VALUES ('start', now(), 1, 'x', %s, 'x', %s) RETURNING id",
        *(world.organisations[code], reason),
    )
    yield Affair("look", "see_as", number, Plan("", code, "secret"), {reason}, "alert")


ABOUT: dict[str, tuple[Maker, ...]] = {
    "pole": (proposals, notes, photos, approvals, requests),
    "cable": (cases,),
    "street": (plans,),
    "zone": (recipes,),
}
OF_ORGANISATIONS = (files, contacts, accounts, looks)


def involve(things: list[Thing], organisations: dict[str, int], actor: Actor = KEEPER) -> list[Affair]:
    """Make affairs about objects that were made, and of organisations A and B; committed."""
    found: list[Affair] = []
    with transaction(Role.WORKER, actor) as connection:
        world = World(connection, organisations)
        for thing in things:
            for make in ABOUT.get(thing.plan.layer, ()):
                found += make(world, thing)
        for code in "AB":
            for of in OF_ORGANISATIONS:
                found += of(world, code)
        found += matches(world, [thing for thing in things if thing.plan.layer == "pole"])
    return found
