"""WHAT is on the ground: one file a layer, pure description, no I/O.

`LAYERS` holds every description by its key. A new layer is one migration and one module here
with a constant `LAYER`; nothing else lists it.
"""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules

from layers.layer import Code, Codelist, DataClass, Field, FieldType, Geometry, Layer, Rule, Style

__all__ = [
    "LAYERS",
    "Code",
    "Codelist",
    "DataClass",
    "Field",
    "FieldType",
    "Geometry",
    "Layer",
    "Rule",
    "Style",
]


def _discover() -> dict[str, Layer]:
    found = [
        module.LAYER
        for info in iter_modules(__path__)
        if hasattr(module := import_module(f"{__name__}.{info.name}"), "LAYER")
    ]
    return {layer.key: layer for layer in sorted(found, key=lambda layer: (layer.order, layer.key))}


LAYERS: dict[str, Layer] = _discover()
