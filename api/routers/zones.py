"""Zones out of lists of streets, circles and former units: tried, made, built anew. For the authority."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field

from api.answers import settle_after
from api.editions import Version
from api.pages import wants_page
from api.routers.zone_pages import ZoneId, overview, require_authority, shown
from api.visitor import Known, Reader, Writer
from gisreg.access.actor import Actor
from gisreg.database.connection import transaction
from gisreg.errors import VersionRequiredError
from gisreg.said import both
from gisreg.zones import make as making
from gisreg.zones import rebuild as building
from gisreg.zones import told
from gisreg.zones.entry import Read
from gisreg.zones.recipe import MOST_PARTS, MOST_PASTED, Side
from gisreg.zones.recipe import Part as RecipePart
from gisreg.zones.sheet import read_text
from gisreg.zones.source import Source, together

router = APIRouter(prefix="/zones", tags=["zones"])

Said = Annotated[str, Field(max_length=2_000, pattern=r"^[^\x00]*$")]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class ZoneSaid(_Strict):
    """What is said of a zone."""

    code: Said
    name: Said
    name_en: Said | None = None
    kind: Said
    decision_no: Said | None = None
    valid_from: date
    valid_to: date | None = None
    deadline: date | None = None
    weight: Annotated[float | None, Field(allow_inf_nan=False)] = None
    visibility: Said | None = None


class ZoneMade(_Strict):
    """A zone and what it is made from: a pasted list of streets, and parts beside it or instead of it.

    `width_m` and `side` hold for the streets of which the list says none. `replace`: a zone of this code and
    first day gets this recipe; `version` is the one at which that zone was seen.
    """

    zone: ZoneSaid
    streets: Annotated[str | None, Field(max_length=MOST_PASTED, pattern=r"^[^\x00]*$")] = None
    width_m: Annotated[float | None, Field(ge=0.5, le=500, allow_inf_nan=False)] = None
    side: Side = Side.BOTH
    parts: Annotated[list[RecipePart], Field(max_length=MOST_PARTS)] = []
    replace: bool = False
    version: Annotated[int | None, Field(ge=0, lt=2**31)] = None

    def source(self) -> Source:
        """Return the recipe; raises as `gisreg.zones.source.together` does."""
        read = read_text(self.streets, self.width_m, self.side) if self.streets else Read()
        return together(read, self.streets, self.parts)

    def attributes(self) -> Mapping[str, Any]:
        """Return what is said of the zone as JSON has it."""
        return self.zone.model_dump(mode="json")


def authority(known: Known, actor: Writer) -> Actor:
    """Return who writes, where he is the authority. Raises ForbiddenError."""
    require_authority(known)
    return actor


Authority = Annotated[Actor, Depends(authority)]


@router.get("", response_model=None)
def zones(request: Request, known: Known, actor: Reader) -> dict[str, Any] | Response:
    """Return the zones that are made from recipes; browsers get the page with the form."""
    if wants_page(request):
        return overview(request, known)
    require_authority(known)
    with transaction(actor=actor) as connection:
        return {"zones": told.listed(connection)}


@router.post("/preview")
def preview(made: ZoneMade, actor: Authority) -> dict[str, Any]:
    """Try a zone: what of the list is matched, what is not (with suggestions), the area as GeoJSON.

    Nothing is written. What would refuse the zone for another reason is a problem. `version` is that of the
    zone which would be replaced, null where there is none.
    """
    source = made.source()
    with transaction(actor=actor) as connection:
        found = making.attempt(connection, actor, made.attributes(), source, replace=made.replace)
        return told.draft(connection, found) | {
            "passed_over": source.passed_over,
            "version": making.version_there(connection, made.attributes()),
        }


@router.post("", status_code=201, dependencies=[Depends(settle_after)])
def create(made: ZoneMade, actor: Authority) -> dict[str, Any]:
    """Make a zone and flag what lies in it. Entries that are not clear are the problem's `unmatched`.

    With `replace` the body names the zone's `version`: 412 where somebody changed it meanwhile.
    """
    if made.replace and made.version is None:
        raise VersionRequiredError(
            both(
                "Chưa nêu quyết định này dựa trên phiên bản nào của khu vực.",
                "On which version of the zone this was decided is not said.",
            ),
            hint=both(
                "Gửi `version` cùng `replace`, như GET /zones/{id} và POST /zones/preview cho biết.",
                "Send `version` with `replace`, as GET /zones/{id} and POST /zones/preview tell it.",
            ),
        )
    reason = f"zone {made.zone.code} made from a recipe"
    with transaction(actor=actor.because(reason)) as connection:
        source, attributes = made.source(), made.attributes()
        number, _ = making.make(
            connection, actor, attributes, source, replace=made.replace, version=made.version
        )
        return told.zone(connection, number)


@router.get("/{id}", response_model=None)
def one(request: Request, id: ZoneId, known: Known, actor: Reader) -> dict[str, Any] | Response:
    """Return a zone with its recipe and what that means now; browsers get the page."""
    if wants_page(request):
        return shown(request, known, id)
    require_authority(known)
    with transaction(actor=actor) as connection:
        return told.zone(connection, id)


@router.post("/{id}/rebuild", dependencies=[Depends(settle_after)])
def rebuild(id: ZoneId, actor: Authority) -> Mapping[str, Any]:
    """Build a zone anew from its recipe; where that cannot be, the old area stays."""
    with transaction(actor=actor) as connection:
        return told.rebuilt(building.rebuild(connection, id, actor))


@router.delete("/{id}/recipe")
def detach(id: ZoneId, actor: Authority, version: Version) -> dict[str, int]:
    """Forget a zone's recipe; it keeps its area and is drawn by hand from then on.

    `If-Match` names the zone's `version`.
    """
    with transaction(actor=actor.because("zone drawn by hand")) as connection:
        making.detach(connection, id, version)
    return {"id": id}
