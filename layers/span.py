"""Two consecutive supports: what a street survey walks along."""

from __future__ import annotations

from layers.codelists import SURFACE
from layers.common import COMMON, ID, height_method
from layers.layer import DataClass, Field, FieldType, Geometry, Layer, Style

LAYER = Layer(
    key="span",
    vi="Khoảng cột",
    en="Span",
    description=(
        "A pair of consecutive supports, lower pole id first. Beside the drawn cables (segments) it "
        "holds what a survey counted, in span_count."
    ),
    geometry=Geometry.LINE,
    order=42,
    natural_key=("pole_a_id", "pole_b_id"),
    min_zoom=15,
    own_fields=(
        ID,
        Field(
            "pole_a_id",
            FieldType.ID,
            "Cột đầu",
            "First pole",
            required=True,
            references="pole",
            writable=False,
        ),
        Field(
            "pole_b_id",
            FieldType.ID,
            "Cột cuối",
            "Second pole",
            required=True,
            references="pole",
            writable=False,
        ),
        Field(
            "length_m",
            FieldType.NUMBER,
            "Chiều dài",
            "Length",
            unit="m",
            required=True,
            writable=False,
        ),
        Field(
            "cable_count",
            FieldType.INTEGER,
            "Số cáp vẽ",
            "Drawn cables",
            required=True,
            state=True,
            writable=False,
            data_class=DataClass.OCCUPANCY,
            tile=True,
        ),
        Field("surface_below", FieldType.TEXT, "Bề mặt bên dưới", "Surface below", codelist=SURFACE),
        Field(
            "lowest_height_m",
            FieldType.NUMBER,
            "Độ cao thấp nhất",
            "Lowest height",
            unit="m",
            minimum=0,
            maximum=60,
            data_class=DataClass.HEIGHTS,
        ),
        height_method(),
        Field("sag_ratio", FieldType.NUMBER, "Tỷ lệ độ võng", "Sag ratio", minimum=0, maximum=0.5),
        Field(
            "bundle_diameter_mm",
            FieldType.NUMBER,
            "Đường kính bó cáp",
            "Bundle diameter",
            unit="mm",
            minimum=0,
            maximum=1_000,
        ),
        Field("has_height_sign", FieldType.BOOLEAN, "Có biển hạn chế chiều cao", "Height-limit sign"),
    ),
    common_fields=COMMON,
    style=Style(color="#94a3b8", width=1.5),
)
