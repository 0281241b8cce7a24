"""Objects in the Open Fibre Data Standard 0.3: poles, towers and manholes as nodes, cables as spans.

The standard knows no poles and nothing of what hangs on them: `pole` and `manhole` extend its open codelist
of nodes, and `poles.csv` and `attachments.csv` beside the network have the rest. Rows are written one by one.
Source: network-schema.json of release 0.3.0.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, TextIO

import shapely

from gisreg.clock import local
from gisreg.exporting.ofds_rows import ATTACHMENTS, NODES, OBJECTS
from gisreg.exporting.placing import GEOMETRY
from gisreg.exporting.selection import Selection
from gisreg.exporting.spool import Spool
from gisreg.exporting.tables import write_csv
from gisreg.exporting.trace import Trace
from gisreg.settings import get_settings

FILE = "network.json"
_SCHEMA = (
    "https://raw.githubusercontent.com/Open-Telecoms-Data/open-fibre-data-standard/0__3__0/schema/"
    "network-schema.json"
)
_NETWORK = uuid.UUID("7d0d5b4e-6a0c-4b76-9d0e-5f1a1f8f9d11")
"""Namespace of the networks' identifiers: the export's number makes each."""

_STATUS = {
    "planned": "planned",
    "in_service": "operational",
    "disused": "inactive",
    "removed": "decommissioned",
    "dead": "inactive",
}
_MEDIUM = {"fibre": "fibre", "copper": "copper", "coax": "coaxial"}
_DEPLOYMENT = {"aerial": "aboveGround", "underground": "belowGround"}

Row = Mapping[str, Any]


def write_ofds(spooled: Mapping[str, Spool], selection: Selection, folder: Path, trace: Trace) -> None:
    """Write `network.json` and the side tables.

    Args:
        spooled: the rows of `ofds_rows.queries`, by their names.
        selection: the layer.
        folder: takes the files.
        trace: who took it.
    """
    key = selection.layer.key
    poles = spooled.get(NODES, spooled[OBJECTS] if key == "pole" else None)
    ends = _ends(spooled[ATTACHMENTS], poles) if key == "cable" and poles is not None else {}
    organisations: dict[str, str] = {}
    with (folder / FILE).open("w", encoding="utf-8") as file:
        file.write('{"networks": [')
        head = json.dumps(_head(trace), ensure_ascii=False)
        file.write(head.removesuffix("}"))
        if key == "cable":
            _list(file, "nodes", (_node(row, "pole", organisations) for row in _rows(poles)))
            _list(file, "spans", (_span(row, ends, organisations) for row in _rows(spooled[OBJECTS])))
        else:
            _list(file, "nodes", (_node(row, key, organisations) for row in _rows(spooled[OBJECTS])))
        _list(file, "organisations", (_organisation(one) for one in sorted(organisations.items())))
        file.write("}]}\n")
    if poles is not None:
        write_csv(poles.without(GEOMETRY), folder / "poles.csv")
    if ATTACHMENTS in spooled:
        write_csv(spooled[ATTACHMENTS], folder / "attachments.csv")


def _head(trace: Trace) -> dict[str, Any]:
    region = get_settings().region
    return {
        "id": str(uuid.uuid5(_NETWORK, trace.number)),
        "name": trace.line,
        "links": [{"href": _SCHEMA, "rel": "describedby"}],
        "publisher": {"name": f"{region.agency_name_vi} / {region.agency_name_en}"},
        "publicationDate": local(trace.at).date().isoformat(),
        "crs": {
            "name": "urn:ogc:def:crs:OGC::CRS84",
            "uri": "http://www.opengis.net/def/crs/OGC/1.3/CRS84",
        },
        "language": "vi",
    }


def _list(file: TextIO, name: str, things: Iterator[dict[str, Any]]) -> None:
    """Write one member of the network; the standard knows no empty lists."""
    is_first = True
    for thing in things:
        file.write(f', "{name}": [\n' if is_first else ",\n")
        json.dump(thing, file, ensure_ascii=False)
        is_first = False
    if not is_first:
        file.write("]")


def _rows(spooled: Spool | None) -> Iterator[Row]:
    for batch in spooled.batches() if spooled is not None else ():
        yield from batch.to_pylist()


def _ends(attachments: Spool, poles: Spool) -> dict[int, tuple[int, int]]:
    """Return the first and the last pole of each cable, where both are among the poles that leave."""
    known = {row["id"] for row in _rows(poles.without(GEOMETRY))}
    found: dict[int, tuple[tuple[int, int], tuple[int, int]]] = {}
    for row in _rows(attachments):
        here = (row["sequence"], row["pole_id"])
        first, last = found.get(row["cable_id"], (here, here))
        found[row["cable_id"]] = (min(first, here), max(last, here))
    ends = {cable: (first[1], last[1]) for cable, (first, last) in found.items()}
    return {cable: both for cable, both in ends.items() if known.issuperset(both)}


def _node(row: Row, key: str, organisations: dict[str, str]) -> dict[str, Any]:
    kind = row["kind"] if key == "manhole" else key
    made = {"id": _node_id(key, row["id"]), **_named(row, organisations), "type": [kind]}
    return made | _place("location", row) | _status(row["status"])


def _span(row: Row, ends: Mapping[int, tuple[int, int]], organisations: dict[str, str]) -> dict[str, Any]:
    made: dict[str, Any] = {"id": f"cable-{row['id']}", **_named(row, organisations)}
    if row["id"] in ends:
        first, last = ends[row["id"]]
        made |= {"start": _node_id("pole", first), "end": _node_id("pole", last)}
    made |= _place("route", row) | _status(row["state"])
    for name, words, field in (
        ("transmissionMedium", _MEDIUM, "medium"),
        ("deployment", _DEPLOYMENT, "deployment"),
    ):
        if row[field] in words:
            made[name] = [words[row[field]]]
    if row.get("fibre_count") is not None:
        made["fibreCount"] = row["fibre_count"]
    return made


def _node_id(key: str, number: int) -> str:
    return f"{key}-{number}"


def _named(row: Row, organisations: dict[str, str]) -> dict[str, Any]:
    found: dict[str, Any] = {"name": row["code"]} if row["code"] else {}
    if row["owner_code"]:
        organisations[row["owner_code"]] = row["owner_name"]
        found["physicalInfrastructureProvider"] = {"id": row["owner_code"], "name": row["owner_name"]}
    return found


def _organisation(one: tuple[str, str]) -> dict[str, Any]:
    code, name = one
    return {"id": code, "name": name, "country": "VN", "roles": ["physicalInfrastructureProvider"]}


def _status(word: str | None) -> dict[str, str]:
    return {"status": _STATUS[word]} if word in _STATUS else {}


def _place(name: str, row: Row) -> dict[str, Any]:
    shape = row[GEOMETRY]
    return {} if shape is None else {name: json.loads(shapely.to_geojson(shapely.from_wkb(shape)))}
