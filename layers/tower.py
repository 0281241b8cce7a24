"""Antenna masts and shared towers."""

from __future__ import annotations

from layers.codelists import MAST_CLASS, TOWER_STRUCTURE
from layers.common import CODE, ID, OWNED, OWNER, STATUS
from layers.layer import DataClass, Field, FieldType, Geometry, Layer, Rule, Style

LAYER = Layer(
    key="tower",
    vi="Cột ăng ten",
    en="Tower",
    description="An antenna mast or tower with its class; who uses it is in tower_tenancy.",
    geometry=Geometry.POINT,
    order=55,
    natural_key=("owner_id", "code"),
    search_fields=("code", "name"),
    min_zoom=10,
    own_fields=(
        ID,
        CODE,
        Field(
            "name", FieldType.TEXT, "Tên trạm", "Site name", aliases=("ten tram", "site"), tile=True
        ),
        OWNER,
        Field(
            "mast_class",
            FieldType.TEXT,
            "Loại cột ăng ten",
            "Mast class",
            codelist=MAST_CLASS,
            required=True,
            aliases=("loai cot", "class"),
            tile=True,
        ),
        Field(
            "structure",
            FieldType.TEXT,
            "Kết cấu",
            "Structure",
            codelist=TOWER_STRUCTURE,
            required=True,
        ),
        Field(
            "height_m",
            FieldType.NUMBER,
            "Chiều cao",
            "Height",
            unit="m",
            minimum=0.5,
            maximum=400,
            data_class=DataClass.HEIGHTS,
            aliases=("chieu cao", "height"),
            tile=True,
        ),
        Field(
            "building_height_m",
            FieldType.NUMBER,
            "Chiều cao công trình",
            "Building height",
            unit="m",
            minimum=0,
            maximum=500,
            data_class=DataClass.HEIGHTS,
        ),
        STATUS,
        Field(
            "tenant_count",
            FieldType.INTEGER,
            "Số đơn vị dùng chung",
            "Tenants",
            writable=False,
            required=True,
            data_class=DataClass.OCCUPANCY,
            tile=True,
        ),
        Field(
            "load_capacity_kg",
            FieldType.NUMBER,
            "Tải trọng",
            "Load capacity",
            unit="kg",
            private=True,
            minimum=0,
            data_class=DataClass.CAPACITY,
        ),
        Field(
            "contract_ref",
            FieldType.TEXT,
            "Số hợp đồng",
            "Contract",
            private=True,
            data_class=DataClass.CONTRACT,
        ),
        Field(
            "rent_vnd_per_year",
            FieldType.NUMBER,
            "Giá thuê năm",
            "Yearly rent",
            unit="VND",
            private=True,
            minimum=0,
            data_class=DataClass.RENT,
        ),
    ),
    common_fields=OWNED,
    style=Style(
        color="#4338ca",
        radius=6.0,
        label="code",
        label_min_zoom=15,
        rules=(
            Rule("mast_class", "A1a", "#6d8fd6", "A1a", "A1a"),
            Rule("mast_class", "A1b", "#6d8fd6", "A1b", "A1b"),
            Rule("mast_class", "A2a", "#4338ca", "A2a", "A2a"),
            Rule("mast_class", "A2b", "#312e81", "A2b", "A2b"),
        ),
    ),
)
