"""The pages of imports: send a file, look at the trial, decide; the list of imports with undoing."""

from __future__ import annotations

import re
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Path, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import ValidationError

from api.import_words import ENCODINGS, REASONS, STATES, refused_words
from api.pages import page
from api.routers.sign_in import sign_in_address
from api.visitor import Known, Visitor, require_csrf, writer_of
from gisreg.access.actor import Actor, PersonRole
from gisreg.access.sessions import csrf_token
from gisreg.database.connection import transaction
from gisreg.errors import GisregError, NotSignedInError
from gisreg.importing import batches, deciding, uploads
from gisreg.importing.mapping import mappable
from gisreg.importing.rights import is_owned
from gisreg.importing.run import layers_from_files
from gisreg.settings import get_settings
from layers import LAYERS

router = APIRouter(prefix="/imports", include_in_schema=False)

MOST = 30

_PARTS = (
    "error", "read", "new", "changed", "unchanged", "rejected", "changed_fields", "crs", "crs_operation",
    "places", "notes", "problems", "problem_count", "warnings",
)  # fmt: skip
"""What the page looks for in a report; a trial that was refused told little."""

_LINE = re.compile(r"^\s*([a-z_]{1,60})\s*=\s*(.*?)\s*$")

Text = Annotated[str, Form(max_length=10_000, pattern=r"^[^\x00]*$")]
Names = Annotated[list[str], Form(max_length=200)]
Number = Annotated[int, Path(ge=1, lt=2**63)]


def overview(
    request: Request, known: Visitor, trouble: GisregError | None = None, status: int = 200
) -> Response:
    """Return the page with the form, files that wait, and imports on record."""
    if known.actor is None:
        return RedirectResponse(sign_in_address(request), 303)
    actor = known.actor
    with transaction(actor=actor) as connection:
        found = uploads.listed(connection, MOST)
        done = list(batches.QUERIES.list_batches(connection, limit=MOST))
        profiles = sorted({name for _, name, _ in batches.QUERIES.list_profiles(connection)})
        owners = batches.owner_codes(connection) if _is_authority(actor) else []
    answer = page(
        "imports.html",
        status,
        uploads=found,
        batches=done,
        layers=[LAYERS[key] for key in layers_from_files() if _is_authority(actor) or is_owned(LAYERS[key])],
        all_layers=LAYERS,
        owners=owners,
        profiles=profiles,
        states=STATES,
        reasons=REASONS,
        may_import=_may(actor),
        limit_mb=max(1, get_settings().upload.limit_kb // 1024),
        trouble=trouble,
        csrf_token=_token(known),
        actor=known.actor,
    )
    answer.headers["Vary"] = "Accept"
    return answer


def shown(
    request: Request, known: Visitor, number: int, trouble: GisregError | None = None, status: int = 200
) -> Response:
    """Return the page of one upload."""
    if known.actor is None:
        return RedirectResponse(sign_in_address(request), 303)
    with transaction(actor=known.actor) as connection:
        found = uploads.find(connection, number)
    layer = LAYERS[found.layer]
    answer = page(
        "import.html",
        status,
        upload=found,
        report=dict.fromkeys(_PARTS) | (found.report or {}),
        options=found.options,
        constants="\n".join(f"{name}={value}" for name, value in found.options["constants"].items()),
        columns=_columns(found.report or {}, found.options["columns"]),
        layer=layer,
        fields=mappable(layer),
        encodings=ENCODINGS,
        states=STATES,
        reasons=REASONS,
        refused=refused_words(found.report or {}),
        rejected=[kind for kind in ("xlsx", "gpkg") if found.rejected(kind) is not None],
        is_open=found.state in uploads.OPEN and _may(known.actor),
        works=found.state in ("waiting", "confirmed"),
        trouble=trouble,
        csrf_token=_token(known),
        actor=known.actor,
    )
    answer.headers["Vary"] = "Accept"
    return answer


def _columns(report: dict[str, Any], stated: dict[str, str]) -> list[dict[str, str]]:
    """Return name, what it is now and what was stated of each column, the mapped ones first."""
    now = dict(report.get("columns") or {})
    now |= dict.fromkeys(report.get("own_columns") or [], "own")
    now |= dict.fromkeys(report.get("dropped") or [], "drop")
    now |= {name: what for name, what in stated.items() if name not in now}
    likely = {one["column"]: one["field"] for one in report.get("proposals") or []}
    return [
        {"name": name, "now": what, "stated": stated.get(name, ""), "likely": likely.get(name, "")}
        for name, what in now.items()
    ]


class Person:
    """Who is signed in with a browser and may change something."""

    def __init__(self, request: Request, known: Known) -> None:
        """Take the visitor of a request. Raises NotSignedInError, ForbiddenError."""
        if known.session is None:
            raise NotSignedInError("Imports need a signed-in person.", hint="Sign in at /sign-in.")
        self.actor = writer_of(request, known, check_csrf=False)
        self.known = known
        self.session = known.session


@router.post("/{number}/page", response_class=Response)
def decide(
    request: Request,
    number: Number,
    person: Annotated[Person, Depends(Person)],
    csrf_token: Text,
    decision: Text,
    version: Annotated[int, Form(ge=1, lt=2**31)],
    guess: Text = "",
    crs: Text = "",
    coordinates: Text = "",
    encoding: Text = "",
    source_layer: Text = "",
    sheet: Text = "",
    valid_from: Text = "",
    constants: Text = "",
    column: Names = [],  # noqa: B006 - FastAPI copies the default of a form field
    field: Names = [],  # noqa: B006
    accept_damaged: bool = Form(False),
    repair: bool = Form(False),
) -> Response:
    """Try again as the form says, confirm what was tried, or give up; then show the page again."""
    require_csrf(person.session, csrf_token)
    with transaction(actor=person.actor) as connection:
        before = uploads.find(connection, number)
    if guess:
        crs, _, coordinates = guess.partition("|")
    said = {
        "crs": crs, "coordinates": coordinates, "encoding": encoding, "source_layer": source_layer,
        "sheet": sheet, "valid_from": valid_from,
    }  # fmt: skip
    try:
        if decision == "cancel":
            deciding.give_up(person.actor, number, version=version)
            return RedirectResponse("/imports", 303)
        chosen = before.choices.model_validate(
            before.options
            | {name: value.strip() or None for name, value in said.items()}
            | {
                "accept_damaged": accept_damaged,
                "repair": repair,
                "constants": _constants(constants),
                "columns": {name: what for name, what in zip(column, field, strict=False) if what},
            }
        )
        # What was changed in the form has not been tried: it is looked at first.
        if decision in ("confirm", "confirm_valid") and not guess and chosen == before.choices:
            deciding.confirm(person.actor, number, accept_valid=decision == "confirm_valid", version=version)
        else:
            deciding.look(person.actor, number, chosen, version=version)
    except ValidationError as error:
        fault = error.errors()[0]
        where = ".".join(map(str, fault["loc"]))
        told = GisregError(f"{where}: {fault['msg']}.", hint="Correct it in the form.")
        return shown(request, person.known, number, told, 422)
    except GisregError as error:
        return shown(request, person.known, number, error, 409)
    return RedirectResponse(f"/imports/{number}", 303)


@router.post("/undo", response_class=Response)
def undo(
    request: Request,
    person: Annotated[Person, Depends(Person)],
    csrf_token: Text,
    batch: Annotated[int, Form(ge=1, lt=2**63)],
) -> Response:
    """Undo an import, then show the list again."""
    require_csrf(person.session, csrf_token)
    try:
        deciding.take_back(person.actor, batch)
    except GisregError as error:
        return overview(request, person.known, error, 409)
    return RedirectResponse("/imports", 303)


def _constants(text: str) -> dict[str, str]:
    found = {}
    for line in filter(str.strip, text.splitlines()):
        parts = _LINE.match(line)
        if parts is None:
            raise GisregError(
                f"{line!r} is no `field=value`.", hint="Write one a line, such as kind=telecom."
            )
        found[parts[1]] = parts[2]
    return found


def _token(known: Visitor) -> str:
    return csrf_token(known.session) if known.session else ""


def _is_authority(actor: Actor) -> bool:
    return PersonRole.AUTHORITY in actor.roles


def _may(actor: Actor) -> bool:
    return actor.true is None and bool(actor.roles & {PersonRole.ENGINEER, PersonRole.AUTHORITY})
