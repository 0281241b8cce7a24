"""Columns that every object of the registry carries: how well it is known, and who may see it."""

from __future__ import annotations

from dataclasses import replace

from layers.codelists import LIFECYCLE, MEASURE_METHOD, POSITION_METHOD, VISIBILITY
from layers.layer import DataClass, Field, FieldType

ID = Field("id", FieldType.ID, "Mã hệ thống", "Id", required=True, writable=False, tile=True, popup=False)

CODE = Field(
    "code",
    FieldType.TEXT,
    "Mã số",
    "Code",
    aliases=("ma", "mã", "ma so", "mã hiệu", "ma hieu", "code", "ref", "number", "số hiệu"),
    wanted=True,
    tile=True,
)

OWNER = Field(
    "owner_id",
    FieldType.ID,
    "Đơn vị chủ quản",
    "Owner",
    aliases=(
        "chủ quản",
        "don vi",
        "đơn vị",
        "chu so huu",
        "owner",
        "operator",
        "dnvt",
        "doanh nghiep",
    ),
    data_class=DataClass.OWNER,
    references="organisation",
    wanted=True,
    shared=True,
    tile=True,
)

PROVINCE_CODE = Field(
    "province_code",
    FieldType.TEXT,
    "Mã tỉnh",
    "Province code",
    required=True,
    writable=False,
    popup=False,
)

STATUS = Field(
    "status",
    FieldType.TEXT,
    "Tình trạng",
    "Status",
    codelist=LIFECYCLE,
    aliases=("tinh trang", "trạng thái", "status"),
    required=True,
    shared=True,
    tile=True,
)

EXTRA = Field(
    "extra",
    FieldType.JSON,
    "Trường riêng",
    "Own fields",
    private=True,
    popup=False,
    data_class=DataClass.EXTRA,
    required=True,
    note="The owner's own columns as they were imported, by their own names.",
)

NOTE = Field("note", FieldType.TEXT, "Ghi chú riêng", "Internal note", private=True, aliases=("ghi chu",))

QUALITY: tuple[Field, ...] = (
    Field(
        "position_accuracy_m",
        FieldType.NUMBER,
        "Độ chính xác vị trí",
        "Position accuracy",
        unit="m",
        aliases=("do chinh xac", "accuracy", "sai số"),
        minimum=0,
        maximum=10_000,
        data_class=DataClass.POSITION,
    ),
    Field(
        "position_method",
        FieldType.TEXT,
        "Cách xác định vị trí",
        "Position method",
        codelist=POSITION_METHOD,
        required=True,
        data_class=DataClass.POSITION,
    ),
    Field("source", FieldType.TEXT, "Nguồn", "Source", required=True, aliases=("nguồn", "source")),
    Field(
        "survey_date",
        FieldType.DATE,
        "Ngày khảo sát",
        "Survey date",
        aliases=("ngay khao sat", "ngày đo", "survey date", "date"),
    ),
    Field(
        "visibility",
        FieldType.TEXT,
        "Phạm vi xem",
        "Visibility",
        codelist=VISIBILITY,
        required=True,
        popup=False,
    ),
    Field(
        "version",
        FieldType.INTEGER,
        "Phiên bản",
        "Version",
        required=True,
        writable=False,
        popup=False,
        note="Grows by one with every change; a stale write is refused.",
    ),
    Field(
        "updated_at",
        FieldType.TIMESTAMP,
        "Cập nhật lúc",
        "Updated at",
        required=True,
        writable=False,
    ),
)

COMMON: tuple[Field, ...] = (PROVINCE_CODE, *QUALITY)
"""For layers that nobody owns alone, and for what the registry derives."""

_SHARED_QUALITY = {"position_accuracy_m", "position_method", "survey_date"}
"""How well a position is known goes with a proposed position."""

OWNED: tuple[Field, ...] = (
    PROVINCE_CODE,
    *(
        replace(
            field,
            tile=field.name == "position_accuracy_m",
            shared=field.name in _SHARED_QUALITY,
            wanted=field.name == "survey_date",
        )
        for field in QUALITY
    ),
    NOTE,
    EXTRA,
)
"""For layers of an organisation: with the private note and the organisation's own fields.

Their position accuracy travels in tiles, so that the survey map can colour by it.
"""


def height_method(name: str = "height_method", *, shared: bool = False) -> Field:
    """Return the field that says how a height was measured."""
    return Field(
        name,
        FieldType.TEXT,
        "Cách đo chiều cao",
        "Height method",
        codelist=MEASURE_METHOD,
        data_class=DataClass.HEIGHTS,
        shared=shared,
    )
