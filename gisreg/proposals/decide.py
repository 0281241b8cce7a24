"""Deciding on proposals: all that are named, or none."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from gisreg.access.actor import Actor, PersonRole
from gisreg.database.connection import PgConnection
from gisreg.database.queries import load_queries
from gisreg.errors import (
    ConflictError,
    ForbiddenError,
    NotFoundError,
    OutdatedProposalError,
    UsageError,
)
from gisreg.features import edit
from gisreg.features.catalogue import layer_of
from gisreg.proposals import steps, texts
from gisreg.proposals.difference import Patch, difference, members, stands
from gisreg.proposals.standing import Key, features_of
from gisreg.said import Said, both, listed
from layers import LAYERS
from layers.codelists import PROPOSAL_STATE

queries = load_queries(__file__)

MOST = 500
"""So many proposals are decided at a time."""

DECISIONS = ("confirm", "dispute")

_STATES_VI = {code.value: code.vi.lower() for code in PROPOSAL_STATE.codes}


@dataclass(frozen=True)
class _Locked:
    """A proposal that the actor holds."""

    id: int
    layer: str
    object_id: int
    base_version: int
    base: Patch
    proposed: Patch
    organisation_id: int
    commune_id: int | None
    state: str

    @property
    def key(self) -> Key:
        return self.layer, self.object_id


def decide(
    connection: PgConnection,
    actor: Actor,
    ids: Sequence[int],
    decision: str,
    note: str | None = None,
    *,
    although_outdated: bool = False,
) -> dict[int, str]:
    """Confirm or dispute proposals; a confirmed one is applied as an edit by whoever decides.

    Where the owner confirms that an object belongs to somebody else, he agrees only: the proposal goes
    to the authority, since nobody but it may give objects away.

    Args:
        connection: a transaction of the actor's.
        actor: an engineer of the objects' owner, or the authority.
        ids: of 1 to 500 proposals.
        decision: `confirm` or `dispute`.
        note: why; needed to dispute.
        although_outdated: confirm also what was proposed on a version that is not the newest any more.

    Returns:
        The new state of each proposal by id.

    Raises:
        NotFoundError, ForbiddenError: some do not exist for the actor, or are not his to decide.
        ConflictError: some are decided already, or their object is gone, or two say different things.
        OutdatedProposalError: the objects were changed meanwhile; `detail["proposals"]` has the values
            of then, now and as proposed.
        UsageError: no or too many ids, an unknown decision, nothing said why.
        InvalidInputError: a value cannot be taken (any more).
    """
    if decision not in DECISIONS:
        raise UsageError(
            both(f"'{decision[:40]}' không phải một quyết định.", f"'{decision[:40]}' is no decision."),
            hint=both(f"Hãy dùng: {', '.join(DECISIONS)}.", f"Use one of: {', '.join(DECISIONS)}."),
        )
    if decision == "dispute" and not (note and note.strip()):
        raise UsageError(
            both("Chưa nêu lý do.", "It is not said why."),
            hint=both("Hãy ghi chú vì sao đề xuất không đúng.", "Say in the note why the proposal is wrong."),
        )
    held = _hold(connection, ids)
    features = features_of(connection, [one.key for one in held])
    _require_waiting(held)
    _require_right(actor, held, features)
    if decision == "dispute":
        outcome = {one.id: "disputed" for one in held}
    else:
        outcome = _confirm(connection, actor, held, features, although_outdated=although_outdated)
    for state in sorted(set(outcome.values())):
        before = {one.id: one.state for one in held if outcome[one.id] == state}
        steps.move(connection, actor, before, state, note)
    if decision == "confirm":
        _supersede_fulfilled(connection, actor, [one for one in held if outcome[one.id] == "confirmed"])
    _tell(connection, actor, held, outcome)
    return outcome


def withdraw(connection: PgConnection, actor: Actor, ids: Sequence[int], note: str | None = None) -> int:
    """Take back proposals of one's own organisation; return how many.

    Raises:
        NotFoundError, ForbiddenError, ConflictError, UsageError: as for `decide`.
    """
    held = _hold(connection, ids)
    if any(one.organisation_id != actor.organisation_id for one in held):
        raise ForbiddenError(
            both("Chỉ đơn vị đã đề xuất mới rút được.", "Only the organisation that proposed can withdraw."),
            hint=both("Nếu không đúng, hãy chọn không đồng ý.", "Dispute it if it is wrong."),
        )
    _require_waiting(held)
    steps.move(connection, actor, {one.id: one.state for one in held}, "withdrawn", note)
    return len(held)


def _hold(connection: PgConnection, ids: Sequence[int]) -> list[_Locked]:
    wanted = sorted(set(ids))
    if not 1 <= len(wanted) <= MOST:
        raise UsageError(
            both(f"Yêu cầu nêu {len(wanted)} đề xuất.", f"{len(wanted)} proposals were named."),
            hint=both(f"Mỗi lần hãy nêu từ 1 đến {MOST} đề xuất.", f"Name 1 to {MOST} at a time."),
        )
    held = [_Locked(*row) for row in queries.lock(connection, ids=wanted)]
    missing = sorted(set(wanted) - {one.id for one in held})
    if missing:
        seen = {number for (number,) in queries.seen(connection, ids=missing)}
        unknown = [number for number in missing if number not in seen]
        if unknown:
            raise NotFoundError(
                both(f"Không có đề xuất {unknown[0]}.", f"There is no proposal {unknown[0]}."),
                hint=both("Xem danh sách đề xuất.", "See the list of proposals."),
                proposals=unknown,
            )
        raise _forbidden(missing)
    return held


def _forbidden(ids: list[int]) -> ForbiddenError:
    return ForbiddenError(
        both(
            f"{len(ids)} đề xuất trong số này không thuộc quyền quyết định của tài khoản này.",
            f"{len(ids)} of these proposals are not yours to decide.",
        ),
        hint=both(
            "Kỹ sư của đơn vị chủ quản hoặc cơ quan quản lý quyết định.",
            "An engineer of the object's owner decides, or the authority.",
        ),
        proposals=ids,
    )


def _require_waiting(held: list[_Locked]) -> None:
    over = [{"id": one.id, "state": one.state} for one in held if one.state not in steps.WAITING]
    if over:
        told = [
            both(f"{one['id']}: {_STATES_VI[str(one['state'])]}", f"{one['id']}: {one['state']}")
            for one in over[:5]
        ]
        raise ConflictError(
            Said(
                "{0} trong {1} đề xuất đã được quyết định ({2}).",
                "{0} of {1} proposals are decided already ({2}).",
                (len(over), len(held), listed(told, "; ")),
            ),
            hint=both(
                "Hãy bỏ những đề xuất ấy ra; chưa có gì thay đổi.", "Leave those out; nothing was changed."
            ),
            proposals=over,
        )


def _require_right(actor: Actor, held: list[_Locked], features: dict[Key, dict[str, Any]]) -> None:
    if PersonRole.AUTHORITY in actor.roles:
        return
    owner = actor.organisation_id if PersonRole.ENGINEER in actor.roles else None
    others = [
        one.id
        for one in held
        if owner is None or features.get(one.key, {}).get("properties", {}).get("owner_id") != owner
    ]
    if others:
        raise _forbidden(others)


def _confirm(
    connection: PgConnection,
    actor: Actor,
    held: list[_Locked],
    features: dict[Key, dict[str, Any]],
    *,
    although_outdated: bool,
) -> dict[int, str]:
    _require_applicable(held, features)
    if not although_outdated:
        _require_current(held, features)
    queries.because(connection, reason=f"proposals confirmed: {', '.join(str(one.id) for one in held)}")
    outcome = {}
    versions = {key: int(feature["properties"]["version"]) for key, feature in features.items()}
    for one in sorted(held, key=lambda one: (one.object_id, one.id)):
        if _gives_away(actor, one):
            outcome[one.id] = "escalated"
            texts.tell_authority(connection, actor, one.id, one.layer, one.commune_id)
            continue
        layer = layer_of(one.layer)
        item = edit.update(connection, layer, one.object_id, versions[one.key], one.proposed)
        versions[one.key] = item.version
        outcome[one.id] = "confirmed"
    return outcome


def _gives_away(actor: Actor, one: _Locked) -> bool:
    return (
        PersonRole.AUTHORITY not in actor.roles
        and "owner_id" in one.proposed["properties"]
        and one.proposed["properties"]["owner_id"] != actor.organisation_id
    )


def _require_applicable(held: list[_Locked], features: dict[Key, dict[str, Any]]) -> None:
    gone = [one.id for one in held if one.key not in features]
    if gone:
        raise ConflictError(
            both(
                f"Đối tượng của {len(gone)} đề xuất không còn nữa.",
                f"The objects of {len(gone)} proposals are gone.",
            ),
            hint=both("Hãy bỏ những đề xuất ấy ra.", "Leave those out."),
            proposals=gone,
        )
    named = Counter((one.key, member) for one in held for member in members(one.proposed))
    twice = sorted({key for (key, _), number in named.items() if number > 1})
    if twice:
        layer, number = twice[0]
        raise ConflictError(
            both(
                f"Nhiều đề xuất ở đây nêu cùng một điều về đối tượng {number} lớp '{LAYERS[layer].vi}'.",
                f"Several of these proposals say the same of {layer} {number}.",
            ),
            hint=both(
                "Hãy xác nhận một đề xuất và không đồng ý với các đề xuất còn lại.",
                "Confirm one of them and dispute the others.",
            ),
            proposals=[one.id for one in held if one.key in twice],
        )


def _require_current(held: list[_Locked], features: dict[Key, dict[str, Any]]) -> None:
    outdated = [one for one in held if features[one.key]["properties"]["version"] != one.base_version]
    if outdated:
        raise OutdatedProposalError(
            both(
                f"Đối tượng của {len(outdated)} trong {len(held)} đề xuất đã được sửa sau khi đề xuất.",
                f"The objects of {len(outdated)} of {len(held)} proposals were changed after they were made.",
            ),
            hint=both(
                "Hãy xem `proposals`: trước kia, hiện nay, theo đề xuất. Xác nhận với `although_outdated` "
                "nếu đề xuất vẫn đúng.",
                "Look at `proposals`: as it was, as it is now, as proposed. Confirm with "
                "`although_outdated` where the proposal still holds.",
            ),
            proposals=[
                {
                    "id": one.id,
                    "base": one.base,
                    "now": stands(features[one.key], one.proposed),
                    "proposed": one.proposed,
                }
                for one in outdated
            ],
        )


def _supersede_fulfilled(connection: PgConnection, actor: Actor, confirmed: list[_Locked]) -> None:
    """Close what others proposed of the same objects and is so by now."""
    ids = sorted({one.object_id for one in confirmed})
    rows = list(queries.waiting_about(connection, object_ids=ids)) if ids else []
    features = features_of(connection, [(layer, object_id) for _, layer, object_id, *_ in rows])
    fulfilled: dict[int, str] = {}
    for number, layer, object_id, proposed, organisation_id, commune_id, state in rows:
        feature = features.get((layer, object_id))
        if feature and not members(difference(feature, proposed)):
            fulfilled[number] = state
            texts.tell_proposer(connection, actor, organisation_id, [number], "superseded", commune_id)
    steps.move(connection, actor, fulfilled, "superseded")


def _tell(connection: PgConnection, actor: Actor, held: list[_Locked], outcome: dict[int, str]) -> None:
    groups: dict[tuple[int, str], list[_Locked]] = defaultdict(list)
    for one in held:
        groups[one.organisation_id, outcome[one.id]].append(one)
    for (organisation_id, state), some in groups.items():
        texts.tell_proposer(
            connection, actor, organisation_id, [one.id for one in some], state, some[0].commune_id
        )
