"""Where a cable hangs on a pole, and how high."""

from __future__ import annotations

from dataclasses import replace

from layers.common import COMMON, ID, OWNER, height_method
from layers.layer import DataClass, Field, FieldType, Layer

LAYER = Layer(
    key="support",
    vi="Điểm treo",
    en="Support",
    description=(
        "A cable's passage over a pole: the registry finds it, a surveyor measures its height. "
        "Key: cable, pole and how often the cable came by before."
    ),
    geometry=None,
    order=65,
    natural_key=("cable_id", "pole_id", "ordinal"),
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
        ),
        Field("pole_id", FieldType.ID, "Cột", "Pole", required=True, references="pole", writable=False),
        Field(
            "ordinal",
            FieldType.INTEGER,
            "Lần qua cột",
            "Passage",
            required=True,
            writable=False,
            note="1 for the first time the cable passes this pole.",
        ),
        Field(
            "sequence",
            FieldType.INTEGER,
            "Thứ tự trên cáp",
            "Order along the cable",
            required=True,
            writable=False,
        ),
        Field(
            "measure_m",
            FieldType.NUMBER,
            "Lý trình",
            "Distance along the cable",
            unit="m",
            required=True,
            writable=False,
        ),
        Field(
            "snap_distance_m",
            FieldType.NUMBER,
            "Khoảng cách bắt cột",
            "Snapping distance",
            unit="m",
            required=True,
            writable=False,
        ),
        replace(OWNER, shared=False),  # the cable's owner, derived from it
        Field(
            "attachment_height_m",
            FieldType.NUMBER,
            "Độ cao treo",
            "Attachment height",
            unit="m",
            minimum=0,
            maximum=60,
            data_class=DataClass.HEIGHTS,
        ),
        height_method(),
        Field("is_wound", FieldType.BOOLEAN, "Quấn quanh cột", "Wound round the pole"),
    ),
    common_fields=COMMON,
)
