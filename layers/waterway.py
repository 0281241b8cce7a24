"""Waterways: rivers and canals that cables cross."""

from __future__ import annotations

from layers.codelists import WATERWAY_CLASS
from layers.common import CODE, COMMON, ID
from layers.layer import Field, FieldType, Geometry, Layer, Style

LAYER = Layer(
    key="waterway",
    vi="Sông, kênh",
    en="Waterway",
    description="A river, canal or ditch by its middle line.",
    geometry=Geometry.MULTILINE,
    order=26,
    natural_key=("code",),
    search_fields=("name", "code"),
    min_zoom=11,
    own_fields=(
        ID,
        CODE,
        Field(
            "name",
            FieldType.TEXT,
            "Tên sông, kênh",
            "Name",
            aliases=("ten song", "ten kenh", "waterway", "name"),
            tile=True,
        ),
        Field(
            "waterway_class",
            FieldType.TEXT,
            "Cấp kỹ thuật đường thuỷ",
            "Navigation class",
            codelist=WATERWAY_CLASS,
            required=True,
            aliases=("cap duong thuy", "cap song"),
            tile=True,
        ),
        Field(
            "clearance_height_m",
            FieldType.NUMBER,
            "Tĩnh không thông thuyền",
            "Clearance for vessels",
            unit="m",
            aliases=("tinh khong", "tinh khong thong thuyen"),
            minimum=0,
            maximum=60,
            note="As announced for the waterway, above the water level it was announced for.",
        ),
        Field(
            "length_m",
            FieldType.NUMBER,
            "Chiều dài",
            "Length",
            unit="m",
            writable=False,
            required=True,
        ),
    ),
    common_fields=COMMON,
    style=Style(color="#7fb2cc", width=3.0, label="name", label_min_zoom=14),
)
