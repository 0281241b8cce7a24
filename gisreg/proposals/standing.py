"""How objects stand that proposals are about."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from psycopg2 import sql

from gisreg.database.connection import PgConnection
from gisreg.features.catalogue import layer_of
from gisreg.features.filters import Conditions
from gisreg.features.items import read_page

Key = tuple[str, int]
"""Layer and id of an object."""


def features_of(connection: PgConnection, keys: Iterable[Key]) -> dict[Key, dict[str, Any]]:
    """Return the objects that the actor may see as GeoJSON features, one query a layer."""
    by_layer: dict[str, set[int]] = defaultdict(set)
    for layer, object_id in keys:
        by_layer[layer].add(object_id)
    found = {}
    for key, ids in by_layer.items():
        conditions = Conditions([sql.SQL("t.id = ANY ({})").format(sql.Literal(sorted(ids)))])
        page = read_page(connection, layer_of(key), conditions, len(ids))
        for feature in json.loads(f"[{page.features}]"):
            found[key, int(feature["id"])] = feature
    return found
