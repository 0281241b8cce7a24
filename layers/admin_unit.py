"""Provinces, districts, communes; temporal, because codes are reused."""

from __future__ import annotations

from layers.codelists import ADMIN_KIND, ADMIN_LEVEL
from layers.common import COMMON, ID
from layers.layer import Field, FieldType, Geometry, Layer, Style

LAYER = Layer(
    key="admin_unit",
    vi="Đơn vị hành chính",
    en="Administrative unit",
    description=(
        "A province, district or commune as it was between two dates. The statistical code alone is "
        "no identity (codes were reused on 1 July 2025): the key is code, level and valid_from."
    ),
    geometry=Geometry.MULTIPOLYGON,
    order=20,
    natural_key=("gso_code", "level", "valid_from"),
    search_fields=("name",),
    min_zoom=0,
    own_fields=(
        ID,
        Field(
            "gso_code",
            FieldType.TEXT,
            "Mã hành chính",
            "Statistical code",
            required=True,
            aliases=("code", "ma xa", "ma_xa", "maxa", "gso"),
            tile=True,
        ),
        Field("level", FieldType.TEXT, "Cấp", "Level", codelist=ADMIN_LEVEL, required=True, tile=True),
        Field("kind", FieldType.TEXT, "Loại", "Kind", codelist=ADMIN_KIND, required=True),
        Field(
            "name",
            FieldType.TEXT,
            "Tên",
            "Name",
            required=True,
            aliases=("ten", "ten xa", "ten_xa", "full_name", "fullname"),
            tile=True,
        ),
        Field("parent_id", FieldType.ID, "Đơn vị cấp trên", "Parent", references="admin_unit"),
        Field("valid_from", FieldType.DATE, "Hiệu lực từ", "Valid from", required=True),
        Field(
            "valid_to",
            FieldType.DATE,
            "Hết hiệu lực",
            "Valid to",
            tile=True,
            note="First day it no longer holds.",
        ),
        Field("legal_ref", FieldType.TEXT, "Căn cứ pháp lý", "Legal reference"),
    ),
    common_fields=COMMON,
    style=Style(color="#6b7280", width=1.2, fill_opacity=0.04, label="name", label_min_zoom=12),
)
