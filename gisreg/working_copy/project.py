"""A QGIS project for a GeoPackage beside it: layers in their order, as the registry draws them."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Sequence

from gisreg.exporting.qgis_style import add_renderer
from layers import Field, FieldType, Geometry, Layer

_DOCTYPE = "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n"
_KINDS = {
    Geometry.POINT: "Point",
    Geometry.LINE: "Line",
    Geometry.MULTILINE: "Line",
    Geometry.MULTIPOLYGON: "Polygon",
}


def project(file_name: str, layers: Sequence[Layer]) -> str:
    """Return the project (.qgs). Opens in QGIS from 3.16 on and in QField, beside the file.

    Codelists are lists to choose from, ids and versions cannot be written over. Nothing is asked of other
    hosts.

    Args:
        file_name: name of the GeoPackage, in the same folder.
        layers: its layers.
    """
    root = ET.Element("qgis", version="3.22.0", projectname="gisreg")
    ET.SubElement(root, "title").text = "gisreg"
    _system(ET.SubElement(root, "projectCrs"))
    tree = ET.SubElement(root, "layer-tree-group")
    ordered = sorted(layers, key=lambda layer: layer.order, reverse=True)
    for layer in ordered:
        ET.SubElement(
            tree,
            "layer-tree-layer",
            id=layer.key,
            name=f"{layer.vi} / {layer.en}",
            source=_source(file_name, layer),
            providerKey="ogr",
            checked="Qt::Checked",
            expanded="1",
        )
    drawn = ET.SubElement(root, "projectlayers")
    for layer in ordered:
        _layer(drawn, file_name, layer)
    order = ET.SubElement(root, "layerorder")
    for layer in ordered:
        ET.SubElement(order, "layer", id=layer.key)
    return _DOCTYPE + ET.tostring(root, encoding="unicode")


def _source(file_name: str, layer: Layer) -> str:
    return f"./{file_name}|layername={layer.key}"


def _layer(parent: ET.Element, file_name: str, layer: Layer) -> None:
    kind = _KINDS[layer.geometry] if layer.geometry else "No geometry"
    made = ET.SubElement(parent, "maplayer", type="vector", geometry=kind, readOnly="0")
    ET.SubElement(made, "id").text = layer.key
    ET.SubElement(made, "datasource").text = _source(file_name, layer)
    ET.SubElement(made, "layername").text = f"{layer.vi} / {layer.en}"
    _system(ET.SubElement(made, "srs"))
    ET.SubElement(made, "provider", encoding="UTF-8").text = "ogr"
    if layer.geometry and layer.style:
        add_renderer(made, layer, layer.geometry, layer.style)
    widgets = ET.SubElement(made, "fieldConfiguration")
    aliases = ET.SubElement(made, "aliases")
    editable = ET.SubElement(made, "editable")
    for place, item in enumerate(layer.public_fields):
        _widget(ET.SubElement(widgets, "field", name=item.name), item)
        unit = f" [{item.unit}]" if item.unit else ""
        ET.SubElement(
            aliases, "alias", index=str(place), field=item.name, name=f"{item.vi} / {item.en}{unit}"
        )
        writable = item.writable and item.name not in ("id", "version")
        ET.SubElement(editable, "field", name=item.name, editable=str(int(writable)))


def _widget(parent: ET.Element, item: Field) -> None:
    if item.codelist is None:
        kind = {FieldType.BOOLEAN: "CheckBox", FieldType.DATE: "DateTime"}.get(item.type, "TextEdit")
        ET.SubElement(parent, "editWidget", type=kind)
        return
    widget = ET.SubElement(parent, "editWidget", type="ValueMap")
    config = ET.SubElement(ET.SubElement(widget, "config"), "Option", type="Map")
    listed = ET.SubElement(config, "Option", name="map", type="List")
    for code in item.codelist.codes:
        one = ET.SubElement(listed, "Option", type="Map")
        ET.SubElement(one, "Option", name=f"{code.vi} / {code.en}", type="QString", value=code.value)


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
