"""What an edit entails: cables tied anew, segments flagged anew, tenants counted; and what forbids one."""

from __future__ import annotations

from collections.abc import Sequence

from psycopg2 import sql

from gisreg.database.connection import PgConnection
from gisreg.database.queries import load_queries
from gisreg.errors import InUseError
from gisreg.features.items import one_row
from gisreg.flagging import run as flagging
from gisreg.said import Said, both, listed
from gisreg.sharing.occupancy import count_tenants
from gisreg.topology.build import after_edit
from layers import LAYERS, Layer

queries = load_queries(__file__, "edit.sql")

_DERIVED = {"support", "segment", "span"}
"""Made from cables and poles; they go and come with a cable by themselves."""


def remember(connection: PgConnection, layer: Layer, ids: Sequence[int]) -> None:
    """Have the database remember what objects touch before they change, for `follow`."""
    flagging.before_edit(connection, layer.key, ids)


def follow(connection: PgConnection, layer: Layer, ids: Sequence[int]) -> None:
    """Bring what is derived in line with edited objects, in the same transaction.

    Args:
        connection: the edit's transaction, the edit already written.
        layer: layer of the objects.
        ids: their ids.
    """
    if layer.key == "tower_tenancy":
        count_tenants(connection)
    after_edit(connection, layer.key, ids)
    flagging.after_edit(connection, layer.key, ids)


def withdraw(connection: PgConnection, layer: Layer, object_id: int) -> None:
    """Take down a cable before it is removed, so that poles and spans are counted without it."""
    if layer.key == "cable":
        queries.withdraw_cable(connection, id=object_id)
        after_edit(connection, layer.key, [object_id])


def require_free(connection: PgConnection, layer: Layer, object_id: int) -> None:
    """Refuse to remove what others depend on.

    Raises:
        InUseError: the message names the layers and how many of their objects refer to it.
    """
    holders: list[tuple[str, str, int]] = []
    for other in LAYERS.values():
        if layer.key == "cable" and other.key in _DERIVED:
            continue
        for item in other.public_fields:
            if item.references == layer.key:
                query = sql.SQL("SELECT count(*) FROM {} WHERE {} = {}").format(
                    sql.Identifier("registry", other.table),
                    sql.Identifier(item.name),
                    sql.Literal(object_id),
                )
                (number,) = one_row(connection, query)
                if number:
                    holders.append((other.key, item.name, number))
    if layer.key == "cable":
        number = queries.segments_at_work(connection, id=object_id)
        if number:
            holders.append(("segment", "tidying_state", number))
    if holders:
        told = [
            Said("{0} đối tượng lớp “{1}” ({3})", "{0} {2} ({3})", (count, LAYERS[key].vi, key, name))
            for key, name, count in holders
        ]
        raise InUseError(
            Said(
                "Không xóa được đối tượng {2} của lớp “{0}”: còn {3} phụ thuộc vào nó.",
                "{1} {2} cannot be removed: {3} depend on it.",
                (layer.vi, layer.key, object_id, listed(told, ", ")),
            ),
            hint=both(
                "Hãy xóa hoặc chuyển chúng trước; hoặc đặt trạng thái `removed` và giữ lại đối tượng.",
                "Remove or move those first; or set the status to `removed` and keep the object.",
            ),
            depending=[{"layer": key, "field": name, "count": count} for key, name, count in holders],
        )
