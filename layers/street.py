"""Streets and alleys: what plans count, and what cables cross."""

from __future__ import annotations

from layers.codelists import AREA_CLASS, STREET_CLASS
from layers.common import CODE, COMMON, ID
from layers.layer import Field, FieldType, Geometry, Layer, Rule, Style

LAYER = Layer(
    key="street",
    vi="Tuyến đường",
    en="Street",
    description="A street, road or alley by its centre line.",
    geometry=Geometry.MULTILINE,
    order=30,
    natural_key=("code",),
    search_fields=("name", "code"),
    min_zoom=11,
    own_fields=(
        ID,
        CODE,
        Field(
            "name",
            FieldType.TEXT,
            "Tên đường",
            "Name",
            aliases=("ten duong", "ten_duong", "tên phố", "street", "name"),
            tile=True,
        ),
        Field(
            "street_class",
            FieldType.TEXT,
            "Cấp đường",
            "Class",
            codelist=STREET_CLASS,
            required=True,
            aliases=("highway", "cap duong"),
            tile=True,
        ),
        Field("area_class", FieldType.TEXT, "Loại khu vực", "Area class", codelist=AREA_CLASS),
        Field(
            "carriageway_width_m",
            FieldType.NUMBER,
            "Bề rộng lòng đường",
            "Carriageway width",
            unit="m",
            aliases=("be rong", "width"),
            minimum=0.5,
            maximum=120,
        ),
        Field("has_trucks", FieldType.BOOLEAN, "Có xe tải", "Open to trucks"),
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
    style=Style(
        color="#c9c2b4",
        width=2.0,
        label="name",
        label_min_zoom=15,
        rules=(
            Rule("street_class", "trunk", "#b8ab8f", "Quốc lộ", "Trunk road", width=4.5),
            Rule("street_class", "primary", "#b8ab8f", "Đường chính", "Primary road", width=4.0),
            Rule("street_class", "secondary", "#c4b99f", "Liên khu vực", "Secondary road", width=3.0),
        ),
    ),
)
