"""Carriers, pay-TV, power companies, the department, communes."""

from __future__ import annotations

from layers.codelists import ORGANISATION_KIND
from layers.common import COMMON, ID
from layers.layer import Field, FieldType, Layer

LAYER = Layer(
    key="organisation",
    vi="Đơn vị",
    en="Organisation",
    description="A carrier, pay-TV or power company, agency or commune that owns, uses or supervises.",
    geometry=None,
    order=10,
    natural_key=("code",),
    search_fields=("code", "name"),
    editable=False,
    own_fields=(
        ID,
        Field("code", FieldType.TEXT, "Mã đơn vị", "Code", required=True),
        Field("name", FieldType.TEXT, "Tên đơn vị", "Name", required=True, aliases=("ten",)),
        Field("name_en", FieldType.TEXT, "Tên tiếng Anh", "English name"),
        Field("kind", FieldType.TEXT, "Loại", "Kind", codelist=ORGANISATION_KIND, required=True),
        Field("aliases", FieldType.TEXT_LIST, "Tên gọi khác", "Aliases", required=True),
        Field("phone", FieldType.TEXT, "Điện thoại liên hệ", "Contact phone"),
        Field("colour", FieldType.TEXT, "Màu trên bản đồ", "Map colour", note="#rrggbb"),
    ),
    common_fields=COMMON,
)
