"""An edit of somebody else's object becomes a proposal; the object stays as it is."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import shapely
from psycopg2.extras import Json

from gisreg.access.actor import Actor, PersonRole
from gisreg.clock import now, today
from gisreg.database.connection import PgConnection
from gisreg.database.queries import load_queries
from gisreg.errors import ForbiddenError, NotYoursError, UsageError
from gisreg.features import conflict, edit
from gisreg.features.items import Item, read_item
from gisreg.places.locate import locate
from gisreg.proposals import steps, texts
from gisreg.proposals.difference import Patch, difference, members, require_shared, stands
from gisreg.said import both
from gisreg.settings import get_settings
from layers import Layer

queries = load_queries(__file__)

STREET_WITHIN_M = 60.0
"""An object belongs to the nearest street up to so many metres away, for deciding street by street."""


def may_propose(actor: Actor) -> bool:
    """Tell whether somebody may propose: an engineer of an organisation."""
    return PersonRole.ENGINEER in actor.roles and actor.organisation_id is not None


def update_or_propose(
    connection: PgConnection,
    actor: Actor,
    layer: Layer,
    object_id: int,
    version: int,
    body: Patch,
    *,
    strict: bool = False,
) -> Item | int:
    """Apply a merge patch to one's own object, or propose it to the owner.

    Args:
        connection: a transaction of the actor's.
        actor: who edits.
        layer, object_id, version, body: as for `edit.update`.
        strict: rather refuse than propose.

    Returns:
        The object as it became, or the id of the proposal.

    Raises:
        NotYoursError: somebody else's object, and the actor may not propose or does not want to.
        InvalidInputError, NotFoundError, StaleVersionError, ForbiddenError: as for `edit.update`, `propose`.
    """
    try:
        return edit.update(connection, layer, object_id, version, body)
    except NotYoursError:
        feature = json.loads(read_item(connection, layer, object_id).body)
        if strict or not may_propose(actor) or not members(difference(feature, body)):
            raise
    return propose(connection, actor, layer, object_id, version, body)


def propose(
    connection: PgConnection,
    actor: Actor,
    layer: Layer,
    object_id: int,
    version: int,
    body: Patch,
    *,
    reason: str | None = None,
    evidence: str | None = None,
    batch: str | None = None,
) -> int:
    """Write down what an organisation says about somebody else's object; tell the owner; return its id.

    An older proposal of the same organisation about the same facts is superseded.

    Args:
        connection: a transaction of the actor's.
        actor: an engineer of an organisation.
        layer, object_id: which object.
        version: its version as the proposer knows it.
        body: merge patch, `properties` and `geometry`; what is as it stands is left out.
        reason: why, in free text.
        evidence: reference of a photo or document.
        batch: name under which several proposals can be decided together.

    Raises:
        NotFoundError: no such object, for this actor.
        StaleVersionError: it has another version.
        InvalidInputError: values that cannot be taken, or all is so already.
        ForbiddenError: not an engineer of an organisation, or not a shared fact.
        UsageError: the object is the proposer's own.
    """
    item = read_item(connection, layer, object_id)
    if not may_propose(actor):
        raise ForbiddenError(
            both(
                "Chỉ kỹ sư của một đơn vị mới đề xuất sửa được.",
                "Only engineers of an organisation propose changes.",
            ),
            hint=both("Hãy báo đơn vị chủ quản hoặc cơ quan quản lý.", "Tell the owner, or the authority."),
        )
    feature = json.loads(item.body)
    owner_id = feature["properties"].get("owner_id")
    if owner_id == actor.organisation_id:
        raise UsageError(
            both(
                f"Đối tượng lớp '{layer.vi}' này của chính đơn vị.",
                f"This {layer.key} is your organisation's own.",
            ),
            hint=both("Hãy sửa trực tiếp.", "Edit it."),
        )
    edit.require_possible(connection, layer, body)
    if version != item.version:
        raise conflict.stale(layer, object_id, version, feature, body)
    proposed = difference(feature, body)
    require_shared(layer, proposed)
    street_id, commune_id = _place(connection, feature["geometry"])
    due_on = today() + timedelta(days=get_settings().proposal.due_days)
    _supersede_own(connection, actor, object_id, proposed)
    proposal_id = int(queries.new_number(connection))
    queries.insert_proposal(
        connection,
        id=proposal_id,
        layer=layer.key,
        object_id=object_id,
        base_version=item.version,
        base=Json(stands(feature, proposed)),
        proposed=Json(proposed),
        organisation_id=actor.organisation_id,
        organisation=actor.organisation or "",
        person_id=actor.person_id,
        person=actor.person,
        owner_id=owner_id,
        reason=reason,
        evidence=evidence,
        batch=batch,
        street_id=street_id,
        commune_id=commune_id,
        moment=now(),
        due_on=due_on,
    )
    steps.note(connection, actor, {proposal_id: None}, "open", reason)
    texts.tell_owner(connection, actor, proposal_id, layer, owner_id, commune_id, due_on)
    return proposal_id


def _place(connection: PgConnection, geometry: dict[str, Any] | None) -> tuple[int | None, int | None]:
    """Return the nearest street and the commune of an object, as far as there are any."""
    if geometry is None:
        return None, None
    point = shapely.from_geojson(json.dumps(geometry)).representative_point()
    street: int | None = queries.street_near(connection, lon=point.x, lat=point.y, within_m=STREET_WITHIN_M)
    units = locate(connection, point.x, point.y, today())
    return street, units[0].id if units else None


def _supersede_own(connection: PgConnection, actor: Actor, object_id: int, proposed: Patch) -> None:
    older = {
        number: state
        for number, earlier, state in queries.own_waiting(
            connection, object_id=object_id, organisation_id=actor.organisation_id
        )
        if members(earlier) & members(proposed)
    }
    steps.move(connection, actor, older, "superseded")
