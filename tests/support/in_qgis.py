"""Runs in the system's Python, which alone has QGIS: opens projects and files, edits, and tells as JSON.

python3 in_qgis.py look PROJECT_OR_FILE    what QGIS makes of it
python3 in_qgis.py edit PROJECT EDITS      edits (JSON: layer -> list of {code, set, move, add}) saved by QGIS
"""

from __future__ import annotations

import json
import os
import sys

os.environ["QT_QPA_PLATFORM"] = "offscreen"

from qgis.core import (
    QgsApplication,
    QgsFeature,
    QgsGeometry,
    QgsMapRendererSequentialJob,
    QgsMapSettings,
    QgsPointXY,
    QgsProject,
    QgsVectorLayer,
    QgsVectorLayerUtils,
)
from qgis.PyQt.QtCore import QSize


def look(path: str) -> dict:
    project = QgsProject.instance()
    if path.endswith(".qgs"):
        if not project.read(path):
            raise SystemExit(f"QGIS cannot read {path}: {project.error()}")
        layers = project.layerTreeRoot().layerOrder()
        extent = project.viewSettings().defaultViewExtent()
    else:
        whole = QgsVectorLayer(path, "whole", "ogr")
        names = [one.split("!!::!!")[1] for one in whole.dataProvider().subLayers()]
        layers = [QgsVectorLayer(f"{path}|layername={name}", name, "ogr") for name in names]
        layers = [layer for layer in layers if layer.isSpatial()]
        extent = layers[0].extent()
    return {
        "crs": project.crs().authid(),
        "extent": [extent.xMinimum(), extent.yMinimum(), extent.xMaximum(), extent.yMaximum()],
        "layers": [of_layer(layer) for layer in layers],
        "colours": colours(layers, extent),
    }


def of_layer(layer: QgsVectorLayer) -> dict:
    renderer = layer.renderer()
    rules = renderer.rootRule().children() if hasattr(renderer, "rootRule") else []
    form = layer.editFormConfig()
    return {
        "source": layer.source().rpartition("layername=")[2],
        "name": layer.name(),
        "valid": layer.isValid(),
        "crs": layer.crs().authid(),
        "count": layer.featureCount(),
        "renderer": renderer.type(),
        "rules": [{"label": rule.label(), "color": rule.symbol().color().name()} for rule in rules],
        "fields": {
            field.name(): {
                "alias": layer.attributeAlias(place),
                "widget": layer.editorWidgetSetup(place).type(),
                "choices": [
                    value
                    for one in layer.editorWidgetSetup(place).config().get("map", [])
                    for value in one.values()
                ],
                "read_only": form.readOnly(place),
            }
            for place, field in enumerate(layer.fields())
        },
    }


def colours(layers: list, extent: object) -> dict:
    """Draw the layers and count pixels by colour: what is really seen."""
    settings = QgsMapSettings()
    settings.setLayers(layers)
    settings.setDestinationCrs(layers[0].crs())
    settings.setExtent(extent.buffered(extent.width() * 0.1 or 0.001))
    settings.setOutputSize(QSize(600, 600))
    settings.setFlag(QgsMapSettings.Antialiasing, False)  # else thin lines have no pixel of their own colour
    job = QgsMapRendererSequentialJob(settings)
    job.start()
    job.waitForFinished()
    image = job.renderedImage()
    counts: dict = {}
    for x in range(image.width()):
        for y in range(image.height()):
            name = image.pixelColor(x, y).name()
            counts[name] = counts.get(name, 0) + 1
    return counts


def edit(path: str, edits: dict) -> dict:
    project = QgsProject.instance()
    if not project.read(path):
        raise SystemExit(f"QGIS cannot read {path}: {project.error()}")
    saved = {}
    for layer in project.layerTreeRoot().layerOrder():
        wanted = edits.get(layer.source().rpartition("layername=")[2], [])
        if not wanted:
            continue
        layer.startEditing()
        by_code = {feature["code"]: feature.id() for feature in layer.getFeatures()}
        for one in wanted:
            if "add" in one:
                place = QgsGeometry.fromPointXY(QgsPointXY(*one["add"]))
                feature = QgsVectorLayerUtils.createFeature(layer, place)
                for name, value in one["set"].items():
                    feature[name] = value
                layer.addFeature(QgsFeature(feature))
                continue
            number = by_code[one["code"]]
            for name, value in one.get("set", {}).items():
                layer.changeAttributeValue(number, layer.fields().indexOf(name), value)
            if "move" in one:
                layer.changeGeometry(number, QgsGeometry.fromPointXY(QgsPointXY(*one["move"])))
            if one.get("delete"):
                layer.deleteFeature(number)
        saved[layer.name()] = layer.commitChanges()
        if not saved[layer.name()]:
            raise SystemExit("; ".join(layer.commitErrors()))
    return saved


def main() -> None:
    application = QgsApplication([], False)
    application.initQgis()
    task, path = sys.argv[1:3]
    told = look(path) if task == "look" else edit(path, json.loads(sys.argv[3]))
    QgsProject.instance().clear()
    application.exitQgis()
    print(json.dumps(told))


main()
