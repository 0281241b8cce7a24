"""`gisreg map ...`: save a map as one file; list the licences of what pages load."""

from __future__ import annotations

import json
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer
from rich.console import Console
from rich.table import Table

from gisreg.access.actor import Actor, PersonRole, operator
from gisreg.database.connection import transaction
from gisreg.errors import UsageError
from gisreg.exporting.register import Asked, enter, note_made
from gisreg.exporting.trace import Trace
from gisreg.features.front import read_front
from gisreg.features.saved import features_by_layer
from gisreg.history.export import printed
from gisreg.said import both
from gisreg.settings import get_settings
from gisreg.tidying.progress import progress
from layers import LAYERS
from maps import assets, overview, sharing, survey, tidying
from maps.config import Bounds, Carrier, MapConfig, Text
from maps.standalone import OBJECT_LIMIT, save

app = typer.Typer(no_args_is_help=True, help="Maps: save one as a single file, list licences.")

AUDIENCES = {
    "overview": overview.build,
    "tidying": tidying.build,
    "sharing": sharing.build,
    "survey": survey.build,
}

Out = Annotated[Path, typer.Option("--out", help="The HTML file to write.")]
Area = Annotated[str | None, typer.Option("--bounds", help="west,south,east,north in degrees.")]
Zone = Annotated[str | None, typer.Option("--zone", help="Code of a zone: only what lies in it.")]


def parse_bounds(text: str | None) -> Bounds | None:
    """Return west, south, east, north from a comma-separated text.

    Raises:
        UsageError: these are not four numbers in the right order within the globe.
    """
    if text is None:
        return None
    hint = both(
        "Hãy viết tây,nam,đông,bắc theo độ, ví dụ 106.33,20.43,106.36,20.46.",
        "Write west,south,east,north in degrees, such as 106.33,20.43,106.36,20.46.",
    )
    try:
        west, south, east, north = (float(part) for part in text.split(","))
    except ValueError as error:
        raise UsageError(
            both(f"--bounds {text} không phải bốn số.", f"--bounds {text} is not four numbers."), hint=hint
        ) from error
    if not (-180 <= west < east <= 180 and -90 <= south < north <= 90):
        raise UsageError(
            both(f"--bounds {text} không phải một vùng.", f"--bounds {text} is not an area."), hint=hint
        )
    return west, south, east, north


def _save(audience: str, out: Path, bounds: str | None, zone: str | None) -> None:
    area = parse_bounds(bounds)
    settings = get_settings()
    now = datetime.now(ZoneInfo(settings.timezone))
    drawn = tuple(layer for layer in LAYERS.values() if layer.geometry is not None)
    # A file goes from hand to hand: no secret objects, whoever saves it.
    actor = Actor(operator().person, roles=frozenset({PersonRole.INSPECTOR}))
    with transaction(actor=actor) as connection:
        front = read_front(connection)
        features = features_by_layer(
            connection, drawn, bounds=area, zone=zone, limit=OBJECT_LIMIT, on_day=now.date()
        )
        rows = progress(connection, "ward")
    config = MapConfig(
        layers=drawn,
        # Areas reach far beyond what is in them: show the objects, not the whole province.
        bounds=area or (None if zone else front.bounds),
        generated=front.is_generated,
        attribution=(settings.region.agency_name_vi, *front.attribution),
        carriers=tuple(Carrier(number, name) for number, name in front.carriers),
        progress=tuple(rows),
    )
    asked = {name: [value] for name, value in (("bbox", bounds), ("zone", zone)) if value}
    count = sum(len(json.loads(one)["features"]) for one in features.values())
    by = operator()
    with transaction(actor=by) as connection:
        line = enter(connection, by, Asked(f"map {audience}", "html", 4326, asked), count)
    trace = Trace(line.number, line.person, line.organisation, now, audience, head=printed())
    text = save(
        AUDIENCES[audience],
        config,
        features,
        made_on=now,
        data_as_of=now,
        trace=(Text(trace.vi, trace.en), Text(trace.sealed, trace.sealed)),
    )
    content = text.encode()
    out.write_bytes(content)
    with transaction(actor=by) as connection:
        note_made(connection, by, line, count, len(content), sha256(content).hexdigest())
    typer.echo(f"{out}: {out.stat().st_size / 1e6:.1f} MB")


@app.command("overview")
def save_overview(out: Out, bounds: Area = None, zone: Zone = None) -> None:
    """Save the overview map as one HTML file."""
    _save("overview", out, bounds, zone)


@app.command("tidying")
def save_tidying(out: Out, bounds: Area = None, zone: Zone = None) -> None:
    """Save the inspectors' map as one HTML file."""
    _save("tidying", out, bounds, zone)


@app.command("sharing")
def save_sharing(out: Out, bounds: Area = None, zone: Zone = None) -> None:
    """Save the carriers' map as one HTML file."""
    _save("sharing", out, bounds, zone)


@app.command("survey")
def save_survey(out: Out, bounds: Area = None, zone: Zone = None) -> None:
    """Save the engineers' map as one HTML file."""
    _save("survey", out, bounds, zone)


@app.command("licences")
def list_licences() -> None:
    """List the third-party packages that map pages load, with version and licence."""
    table = Table("Package", "Version", "Licence", "Part of")
    for item in assets.licences():
        table.add_row(item.name, item.version, item.licence, item.compiled_into or "")
    Console().print(table)
