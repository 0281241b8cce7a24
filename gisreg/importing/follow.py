"""What follows from imported objects: cables tied, zones built anew, segments flagged, tenants counted."""

from __future__ import annotations

import psycopg2.extensions

from gisreg.flagging.run import run
from gisreg.matching.propose import propose_around
from gisreg.sharing.occupancy import count_tenants
from gisreg.tiles.cells import refresh_stale
from gisreg.topology.build import build
from gisreg.zones.rebuild import rebuild_stale

TIES = frozenset({"pole", "cable", "street", "admin_unit"})
"""Layers from which the network is derived."""

TENANTS = frozenset({"tower", "tower_tenancy"})
"""Layers from which tenants are counted."""

FLAGS = TIES | TENANTS | {"zone", "railway", "waterway", "manhole", "duct", "fitting", "organisation"}
"""Layers from which findings are derived."""


def follow(connection: psycopg2.extensions.connection, layer: str, batch: int | None = None) -> None:
    """Do what follows from new or changed objects of a layer; twice does no harm.

    Args:
        connection: a transaction of the worker's role.
        layer: key of the layer.
        batch: number of the import that wrote them, where it is one: poles that may be others' are proposed.
    """
    if layer == "pole" and batch is not None:
        propose_around(connection, batch)
    if layer in TIES:
        build(connection)
    rebuild_stale(connection)
    if layer in TENANTS:
        count_tenants(connection)
    if layer in FLAGS:
        run(connection)
    refresh_stale(connection)
