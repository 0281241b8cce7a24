"""What a street survey counted on a span, carrier by carrier."""

from __future__ import annotations

from layers.codelists import CABLE_MEDIUM, CABLE_ROLE, CABLE_STATE, MEASURE_METHOD
from layers.common import COMMON, ID
from layers.layer import DataClass, Field, FieldType, Layer

LAYER = Layer(
    key="span_count",
    vi="Số cáp đếm được",
    en="Counted cables",
    description=(
        "How many cables of which organisation, kind and state a survey counted on a span. "
        "No owner means that the survey could not tell. Counted and drawn cables are never added up."
    ),
    geometry=None,
    order=66,
    natural_key=("span_id", "owner_id", "role", "medium", "state", "counted_on"),
    own_fields=(
        ID,
        Field("span_id", FieldType.ID, "Khoảng cột", "Span", required=True, references="span"),
        Field(
            "owner_id",
            FieldType.ID,
            "Đơn vị",
            "Organisation",
            references="organisation",
            data_class=DataClass.OCCUPANCY,
        ),
        Field("role", FieldType.TEXT, "Cấp cáp", "Role", codelist=CABLE_ROLE, required=True),
        Field("medium", FieldType.TEXT, "Loại cáp", "Medium", codelist=CABLE_MEDIUM, required=True),
        Field("state", FieldType.TEXT, "Trạng thái", "State", codelist=CABLE_STATE, required=True),
        Field(
            "cable_count",
            FieldType.INTEGER,
            "Số cáp",
            "Cables",
            required=True,
            minimum=0,
            maximum=1_000,
            data_class=DataClass.OCCUPANCY,
        ),
        Field("counted_on", FieldType.DATE, "Ngày đếm", "Counted on", required=True),
        Field(
            "count_method",
            FieldType.TEXT,
            "Cách đếm",
            "Method",
            codelist=MEASURE_METHOD,
            required=True,
        ),
    ),
    common_fields=COMMON,
)
