"""Deciding on matches: agree, refuse, merge in bulk, split again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from psycopg2 import errors as pg

from gisreg.access.actor import Actor, PersonRole
from gisreg.database.connection import PgConnection
from gisreg.errors import ConflictError, NotFoundError, UsageError
from gisreg.features import consequences
from gisreg.importing.deciding import FOLLOW
from gisreg.jobs.outbox import defer
from gisreg.matching import refused
from gisreg.matching.propose import queries
from gisreg.matching.read import Match, matches
from gisreg.said import Said, both
from layers import LAYERS

MOST = 1_000
"""So many matches are decided on at a time."""

FEW = 20
"""Up to so many poles are merged with everything that follows in one transaction."""

_STATES_VI = {
    "open": "chờ quyết định",
    "agreed": "hai bên đã đồng ý",
    "merged": "đã gộp",
    "refused": "đã bác",
    "split": "đã tách lại",
    "superseded": "đã được thay thế",
}

_POLE, _CABLE = LAYERS["pole"], LAYERS["cable"]


def hold(connection: PgConnection) -> None:
    """Let nobody else decide on matches until the transaction ends: what was looked at stays so."""
    queries.hold(connection)


def agree(connection: PgConnection, ids: Sequence[int], *, seen: bool = False) -> int:
    """Say for one's own poles that the matches are right; return how many both owners agree on now.

    Args:
        connection: a transaction of the actor's.
        ids: of matches.
        seen: the person looked at those beside double poles, each by itself.

    Raises:
        NotFoundError: a match does not exist for the actor.
        ForbiddenError: one is about others' poles.
        UsageError: none or too many ids, or a match beside double poles among several.
    """
    _require_seen(_held(connection, ids), seen=seen)
    try:
        return int(queries.agree(connection, ids=list(ids)))
    except pg.InsufficientPrivilege as error:
        raise refused.forbidden(error) from error


def refuse(connection: PgConnection, ids: Sequence[int], why: str | None = None) -> int:
    """Say that they are different poles; they are not proposed again. Return how many.

    Raises:
        NotFoundError, ForbiddenError, UsageError: as for `agree`.
    """
    _held(connection, ids)
    try:
        return int(queries.refuse(connection, ids=list(ids), why=why))
    except pg.InsufficientPrivilege as error:
        raise refused.forbidden(error) from error


def merge(
    connection: PgConnection,
    actor: Actor,
    ids: Sequence[int],
    *,
    keep: Sequence[int] = (),
    seen: bool = False,
) -> dict[int, int]:
    """Merge the poles of matches: all of them or none.

    Args:
        connection: a transaction of the actor's.
        actor: of the authority, or an engineer of an owner; then both owners must have agreed.
        ids: of matches; those that share a pole become one.
        keep: ids of poles that stay where two are merged; else a power company's own stays, then the
            better measured, then that with more cables.
        seen: as for `agree`.

    Cables are led to the poles that stay at once. What the rules find of them is looked at at once where few
    poles are merged, else by the worker of jobs, as after an import.

    Returns:
        By the id of each pole that went: the pole that stays.

    Raises:
        NotFoundError, ForbiddenError, UsageError: as for `agree`.
        ConflictError: a match is decided already, or two poles of one organisation would become one, or
            a code is another pole's.
    """
    held = _held(connection, ids)
    _require_seen(held, seen=seen)
    waiting = ("open", "agreed") if PersonRole.AUTHORITY in actor.roles else ("agreed",)
    late = [one for one in held if one.state not in waiting]
    if late:
        raise ConflictError(
            both(
                f"{len(late)} trong {len(held)} cặp cột trùng không gộp được (cặp {late[0].id}: "
                f"{_STATES_VI[late[0].state]}).",
                f"{len(late)} of {len(held)} matches cannot be merged ({late[0].id} is {late[0].state}).",
            ),
            hint=both(
                "Cả hai chủ sở hữu phải đồng ý trước, hoặc cơ quan quản lý gộp; hãy bỏ ra cặp đã quyết định.",
                "Both owners agree first, or the authority merges; leave out what is decided.",
            ),
            matches=[one.id for one in late],
        )
    into, by = _plan(connection, held, frozenset(keep))
    poles = sorted({*into, *into.values()})
    cables = _cables(connection, poles)
    at_once = len(into) <= FEW
    if at_once:
        consequences.remember(connection, _POLE, poles)
        consequences.remember(connection, _CABLE, cables)
    queries.because(connection, reason=f"same pole: matches {', '.join(map(str, sorted(ids)[:20]))}")
    try:
        queries.merge(
            connection, survivors=list(into.values()), absorbed=list(into), matches=[by[one] for one in into]
        )
    except pg.InsufficientPrivilege as error:
        raise refused.forbidden(error) from error
    except (pg.UniqueViolation, pg.InvalidParameterValue) as error:
        raise ConflictError(
            refused.reason(error),
            hint=both(
                "Hãy bỏ cặp đó ra và xem các cột trên bản đồ.",
                "Leave that match out and look at the poles on the map.",
            ),
        ) from error
    if at_once:
        consequences.follow(connection, _POLE, poles)
        consequences.follow(connection, _CABLE, cables)
    else:
        defer(connection, FOLLOW, {"layer": "pole"})
    return into


def split(connection: PgConnection, merge_id: int) -> int:
    """Undo a merge; return the id of the pole that stands again. They are not proposed again.

    Raises:
        NotFoundError: there is no such merge for the actor.
        ForbiddenError: it is about others' poles.
        ConflictError: it was undone already, or the pole that stayed went into another one since.
    """
    found = list(queries.merges(connection, id=merge_id, most=1))
    if not found:
        raise NotFoundError(
            both(f"Không có lần gộp {merge_id}.", f"There is no merge {merge_id}."),
            hint=both("Xem `gisreg match merges`.", "See `gisreg match merges`."),
        )
    poles = [found[0][2], found[0][3]]
    cables = _cables(connection, poles)
    consequences.remember(connection, _POLE, poles)
    consequences.remember(connection, _CABLE, cables)
    queries.because(connection, reason=f"two poles after all: merge {merge_id} undone")
    try:
        back = int(queries.split(connection, id=merge_id))
    except pg.InsufficientPrivilege as error:
        raise refused.forbidden(error) from error
    except (pg.ObjectNotInPrerequisiteState, pg.UniqueViolation) as error:
        raise ConflictError(
            Said(
                "Không hủy được lần gộp {0}: {1}",
                "The merge {0} cannot be undone: {1}",
                (merge_id, refused.reason(error)),
            ),
            hint=both(
                "Hãy hủy các lần gộp sau của cùng cột đó trước; mã cũ của cột phải chưa ai dùng.",
                "Undo later merges of the same pole first; its old code must be free.",
            ),
        ) from error
    consequences.follow(connection, _POLE, poles)
    consequences.follow(connection, _CABLE, cables)
    return back


def _held(connection: PgConnection, ids: Sequence[int]) -> list[Match]:
    wanted = sorted(set(ids))
    if not 1 <= len(wanted) <= MOST:
        raise UsageError(
            both(f"Đã nêu {len(wanted)} cặp cột trùng.", f"{len(wanted)} matches were named."),
            hint=both(f"Mỗi lần hãy nêu từ 1 đến {MOST} cặp.", f"Name 1 to {MOST} at a time."),
        )
    held = matches(connection, ids=wanted, most=MOST)
    unknown = sorted(set(wanted) - {one.id for one in held})
    if unknown:
        raise NotFoundError(
            both(f"Không có cặp cột trùng {unknown[0]}.", f"There is no match {unknown[0]}."),
            hint=both("Xem danh sách cột trùng.", "See the list of matches."),
            matches=unknown,
        )
    return held


def _require_seen(held: list[Match], *, seen: bool) -> None:
    doubles = [one.id for one in held if one.beside_double]
    if doubles and not seen:
        raise UsageError(
            both(
                f"{len(doubles)} cặp trong số này nằm cạnh các cột đứng sát nhau, ví dụ cặp {doubles[0]}.",
                f"{len(doubles)} of these matches stand beside poles side by side, such as {doubles[0]}.",
            ),
            hint=both(
                "Hãy xem các cặp đó trên bản đồ, rồi quyết định với --seen (`seen`: true).",
                "Look at these on the map; then decide on them with --seen (`seen`: true).",
            ),
            matches=doubles,
        )


def _plan(
    connection: PgConnection, held: list[Match], keep: frozenset[int]
) -> tuple[dict[int, int], dict[int, int]]:
    """Return which pole goes into which, and the match that each rests on."""
    root: dict[int, int] = {}

    def find(pole: int) -> int:
        while root.setdefault(pole, pole) != pole:
            pole = root[pole]
        return pole

    for one in held:
        root[find(one.first_id)] = find(one.second_id)
    standing = {row[0]: row[1:] for row in queries.standing(connection, ids=sorted(root))}
    together: dict[int, list[int]] = defaultdict(list)
    for pole in sorted(root):
        together[find(pole)].append(pole)
    into, by = {}, {}
    for poles in together.values():
        _require_apart(poles, standing)
        stays = min(poles, key=lambda pole: _rank(pole, standing[pole], keep))
        if len(keep & set(poles)) > 1:
            raise UsageError(
                both(
                    "Hai cột gộp làm một thì không thể cùng được giữ lại.",
                    "Two poles that become one cannot both stay.",
                ),
                hint=both("Hãy nêu một cột để giữ lại.", "Name one of them to be kept."),
            )
        for pole in poles:
            if pole != stays:
                into[pole] = stays
                direct = [one.id for one in held if {one.first_id, one.second_id} == {pole, stays}]
                near = [one.id for one in held if pole in (one.first_id, one.second_id)]
                by[pole] = (direct or near)[0]
    return into, by


def _require_apart(poles: list[int], standing: Mapping[int, tuple[Any, ...]]) -> None:
    owners = [standing[pole][0] for pole in poles if pole in standing]
    if len(owners) < len(poles):
        raise ConflictError(
            both("Có cột của các cặp này không còn nữa.", "A pole of these matches is gone."),
            hint=both("Hãy tìm lại: gisreg match propose.", "Propose anew: gisreg match propose."),
        )
    named = [owner for owner in owners if owner is not None]
    if len(named) != len(set(named)):
        raise ConflictError(
            both(
                "Hai cột của cùng một đơn vị sẽ bị gộp làm một.",
                "Two poles of one organisation would become one.",
            ),
            hint=both(
                "Hãy bỏ cặp sai ra; các cột của cùng một đơn vị không bao giờ được gộp.",
                "Leave out the match that is wrong; an organisation's own poles are never merged.",
            ),
            poles=poles,
        )


def _rank(pole: int, row: tuple[Any, ...], keep: frozenset[int]) -> tuple[Any, ...]:
    owner, is_power, surveyed, accuracy, cables = row
    return pole not in keep, owner is None, not is_power, not surveyed, accuracy, -cables, pole


def _cables(connection: PgConnection, poles: list[int]) -> list[int]:
    return [number for (number,) in queries.cables_on(connection, ids=poles)]
