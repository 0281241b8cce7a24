"""Open Fibre Data Standard 0.3 (JSON, GeoJSON): nodes as poles, towers and manholes, spans as cables."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from gisreg.errors import InvalidInputError
from gisreg.importing.table import FeatureTable
from gisreg.said import both
from layers import Layer

_LOOKED_AT = 65_536
_TYPES = {
    "pole": {"pole"},
    "tower": {"tower"},
    "manhole": {"manhole", "handhole", "cabinet"},
}
"""Which nodes a layer takes; `pole` and `manhole` are extensions of the open codelist."""

_STATUS = {
    "proposed": "planned",
    "planned": "planned",
    "underConstruction": "planned",
    "operational": "in_service",
    "inactive": "disused",
    "decommissioned": "removed",
}
_MEDIUM = {"fibre": "fibre", "copper": "copper", "coaxial": "coax"}
_DEPLOYMENT = {"aboveGround": "aerial", "belowGround": "underground"}

Thing = dict[str, Any]


def is_ofds(path: Path) -> bool:
    """Tell whether a JSON file is in the Open Fibre Data Standard."""
    if path.suffix.lower() not in (".json", ".geojson"):
        return False
    with path.open("rb") as stream:
        beginning = stream.read(_LOOKED_AT)
    return b'"networks"' in beginning or (b'"featureType"' in beginning and b'"network"' in beginning)


def read_ofds(path: Path, layer: Layer, *, exported: bool = False) -> FeatureTable:
    """Read the objects of a registry layer; coordinates are longitude and latitude (WGS 84).

    The code is the name, where every object of an owner has one of its own, else the id, which is kept as
    `ofds_id`.

    Args:
        path: the document.
        layer: the registry's layer.
        exported: it is an export of ours: what has no name has no code, and ids are ours.

    Raises:
        InvalidInputError: it is torn, or this layer is not taken from such files.
    """
    if layer.key != "cable" and layer.key not in _TYPES:
        raise InvalidInputError(
            both(
                f"{path.name}: không nhập được {layer.key} từ Open Fibre Data Standard.",
                f"{path.name}: {layer.key} cannot be imported from the Open Fibre Data Standard.",
            ),
            hint=both(
                f"Từ loại tệp này nhập được: cable, {', '.join(_TYPES)}.",
                f"From such files: cable, {', '.join(_TYPES)}.",
            ),
        )
    try:
        content = json.loads(path.read_text(encoding="utf-8-sig"))
        found = [thing for thing in _things(content) if _is_wanted(thing[0], thing[1], layer.key)]
        fields = [_fields(thing, layer.key) for _, thing, _ in found]
        shapes = [None if place is None else shapely.from_geojson(json.dumps(place)) for _, _, place in found]
    except (ValueError, TypeError, AttributeError, shapely.errors.GEOSException) as error:
        raise InvalidInputError(
            both(
                f"{path.name}: không phải tài liệu Open Fibre Data Standard nguyên vẹn: {error}.",
                f"{path.name}: is no whole document of the Open Fibre Data Standard: {error}.",
            ),
            hint=both(
                "Hãy kiểm tra bằng công cụ của chính tiêu chuẩn này rồi xuất lại.",
                "Check it with the standard's own validator, and export it again.",
            ),
        ) from error
    ids, names = [one["ofds_id"] for one in fields], [one.pop("name") for one in fields]
    named = {(one["owner_id"], name) for one, name in zip(fields, names, strict=True)}
    codes = names if exported or (all(names) and len(named) == len(names)) else ids
    for one in fields if exported else ():
        del one["ofds_id"]
    columns = {"code": codes} | {
        name: [one[name] for one in fields] for name in (fields[0] if fields else ())
    }
    geometry = np.full(len(shapes), None, dtype=object)
    geometry[:] = shapes
    return FeatureTable([f"{layer.key} {one}" for one in ids], columns, geometry, crs="EPSG:4326")


def _things(content: Any) -> Iterator[tuple[str, Thing, Thing | None]]:
    """Yield kind (`node` or `span`), the object and its GeoJSON geometry."""
    for feature in content.get("features", ()):
        properties = feature.get("properties") or {}
        yield str(properties.get("featureType", "")), properties, feature.get("geometry")
    for network in content.get("networks", ()):
        organisations = {one.get("id"): one.get("name") for one in network.get("organisations", ())}
        for kind, part, place in (("node", "nodes", "location"), ("span", "spans", "route")):
            for thing in network.get(part, ()):
                provider = dict(thing.get("physicalInfrastructureProvider") or {})
                provider.setdefault("name", organisations.get(provider.get("id")))
                yield kind, {**thing, "physicalInfrastructureProvider": provider}, thing.get(place)


def _is_wanted(kind: str, thing: Thing, layer: str) -> bool:
    if layer == "cable":
        return kind == "span"
    return kind == "node" and bool(_TYPES[layer] & set(thing.get("type") or ()))


def _fields(thing: Thing, layer: str) -> Thing:
    provider = thing.get("physicalInfrastructureProvider") or {}
    common = {
        "ofds_id": str(thing.get("id")),
        "name": thing.get("name"),
        "owner_id": provider.get("name"),
    }
    if layer != "cable":
        kind = next((one for one in thing.get("type") or () if one in _TYPES["manhole"]), None)
        status = _STATUS.get(str(thing.get("status")))
        return common | {"status": status} | ({"kind": kind} if layer == "manhole" else {})
    deployment = {_DEPLOYMENT.get(str(one)) for one in thing.get("deployment") or ()} - {None}
    medium = {_MEDIUM.get(str(one)) for one in thing.get("transmissionMedium") or ()} - {None}
    return {
        **common,
        # Whether what is inactive is dead cable, the standard does not say.
        "state": "in_service" if thing.get("status") == "operational" else None,
        "medium": medium.pop() if len(medium) == 1 else None,
        "deployment": deployment.pop() if len(deployment) == 1 else None,
        "fibre_count": thing.get("fibreCount"),
    }
