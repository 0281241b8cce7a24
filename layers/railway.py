"""Railways: what cables cross and poles keep away from."""

from __future__ import annotations

from layers.codelists import RAILWAY_CLASS
from layers.common import CODE, COMMON, ID
from layers.layer import Field, FieldType, Geometry, Layer, Style

LAYER = Layer(
    key="railway",
    vi="Đường sắt",
    en="Railway",
    description="A railway by the centre line of its track or tracks.",
    geometry=Geometry.MULTILINE,
    order=28,
    natural_key=("code",),
    search_fields=("name", "code"),
    min_zoom=11,
    own_fields=(
        ID,
        CODE,
        Field(
            "name",
            FieldType.TEXT,
            "Tên tuyến đường sắt",
            "Name",
            aliases=("ten duong sat", "ten tuyen", "railway", "name"),
            tile=True,
        ),
        Field(
            "railway_class",
            FieldType.TEXT,
            "Loại đường sắt",
            "Class",
            codelist=RAILWAY_CLASS,
            required=True,
            aliases=("kho duong", "loai duong sat", "gauge"),
            tile=True,
        ),
        Field(
            "formation_width_m",
            FieldType.NUMBER,
            "Bề rộng nền đường sắt",
            "Width of the formation",
            unit="m",
            aliases=("be rong nen",),
            minimum=1,
            maximum=200,
            note="Between the shoulders or toes of the embankment, half of it on each side of the line.",
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
    style=Style(color="#57534e", width=2.2, dash=(6, 3), label="name", label_min_zoom=14),
)
