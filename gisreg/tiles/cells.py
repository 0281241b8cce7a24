"""Counts by cell for low zooms: triggers keep them fresh after small edits, this after large runs."""

from __future__ import annotations

from psycopg2 import sql

from gisreg.database.connection import PgConnection, Role, transaction
from gisreg.features.catalogue import source, template
from layers import LAYERS, Geometry, Layer


def has_cells(layer: Layer) -> bool:
    """Return whether low zooms show the layer as counts by cell (points and single lines)."""
    return layer.geometry in (Geometry.POINT, Geometry.LINE)


def measures(layer: Layer) -> tuple[str, ...]:
    """Return what is summed by cell beside the number of objects (metres)."""
    names = {item.name for item in layer.fields}
    found = ["length_m"] if "length_m" in names else []
    return (*found, "flagged_m", "accepted_m") if "flagged_m" in names else tuple(found)


def refresh(connection: PgConnection, layer: Layer) -> None:
    """Count a layer's cells anew; tiles whose counts change expire. About 3 s per 2 M objects.

    To be called by the worker at the end of imports and runs; other writers need not wait.
    """
    with connection.cursor() as cursor:
        # Two refreshes of a layer at once would both add what they counted.
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('gisreg.cells'), hashtext(%s))", (layer.key,))
        if has_cells(layer):
            cursor.execute(_refresh_query(layer))
        else:
            cursor.execute("DELETE FROM gisreg.stale_cells WHERE layer = %s", (layer.key,))
        cursor.execute("SELECT gisreg.fold_revisions(%s)", (layer.key,))


def refresh_stale(connection: PgConnection) -> list[str]:
    """Refresh every layer that a large statement marked; return their keys."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT layer FROM gisreg.stale_cells ORDER BY layer")
        keys = [key for (key,) in cursor.fetchall()]
    for key in keys:
        refresh(connection, LAYERS[key])
    return keys


def settle() -> None:
    """Refresh what an edit left marked (a redrawn zone flags thousands of segments), as the worker.

    To be called after the edit's transaction, when its answer has gone out: nobody waits, so no time is set.
    Costs one look where nothing is marked.
    """
    with transaction(Role.WORKER, timeout_ms=0) as connection:
        refresh_stale(connection)


def _refresh_query(layer: Layer) -> sql.Composed:
    names = {item.name for item in layer.fields}
    zero = sql.SQL("0")
    flags = "flagged_m" in names
    return template("gisreg.tiles", "refresh.sql").format(
        layer=sql.Literal(layer.key),
        owner=sql.SQL("coalesce(t.owner_id, 0)" if "owner_id" in names else "0::bigint"),
        length=sql.SQL("sum(t.length_m)") if "length_m" in names else zero,
        flagged=sql.SQL("coalesce(sum(s.flagged_m), 0)") if flags else zero,
        accepted=sql.SQL("coalesce(sum(s.flagged_m) FILTER (WHERE s.tidying_state = 'accepted'), 0)")
        if flags
        else zero,
        source=source(layer, with_state=flags),
    )
