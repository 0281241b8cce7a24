"""Manholes, handholes and street cabinets."""

from __future__ import annotations

from layers.codelists import MANHOLE_KIND
from layers.common import CODE, ID, OWNED, OWNER, STATUS
from layers.layer import Field, FieldType, Geometry, Layer, Style

LAYER = Layer(
    key="manhole",
    vi="Bể cáp, tủ cáp",
    en="Manhole or cabinet",
    description="A manhole, handhole or street cabinet where ducts meet.",
    geometry=Geometry.POINT,
    shares_position=True,
    order=52,
    natural_key=("owner_id", "code"),
    search_fields=("code",),
    min_zoom=15,
    own_fields=(
        ID,
        CODE,
        OWNER,
        Field("kind", FieldType.TEXT, "Loại", "Kind", codelist=MANHOLE_KIND, required=True, tile=True),
        STATUS,
        Field("depth_m", FieldType.NUMBER, "Độ sâu", "Depth", unit="m", minimum=0, maximum=50),
    ),
    common_fields=OWNED,
    style=Style(color="#57534e", radius=3.5),
)
