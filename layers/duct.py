"""Ducts, trenches and tunnels under the street."""

from __future__ import annotations

from layers.codelists import DUCT_KIND
from layers.common import CODE, ID, OWNED, OWNER, STATUS
from layers.layer import DataClass, Field, FieldType, Geometry, Layer, Style

LAYER = Layer(
    key="duct",
    vi="Cống bể",
    en="Duct",
    description="A duct, trench, tunnel or direct-buried route.",
    geometry=Geometry.LINE,
    order=40,
    natural_key=("owner_id", "code"),
    search_fields=("code",),
    min_zoom=14,
    own_fields=(
        ID,
        CODE,
        OWNER,
        Field("kind", FieldType.TEXT, "Loại", "Kind", codelist=DUCT_KIND, required=True, tile=True),
        STATUS,
        Field("from_manhole_id", FieldType.ID, "Từ bể", "From manhole", references="manhole"),
        Field("to_manhole_id", FieldType.ID, "Đến bể", "To manhole", references="manhole"),
        Field(
            "diameter_mm",
            FieldType.NUMBER,
            "Đường kính",
            "Diameter",
            unit="mm",
            minimum=1,
            maximum=5_000,
        ),
        Field("depth_m", FieldType.NUMBER, "Độ sâu", "Depth", unit="m", minimum=0, maximum=100),
        Field(
            "length_m",
            FieldType.NUMBER,
            "Chiều dài",
            "Length",
            unit="m",
            aliases=("chieu dai", "do dai", "cu ly", "length", "length_m"),
            writable=False,
            required=True,
        ),
        Field(
            "ways",
            FieldType.INTEGER,
            "Số ống",
            "Ways",
            private=True,
            minimum=0,
            maximum=1_000,
            data_class=DataClass.CAPACITY,
        ),
        Field(
            "ways_free",
            FieldType.INTEGER,
            "Số ống trống",
            "Free ways",
            private=True,
            minimum=0,
            maximum=1_000,
            data_class=DataClass.CAPACITY,
        ),
        Field(
            "rent_vnd_per_m_month",
            FieldType.NUMBER,
            "Giá thuê mét tháng",
            "Rent per metre and month",
            unit="VND",
            private=True,
            minimum=0,
            data_class=DataClass.RENT,
        ),
    ),
    common_fields=OWNED,
    style=Style(color="#57534e", width=2.0, dash=(8, 4)),
)
