"""Who has equipment on a tower, since when and how high."""

from __future__ import annotations

from layers.codelists import LIFECYCLE
from layers.common import ID, OWNED
from layers.layer import DataClass, Field, FieldType, Layer

LAYER = Layer(
    key="tower_tenancy",
    vi="Dùng chung cột ăng ten",
    en="Tower tenancy",
    description="An organisation's place on a tower; rent and contract are private.",
    geometry=None,
    order=56,
    natural_key=("tower_id", "owner_id", "valid_from"),
    own_fields=(
        ID,
        Field("tower_id", FieldType.ID, "Cột ăng ten", "Tower", required=True, references="tower"),
        Field(
            "owner_id",
            FieldType.ID,
            "Đơn vị sử dụng",
            "Tenant",
            required=True,
            references="organisation",
            data_class=DataClass.OCCUPANCY,
        ),
        Field("status", FieldType.TEXT, "Tình trạng", "Status", codelist=LIFECYCLE, required=True),
        Field("valid_from", FieldType.DATE, "Từ ngày", "From", required=True),
        Field("valid_to", FieldType.DATE, "Đến ngày", "To"),
        Field(
            "antenna_height_m",
            FieldType.NUMBER,
            "Độ cao ăng ten",
            "Antenna height",
            unit="m",
            minimum=0,
            maximum=400,
            data_class=DataClass.HEIGHTS,
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
)
