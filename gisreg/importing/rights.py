"""Who may import what: an engineer rows of his own organisation, the authority everything.

Imports write as the worker, whom no policy stops; these are the same limits, read from the signed actor of
the transaction.
"""

from __future__ import annotations

import psycopg2.extensions
import pyarrow as pa
import pyarrow.compute as pc
from psycopg2 import sql

from gisreg.database.queries import load_queries
from gisreg.errors import ForbiddenError
from gisreg.importing.batches import find
from gisreg.importing.distinct import unfolded
from gisreg.importing.prepare import Rows
from gisreg.importing.problems import Problems
from gisreg.said import Said, both
from layers import LAYERS, Layer

PgConnection = psycopg2.extensions.connection
_QUERIES = load_queries(__file__, "rights.sql")

_OTHERS = Said("thuộc đơn vị khác.", "belongs to another organisation.")
_OWN_ONLY = Said(
    "Chỉ nhập dòng của đơn vị mình; đối tượng của đơn vị khác thì đề xuất sửa trên bản đồ.",
    "Import only rows of your own organisation; propose changes of others' objects on the map.",
)


def limit(connection: PgConnection) -> int | None:
    """Return the organisation to whose rows the actor of this transaction is limited, None for no limit.

    Raises:
        ForbiddenError: he may not import at all.
    """
    authority, organisation = next(iter(_QUERIES.may_import(connection)))
    if authority:
        return None
    if organisation is None:
        raise ForbiddenError(
            both(
                "Chỉ kỹ sư của một đơn vị và cơ quan quản lý được nhập dữ liệu.",
                "Imports are for engineers of an organisation and for the authority.",
            ),
            hint=both(
                "Hãy xin quản trị viên vai trò kỹ sư.",
                "Ask your administrator for the role of an engineer.",
            ),
        )
    return int(organisation)


def require_layer(layer: Layer, limited_to: int | None) -> None:
    """Refuse layers that belong to nobody (streets, zones, units) to whoever is limited to his own rows.

    Raises:
        ForbiddenError: the layer is the authority's.
    """
    if limited_to is not None and not is_owned(layer):
        raise ForbiddenError(
            both(
                f"Chỉ cơ quan quản lý được nhập vào {layer.key}.",
                f"Only the authority imports into {layer.key}.",
            ),
            hint=both("Hãy gửi tệp cho cơ quan quản lý.", "Send the file to the authority."),
        )


def is_owned(layer: Layer) -> bool:
    """Tell whether objects of the layer belong to organisations."""
    return any(field.name == "owner_id" for field in layer.fields)


def keep_to_own(rows: Rows, limited_to: int, problems: Problems) -> None:
    """Give rows without an owner to the organisation; note those that name another one."""
    stated = rows.column("owner_id")
    owners = pa.array(stated, pa.int64()) if isinstance(stated, list) else unfolded(stated)
    others = pc.fill_null(pc.not_equal(owners, limited_to), False)
    for place in pc.indices_nonzero(others).to_pylist():
        problems.add(rows.labels[place], _OTHERS, _OWN_ONLY, rows.numbers[place])
    rows.values["owner_id"] = pc.fill_null(owners, limited_to)


def require_undo(connection: PgConnection, number: int) -> None:
    """Refuse to undo an import that wrote other rows than the actor may write.

    Args:
        connection: a transaction of the worker's role under whoever asks.
        number: the import's number; the caller has made sure that he may know of it.

    Raises:
        ForbiddenError: he may not; NotFoundError: there is no such import.
    """
    limited_to = limit(connection)
    if limited_to is None:
        return
    batch = find(connection, number)
    layer = LAYERS[batch["layer"]]
    require_layer(layer, limited_to)
    with connection.cursor() as cursor:
        cursor.execute(
            sql.SQL(_QUERIES.others.sql).format(table=sql.Identifier(layer.table)),
            {"change_set": batch["change_set_id"], "owner": limited_to},
        )
        if batch["owner_id"] != limited_to or cursor.fetchone() is not None:
            raise ForbiddenError(
                both(
                    f"Lần nhập {number} đã ghi cả dòng của đơn vị khác.",
                    f"The import {number} wrote rows of other organisations, too.",
                ),
                hint=both("Hãy đề nghị cơ quan quản lý hoàn tác.", "Ask the authority to undo it."),
            )
