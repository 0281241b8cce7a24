"""One cable on one span: what is flagged, tidied and accepted."""

from __future__ import annotations

from layers.codelists import CABLE_MEDIUM, CABLE_ROLE, CABLE_STATE, TIDYING_STATE, ZONE_KIND
from layers.common import COMMON, ID, OWNER
from layers.layer import Field, FieldType, Geometry, Layer, Rule, Style

LAYER = Layer(
    key="segment",
    vi="Đoạn cáp",
    en="Cable segment",
    description=(
        "One cable on one span, or between its last support and its end. Derived by the registry; "
        "keeps its identity when the cable is cut anew. Its tidying state is in segment_state."
    ),
    geometry=Geometry.LINE,
    order=47,
    natural_key=("cable_id", "from_pole_id", "to_pole_id", "ordinal"),
    min_zoom=14,
    editable=False,
    own_fields=(
        ID,
        Field(
            "cable_id",
            FieldType.ID,
            "Cáp",
            "Cable",
            required=True,
            references="cable",
            writable=False,
            tile=True,
        ),
        Field("span_id", FieldType.ID, "Khoảng cột", "Span", references="span", writable=False),
        Field("from_pole_id", FieldType.ID, "Từ cột", "From pole", references="pole", writable=False),
        Field("to_pole_id", FieldType.ID, "Đến cột", "To pole", references="pole", writable=False),
        Field(
            "ordinal",
            FieldType.INTEGER,
            "Lần qua",
            "Passage",
            required=True,
            writable=False,
            popup=False,
            note="1 for the first time the cable runs from this pole to that.",
        ),
        Field(
            "sequence",
            FieldType.INTEGER,
            "Thứ tự trên cáp",
            "Order along the cable",
            required=True,
            writable=False,
        ),
        OWNER,
        Field(
            "role",
            FieldType.TEXT,
            "Cấp cáp",
            "Role",
            codelist=CABLE_ROLE,
            required=True,
            writable=False,
            tile=True,
        ),
        Field(
            "medium",
            FieldType.TEXT,
            "Loại cáp",
            "Medium",
            codelist=CABLE_MEDIUM,
            required=True,
            writable=False,
            tile=True,
        ),
        Field(
            "state",
            FieldType.TEXT,
            "Trạng thái cáp",
            "Cable state",
            codelist=CABLE_STATE,
            required=True,
            writable=False,
            tile=True,
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
            "tidying_state",
            FieldType.TEXT,
            "Tình trạng chỉnh trang",
            "Tidying state",
            codelist=TIDYING_STATE,
            required=True,
            state=True,
            writable=False,
            tile=True,
        ),
        Field(
            "tidying_since", FieldType.TIMESTAMP, "Từ lúc", "Since", required=True, state=True, writable=False
        ),
        Field(
            "tidying_version",
            FieldType.INTEGER,
            "Lần đổi tình trạng",
            "Moves of the state",
            required=True,
            state=True,
            writable=False,
            popup=False,
            note="Whoever moves the state names the number that he saw.",
        ),
        Field(
            "flagged_m",
            FieldType.NUMBER,
            "Số mét bị đánh dấu",
            "Flagged metres",
            unit="m",
            required=True,
            state=True,
            writable=False,
            note="Metres inside any zone that flags; overlaps count once.",
        ),
        Field(
            "reason",
            FieldType.TEXT,
            "Lý do chính",
            "Main reason",
            codelist=ZONE_KIND,
            state=True,
            writable=False,
            tile=True,
            note="Kind of the zone that decides: the first in the stated order of kinds.",
        ),
        Field(
            "priority",
            FieldType.NUMBER,
            "Mức ưu tiên",
            "Priority",
            required=True,
            state=True,
            writable=False,
            tile=True,
        ),
    ),
    common_fields=COMMON,
    style=Style(
        color="#9aa5b1",
        width=2.6,
        rules=tuple(
            Rule("tidying_state", code.value, colour, code.vi, code.en)
            for code, colour in zip(
                TIDYING_STATE.codes[1:],
                ("#c2410c", "#7c3aed", "#2563eb", "#0891b2", "#15803d"),
                strict=True,
            )
        ),
    ),
)
