"""Areas where cables must be tidied, and what the decision says."""

from __future__ import annotations

from layers.codelists import ZONE_KIND
from layers.common import COMMON, ID
from layers.layer import Field, FieldType, Geometry, Layer, Rule, Style

LAYER = Layer(
    key="zone",
    vi="Khu vực chỉnh trang",
    en="Zone",
    description="An urban, district-centre, aesthetic-priority or other area laid down by a decision.",
    geometry=Geometry.MULTIPOLYGON,
    order=25,
    natural_key=("code", "valid_from"),
    search_fields=("name", "code"),
    min_zoom=0,
    own_fields=(
        ID,
        Field(
            "code",
            FieldType.TEXT,
            "Mã khu vực",
            "Code",
            required=True,
            aliases=("ma", "code"),
            tile=True,
        ),
        Field(
            "name",
            FieldType.TEXT,
            "Tên khu vực",
            "Name",
            required=True,
            aliases=("ten", "name"),
            tile=True,
        ),
        Field("name_en", FieldType.TEXT, "Tên tiếng Anh", "English name", aliases=("name_en",)),
        Field(
            "kind",
            FieldType.TEXT,
            "Loại khu vực",
            "Kind",
            codelist=ZONE_KIND,
            required=True,
            aliases=("zone_kind", "loai", "loai_kv"),
            tile=True,
        ),
        Field(
            "decision_no",
            FieldType.TEXT,
            "Số quyết định",
            "Decision number",
            aliases=("so quyet dinh", "can cu phap ly", "legal_basis"),
        ),
        Field("valid_from", FieldType.DATE, "Hiệu lực từ", "Valid from", required=True),
        Field(
            "valid_to",
            FieldType.DATE,
            "Hết hiệu lực",
            "Valid to",
            tile=True,
            note="First day it no longer holds.",
        ),
        Field("deadline", FieldType.DATE, "Thời hạn", "Deadline"),
        Field(
            "weight",
            FieldType.NUMBER,
            "Trọng số ưu tiên",
            "Priority weight",
            required=True,
            minimum=0,
            maximum=100,
        ),
    ),
    common_fields=COMMON,
    style=Style(
        color="#7c6f9c",
        width=2.0,
        fill_opacity=0.08,
        label="name",
        label_min_zoom=15,
        rules=(
            Rule("kind", "urban", "#5b7fa6", "Khu vực đô thị", "Urban"),
            Rule("kind", "district_centre", "#4d9078", "Trung tâm huyện", "District centre"),
            Rule("kind", "aesthetic_priority", "#a8558a", "Ưu tiên mỹ quan", "Aesthetic priority"),
            Rule("kind", "heritage", "#8a5a2b", "Di sản, di tích", "Heritage"),
            Rule("kind", "a1_only", "#3f7f93", "Chỉ cột A1", "A1 masts only"),
            Rule("kind", "underground_only", "#6b6b2f", "Chỉ đi ngầm", "Underground only"),
            Rule("kind", "undergrounded", "#4f6d3a", "Đã hạ ngầm", "Undergrounded"),
        ),
    ),
)
