"""What hangs on poles and spans beside cable: boxes, closures, tags ..."""

from __future__ import annotations

from layers.codelists import FITTING_KIND, FITTING_STATE
from layers.common import ID, OWNED, OWNER, height_method
from layers.layer import DataClass, Field, FieldType, Geometry, Layer, Rule, Style

LAYER = Layer(
    key="fitting",
    vi="Phụ kiện",
    en="Fitting",
    description="A closure, box, splitter, coil, bracket, tag or guy on a pole or on a span.",
    geometry=Geometry.POINT,
    order=60,
    min_zoom=17,
    own_fields=(
        ID,
        OWNER,
        Field("pole_id", FieldType.ID, "Cột", "Pole", references="pole"),
        Field("span_id", FieldType.ID, "Khoảng cột", "Span", references="span"),
        Field("cable_id", FieldType.ID, "Cáp", "Cable", references="cable"),
        Field("kind", FieldType.TEXT, "Loại", "Kind", codelist=FITTING_KIND, required=True, tile=True),
        Field(
            "state",
            FieldType.TEXT,
            "Trạng thái",
            "State",
            codelist=FITTING_STATE,
            required=True,
            wanted=True,
            tile=True,
        ),
        Field(
            "height_m",
            FieldType.NUMBER,
            "Độ cao",
            "Height",
            unit="m",
            minimum=0,
            maximum=60,
            data_class=DataClass.HEIGHTS,
        ),
        height_method(),
        Field("tag_colour", FieldType.TEXT, "Màu thẻ", "Tag colour"),
        Field("tag_text", FieldType.TEXT, "Nội dung thẻ", "Text on the tag"),
        Field("tag_phone", FieldType.TEXT, "Điện thoại trên thẻ", "Phone on the tag"),
    ),
    common_fields=OWNED,
    style=Style(
        color="#78716c",
        radius=3.0,
        rules=(
            Rule("state", "broken", "#b91c1c", "Hỏng", "Broken"),
            Rule("state", "unused", "#b91c1c", "Không sử dụng", "Unused"),
        ),
    ),
)
