"""The pages of imports: send a file, look at the trial, decide; the list of imports with undoing."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Path, Request
from fastapi.responses import RedirectResponse, Response

from api.import_form import ImportForm, lines, value_lines
from api.import_words import STATES, question_words, refused_words
from api.pages import page
from api.problems import status_of
from api.routers.sign_in import sign_in_address
from api.visitor import SIGN_IN, Known, Visitor, require_csrf, writer_of
from gisreg.access.actor import Actor, PersonRole
from gisreg.access.sessions import csrf_token
from gisreg.database.connection import transaction
from gisreg.errors import GisregError, NotSignedInError, UsageError
from gisreg.importing import batches, deciding, uploads
from gisreg.importing.choices import Choices
from gisreg.importing.mapping import mappable
from gisreg.importing.question import ENCODINGS
from gisreg.importing.rights import is_owned
from gisreg.importing.run import layers_from_files
from gisreg.importing.tables.sheets import is_sheet
from gisreg.said import both
from gisreg.settings import get_settings
from layers import LAYERS

router = APIRouter(prefix="/imports", include_in_schema=False)

MOST = 30

_PARTS = (
    "error", "read", "new", "changed", "unchanged", "rejected", "changed_fields", "crs", "crs_operation",
    "places", "texts", "notes", "matched", "matched_count", "deleted", "deletions", "problems",
    "problem_count", "warnings",
)  # fmt: skip
"""What the page looks for in a report; a trial that was refused told little."""

CONFIRMING = ("confirm", "confirm_valid")

Text = Annotated[str, Form(max_length=10_000, pattern=r"^[^\x00]*$")]
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
    layer, chosen, report = LAYERS[found.layer], found.choices, found.report or {}
    answer = page(
        "import.html",
        status,
        upload=found,
        report=dict.fromkeys(_PARTS) | report,
        options=chosen,
        constants=lines(chosen.constants),
        units=lines(chosen.units),
        value_lines=value_lines(chosen.values),
        columns=_columns(report, chosen.columns),
        question=question_words(report),
        is_sheet=is_sheet(found.path),
        layer=layer,
        fields=mappable(layer),
        names={field.name: field.vi for field in layer.fields},
        encodings=ENCODINGS,
        states=STATES,
        refused=refused_words(report),
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
            raise NotSignedInError(
                both("Nhập dữ liệu cần đăng nhập.", "Imports need a signed-in person."),
                hint=SIGN_IN,
            )
        self.actor = writer_of(request, known, check_csrf=False)
        self.known = known
        self.session = known.session


@router.post("/{number}/page", response_class=Response)
def decide(
    request: Request,
    number: Number,
    person: Annotated[Person, Depends(Person)],
    form: Annotated[ImportForm, Form()],
) -> Response:
    """Try again as the form says, confirm what was tried, keep the mapping, or give up; show the page."""
    require_csrf(person.session, form.csrf_token)
    with transaction(actor=person.actor) as connection:
        before = uploads.find(connection, number)
    try:
        if form.decision == "cancel":
            deciding.give_up(person.actor, number, version=form.version)
            return RedirectResponse("/imports", 303)
        chosen = form.choices(before.choices)
        if form.decision == "keep":
            _keep(person.actor, before, chosen, form.profile_name)
        # What was changed in the form has not been tried: it is looked at first.
        elif form.decision in CONFIRMING and not form.is_new and chosen == before.choices:
            accept_valid = form.decision == "confirm_valid"
            deciding.confirm(person.actor, number, accept_valid=accept_valid, version=form.version)
        else:
            deciding.look(person.actor, number, chosen, version=form.version)
    except GisregError as error:
        return shown(request, person.known, number, error, status_of(error))
    return RedirectResponse(f"/imports/{number}", 303)


def _keep(actor: Actor, upload: uploads.Upload, chosen: Choices, name: str) -> None:
    """Keep how a file is read as a profile of its owner."""
    if upload.owner_id is None:
        raise UsageError(
            both("Chưa nêu bảng ghép cột này của đơn vị nào.", "It is not said whose mapping this is."),
            hint=both(
                "Gửi tệp kèm chủ sở hữu rồi mới lưu bảng ghép cột.",
                "Send the file with its owner, then keep the mapping.",
            ),
        )
    with transaction(actor=actor.because("mapping profile")) as connection:
        batches.save_profile(connection, upload.owner_id, name.strip(), chosen.as_profile())


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
        return overview(request, person.known, error, status_of(error))
    return RedirectResponse("/imports", 303)


def _token(known: Visitor) -> str:
    return csrf_token(known.session) if known.session else ""


def _is_authority(actor: Actor) -> bool:
    return PersonRole.AUTHORITY in actor.roles


def _may(actor: Actor) -> bool:
    return actor.true is None and bool(actor.roles & {PersonRole.ENGINEER, PersonRole.AUTHORITY})
