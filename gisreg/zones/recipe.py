"""What a zone is made from: strips along streets, circles, units of a day. Typed, checked when it is read."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from gisreg.said import MeaninglessError, both

MOST_PARTS = 500
MOST_PASTED = 100_000
"""Letters of a pasted list."""

Name = Annotated[
    str, Field(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f]*[^\x00-\x20][^\x00-\x1f]*$")
]
Metres = Annotated[float, Field(ge=0, le=1_000_000, allow_inf_nan=False)]


_ENDS = both(
    "đoạn tuyến cần một điểm đầu (from hoặc from_m) và một điểm cuối (to hoặc to_m)",
    "a part of a street needs one beginning (from or from_m) and one end (to or to_m)",
)
_DIRECTION = both(
    "trái, phải tính theo chiều đi từ `from` đến `to`: cần ghi cả hai",
    "left and right are counted going from `from` to `to`: give both",
)
_CENTRE = both(
    "hình tròn cần kinh độ và vĩ độ, hoặc lớp và mã của đối tượng",
    "a circle needs longitude and latitude, or an object's layer and code",
)
_WHICH = both(
    "cần tên hoặc mã đơn vị (unit), hoặc đơn vị cấp trên (unit_within)",
    "units need a name or code (unit), or the unit that they lie in (unit_within)",
)


class Side(StrEnum):
    """Which side of a street: seen by somebody who goes from its beginning (`from`) to its end (`to`)."""

    BOTH = "both"
    LEFT = "left"
    RIGHT = "right"


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    as_written: str | None = Field(None, max_length=2_000)


class StreetPart(_Part):
    """A strip along a street, or along the part of it between two crossings.

    `from` and `to` name crossing streets; `from_m` and `to_m` are metres from where the street's line begins.
    Without them it is the whole street. `width_m` reaches from the street's line to each side taken. `ward`
    tells streets of one name apart; it does not cut the street off.
    """

    kind: Literal["street"] = "street"
    street: Name
    ward: Name | None = None
    from_street: Name | None = Field(None, alias="from")
    to_street: Name | None = Field(None, alias="to")
    from_m: Metres | None = None
    to_m: Metres | None = None
    side: Side = Side.BOTH
    width_m: float = Field(ge=0.5, le=500, allow_inf_nan=False)

    @model_validator(mode="after")
    def _complete(self) -> Self:
        begins = (self.from_street is not None) + (self.from_m is not None)
        ends = (self.to_street is not None) + (self.to_m is not None)
        if begins != ends or begins > 1 or ends > 1:
            raise MeaninglessError(_ENDS)
        if self.side is not Side.BOTH and not begins:
            raise MeaninglessError(_DIRECTION)
        return self


class CirclePart(_Part):
    """A circle of `radius_m` around a place (EPSG:4326) or an object of the registry."""

    kind: Literal["circle"] = "circle"
    longitude: float | None = Field(None, ge=-180, le=180, allow_inf_nan=False)
    latitude: float | None = Field(None, ge=-90, le=90, allow_inf_nan=False)
    object_layer: Literal["pole", "tower", "manhole"] | None = None
    object_code: Name | None = None
    object_owner: Name | None = None
    radius_m: float = Field(ge=1, le=5_000, allow_inf_nan=False)

    @model_validator(mode="after")
    def _one_centre(self) -> Self:
        has_place = self.longitude is not None and self.latitude is not None
        has_object = self.object_layer is not None and self.object_code is not None
        loose = (self.longitude is None) != (self.latitude is None)
        loose |= (self.object_layer is None) != (self.object_code is None)
        if loose or has_place == has_object:
            raise MeaninglessError(_CENTRE)
        return self


class UnitPart(_Part):
    """Administrative units as they were on a day: one by name or code, or all of a kind within another."""

    kind: Literal["unit"] = "unit"
    unit: Name | None = None
    unit_level: Literal["province", "district", "commune"] = "commune"
    unit_within: Name | None = None
    unit_kind: Name | None = None
    unit_on: date

    @model_validator(mode="after")
    def _says_which(self) -> Self:
        if self.unit is None and self.unit_within is None:
            raise MeaninglessError(_WHICH)
        return self


Part = Annotated[StreetPart | CirclePart | UnitPart, Field(discriminator="kind")]


class Recipe(BaseModel):
    """The parts of a zone, in one; `pasted` is the list as somebody pasted it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    parts: tuple[Part, ...] = Field(min_length=1, max_length=MOST_PARTS)
    pasted: str | None = Field(None, max_length=MOST_PASTED)
