"""The pages of zones: paste a list, look at what is matched, on a map too, and confirm."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Path, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import BaseModel, ConfigDict, Field

from api.answers import settle_after
from api.editions import plainly
from api.pages import page
from api.policy import PREVIEW_POLICY
from api.problems import status_of
from api.routers.sign_in import sign_in_address
from api.visitor import SIGN_IN, SIGN_IN_OR_KEY, Known, Visitor, require_csrf, writer_of
from gisreg.access.actor import Actor, PersonRole
from gisreg.access.sessions import csrf_token
from gisreg.database.connection import PgConnection, transaction
from gisreg.errors import (
    ForbiddenError,
    GisregError,
    InvalidInputError,
    NotSignedInError,
    StaleVersionError,
)
from gisreg.features.front import read_front
from gisreg.said import both
from gisreg.zones import make as making
from gisreg.zones import rebuild as building
from gisreg.zones import say, told
from gisreg.zones.recipe import MOST_PASTED, CirclePart, UnitPart
from gisreg.zones.sheet import read_text
from gisreg.zones.source import Source, together
from layers import LAYERS
from layers.codelists import VISIBILITY, ZONE_KIND
from maps.config import MapConfig
from maps.zone_preview import SCRIPTS, STYLES, preview_data

router = APIRouter(prefix="/zones", include_in_schema=False)

ZoneId = Annotated[int, Path(ge=0, lt=2**53, description="Id of a zone")]
Short = Annotated[str, Field(max_length=2_000, pattern=r"^[^\x00]*$")]
Long = Annotated[str, Field(max_length=MOST_PASTED, pattern=r"^[^\x00]*$")]


class ZoneForm(BaseModel):
    """The form of a zone as the page sends it: all text, empty where nothing is said.

    `around` and `unit` hold a circle and a unit a line, as `gisreg.zones.say` reads them.
    """

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    code: Short = ""
    name: Short = ""
    name_en: Short = ""
    kind: Short = "aesthetic_priority"
    decision_no: Short = ""
    valid_from: Short = ""
    valid_to: Short = ""
    deadline: Short = ""
    weight: Short = ""
    visibility: Short = "public"
    streets: Long = ""
    width_m: Short = "30"
    around: Long = ""
    unit: Long = ""
    replace: bool = False

    def source(self) -> Source:
        """Return what the zone is to be made from. Raises UsageError, InvalidInputError."""
        more: list[CirclePart | UnitPart] = [
            say.circle(line) for line in self.around.splitlines() if line.strip()
        ]
        more += [say.unit(line) for line in self.unit.splitlines() if line.strip()]
        read = read_text(self.streets, _number(self.width_m, "width_m"))
        return together(read, self.streets or None, more)

    def attributes(self) -> dict[str, Any]:
        """Return what is said of the zone as JSON has it. Raises InvalidInputError."""
        given: dict[str, Any] = {name: getattr(self, name) or None for name in making.ATTRIBUTES}
        return given | {"weight": _number(self.weight, "weight")}


class Decided(ZoneForm):
    """The form with what the person pressed, the digest of the area that he looked at, and the version of the
    zone that it is to replace."""

    csrf_token: Short
    decision: Short
    seen: Short = ""
    version: Annotated[int, Field(ge=0, lt=2**31)] = 0


def _number(text: str, name: str) -> float | None:
    try:
        return float(text.replace(",", ".")) if text else None
    except ValueError:
        raise InvalidInputError(
            both(f"{name}: “{text}” không phải là số.", f"{name}: “{text}” is no number."),
            hint=both("Ghi một số.", "Write a number."),
        ) from None


def require_authority(known: Visitor) -> None:
    """Refuse whoever is not the authority. Raises NotSignedInError, ForbiddenError."""
    if known.actor is None:
        raise NotSignedInError(
            both("Khu vực do cơ quan quản lý lập.", "Zones are made by the authority."),
            hint=SIGN_IN_OR_KEY,
        )
    if PersonRole.AUTHORITY not in known.actor.roles:
        raise ForbiddenError(
            both("Khu vực do cơ quan quản lý lập.", "Zones are made by the authority."),
            hint=both("Hãy hỏi sở.", "Ask the department."),
        )


def overview(
    request: Request,
    known: Visitor,
    form: ZoneForm | None = None,
    tried: dict[str, Any] | None = None,
    trouble: GisregError | None = None,
    status: int = 200,
) -> Response:
    """Return the page with the form, what a trial gave, and the zones that are made from recipes."""
    if known.actor is None:
        return RedirectResponse(sign_in_address(request), 303)
    require_authority(known)
    with transaction(actor=known.actor) as connection:
        zones = told.listed(connection)
        shapes = tried and _map(connection, tried["preview"])
    return _answer(
        known, "zones.html", status, zones=zones, form=form or ZoneForm(), tried=tried, trouble=trouble,
        kinds=ZONE_KIND.codes, visibilities=VISIBILITY.codes, shapes=shapes,
    )  # fmt: skip


def shown(
    request: Request,
    known: Visitor,
    zone_id: int,
    note: str | None = None,
    trouble: GisregError | None = None,
    status: int = 200,
) -> Response:
    """Return the page of one zone: its recipe, what that means, its area on a map."""
    if known.actor is None:
        return RedirectResponse(sign_in_address(request), 303)
    require_authority(known)
    with transaction(actor=known.actor) as connection:
        zone = told.zone(connection, zone_id)
        shapes = _map(connection, told.shapes(connection, zone_id))
    kinds = {code.value: code for code in ZONE_KIND.codes}
    return _answer(
        known, "zone.html", status, zone=zone, kinds=kinds, shapes=shapes, note=note, trouble=trouble
    )


@router.post("/page", response_class=Response, dependencies=[Depends(settle_after)])
def decide(request: Request, known: Known, form: Annotated[Decided, Form()]) -> Response:
    """Try the zone that the form says, or make it where exactly that was looked at before."""
    actor = _writer(request, known, form.csrf_token).because(f"zone {form.code} made from a list")
    try:
        source, attributes = form.source(), form.attributes()
        with transaction(actor=actor) as connection:
            made = making.attempt(connection, actor, attributes, source, replace=form.replace)
            # What was changed in the form has not been looked at yet.
            if form.decision == "confirm" and not made.troubles and form.seen == made.md5:
                number, _ = making.make(
                    connection, actor, attributes, source, replace=form.replace, version=form.version
                )
                return RedirectResponse(f"/zones/{number}", 303)
            tried = told.draft(connection, made) | {"passed_over": source.passed_over, "md5": made.md5}
            tried["version"] = making.version_there(connection, attributes) if form.replace else None
    except GisregError as error:
        return overview(request, known, form, None, plainly(error), status_of(error))
    return overview(request, known, form, tried)


@router.post("/{id}/page", response_class=Response, dependencies=[Depends(settle_after)])
def act(
    request: Request,
    known: Known,
    id: ZoneId,
    csrf_token: Annotated[Short, Form()],
    decision: Annotated[Short, Form()],
    version: Annotated[int, Form(ge=0, lt=2**31)] = 0,
) -> Response:
    """Build a zone anew, or drop the recipe of the version that was looked at; then show it again."""
    actor = _writer(request, known, csrf_token)
    try:
        with transaction(actor=actor) as connection:
            if decision == "detach":
                making.detach(connection, id, version)
                return RedirectResponse("/zones", 303)
            done = building.rebuild(connection, id, actor)
    except StaleVersionError as error:
        return shown(request, known, id, None, plainly(error), status_of(error))
    return shown(request, known, id, done.told())


def _writer(request: Request, known: Visitor, token: str) -> Actor:
    if known.session is None:
        raise NotSignedInError(
            both("Trang khu vực cần đăng nhập.", "The page of zones needs a signed-in person."),
            hint=SIGN_IN,
        )
    actor = writer_of(request, known, check_csrf=False)
    require_csrf(known.session, token)
    require_authority(known)
    return actor


def _map(connection: PgConnection, shapes: dict[str, Any]) -> dict[str, Any]:
    front = read_front(connection)
    config = MapConfig(layers=tuple(LAYERS.values()), bounds=front.bounds, attribution=front.attribution)
    return preview_data(config, shapes)


def _answer(known: Visitor, name: str, status: int = 200, **values: Any) -> Response:
    token = csrf_token(known.session) if known.session else ""
    answer = page(name, status, csrf_token=token, scripts=SCRIPTS, styles=STYLES, **values)
    answer.headers["Content-Security-Policy"] = PREVIEW_POLICY
    answer.headers["Vary"] = "Accept"
    return answer
