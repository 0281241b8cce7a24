"""A QGIS project for a GeoPackage beside it: layers in their order, as the registry draws them."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Sequence

from gisreg.exporting.qgis_style import add_renderer
from gisreg.working_copy.rows import editable_fields, fixed_columns
from layers import Field, FieldType, Geometry, Layer

Bounds = tuple[float, float, float, float]
Owner = tuple[int, str, str]
"""An organisation: id, code, name."""

_DOCTYPE = "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n"
_KINDS = {
    Geometry.POINT: "Point",
    Geometry.LINE: "Line",
    Geometry.MULTILINE: "Line",
    Geometry.MULTIPOLYGON: "Polygon",
}


def project(
    file_name: str, layers: Sequence[Layer], extent: Bounds | None, owners: Sequence[Owner] = ()
) -> str:
    """Return the project (.qgs). Opens in QGIS from 3.16 on and in QField, beside the file.

    Codelists are lists to choose from, ids and versions cannot be written over. Nothing is asked of other
    hosts.

    Args:
        file_name: name of the GeoPackage, in the same folder.
        layers: its layers.
        extent: west, south, east, north in degrees of what the map shows first; None where there is nothing.
        owners: organisations to choose an owner from.
    """
    root = ET.Element("qgis", version="3.22.0", projectname="gisreg")
    ET.SubElement(root, "title").text = "gisreg"
    _system(ET.SubElement(root, "projectCrs"))
    # Without this QGIS takes the project for one without any reference system.
    systems = ET.SubElement(ET.SubElement(root, "properties"), "SpatialRefSys")
    ET.SubElement(systems, "ProjectionsEnabled", type="int").text = "1"
    tree = ET.SubElement(root, "layer-tree-group")
    if extent is not None:
        _extent(root, extent)
    ordered = sorted(layers, key=lambda layer: layer.order, reverse=True)
    for layer in ordered:
        ET.SubElement(
            tree,
            "layer-tree-layer",
            id=_id(layer),
            name=f"{layer.vi} / {layer.en}",
            source=_source(file_name, layer),
            providerKey="ogr",
            checked="Qt::Checked",
            expanded="1",
        )
    drawn = ET.SubElement(root, "projectlayers")
    for layer in ordered:
        _layer(drawn, file_name, layer, owners)
    order = ET.SubElement(root, "layerorder")
    for layer in ordered:
        ET.SubElement(order, "layer", id=_id(layer))
    return _DOCTYPE + ET.tostring(root, encoding="unicode")


def _extent(root: ET.Element, extent: Bounds) -> None:
    """Let the map and its home button show the area."""
    edges = dict(zip(("xmin", "ymin", "xmax", "ymax"), map(repr, extent), strict=True))
    canvas = ET.SubElement(root, "mapcanvas", name="theMapCanvas", annotationsVisible="1")
    ET.SubElement(canvas, "units").text = "degrees"
    shown = ET.SubElement(canvas, "extent")
    for name, edge in edges.items():
        ET.SubElement(shown, name).text = edge
    ET.SubElement(canvas, "rotation").text = "0"
    _system(ET.SubElement(canvas, "destinationsrs"))
    settings = ET.SubElement(root, "ProjectViewSettings")
    _system(ET.SubElement(settings, "DefaultViewExtent", edges))


def _id(layer: Layer) -> str:
    """Return the layer's id in the project: QGIS gives shorter ones than eleven letters a new name."""
    return f"gisreg_layer_{layer.key}"


def _source(file_name: str, layer: Layer) -> str:
    return f"./{file_name}|layername={layer.key}"


def _layer(parent: ET.Element, file_name: str, layer: Layer, owners: Sequence[Owner]) -> None:
    kind = _KINDS[layer.geometry] if layer.geometry else "No geometry"
    made = ET.SubElement(parent, "maplayer", type="vector", geometry=kind, readOnly="0")
    ET.SubElement(made, "id").text = _id(layer)
    ET.SubElement(made, "datasource").text = _source(file_name, layer)
    ET.SubElement(made, "layername").text = f"{layer.vi} / {layer.en}"
    _system(ET.SubElement(made, "srs"))
    ET.SubElement(made, "provider", encoding="UTF-8").text = "ogr"
    if layer.geometry and layer.style:
        add_renderer(made, layer, layer.geometry, layer.style)
    widgets = ET.SubElement(made, "fieldConfiguration")
    aliases = ET.SubElement(made, "aliases")
    editable = ET.SubElement(made, "editable")
    for item in editable_fields(layer):
        _widget(ET.SubElement(widgets, "field", name=item.name), item, owners)
        unit = f" [{item.unit}]" if item.unit else ""
        ET.SubElement(aliases, "alias", field=item.name, name=f"{item.vi} / {item.en}{unit}")
        ET.SubElement(editable, "field", name=item.name, editable="1")
    # What checking in does not take cannot be typed over: nobody's edit is lost.
    for name in fixed_columns(layer):
        ET.SubElement(editable, "field", name=name, editable="0")
    ET.SubElement(aliases, "alias", field="clear", name="Trường cần xoá / Fields to empty")


def _widget(parent: ET.Element, item: Field, owners: Sequence[Owner]) -> None:
    if item.references == "organisation":
        _choice(parent, [(f"{code} · {name}", str(number)) for number, code, name in owners])
    elif item.codelist is not None:
        _choice(parent, [(f"{code.vi} / {code.en}", code.value) for code in item.codelist.codes])
    else:
        kind = {FieldType.BOOLEAN: "CheckBox", FieldType.DATE: "DateTime"}.get(item.type, "TextEdit")
        ET.SubElement(parent, "editWidget", type=kind)


def _choice(parent: ET.Element, choices: Sequence[tuple[str, str]]) -> None:
    """Let people choose one of these: what they read, and what is stored."""
    widget = ET.SubElement(parent, "editWidget", type="ValueMap")
    config = ET.SubElement(ET.SubElement(widget, "config"), "Option", type="Map")
    listed = ET.SubElement(config, "Option", name="map", type="List")
    for title, value in choices:
        one = ET.SubElement(listed, "Option", type="Map")
        ET.SubElement(one, "Option", name=title, type="QString", value=value)


def _system(parent: ET.Element) -> None:
    system = ET.SubElement(parent, "spatialrefsys", nativeFormat="Wkt")
    for name, text in (
        ("proj4", "+proj=longlat +datum=WGS84 +no_defs"),
        ("srsid", "3452"),
        ("srid", "4326"),
        ("authid", "EPSG:4326"),
        ("description", "WGS 84"),
        ("geographicflag", "true"),
    ):
        ET.SubElement(system, name).text = text
