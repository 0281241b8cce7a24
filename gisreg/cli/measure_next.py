"""`gisreg measure-next`: the poles and spans whose measurement decides most, in walking order."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from gisreg.access.actor import operator
from gisreg.database.connection import transaction
from gisreg.flagging.measure_next import Stop
from gisreg.flagging.measure_next import measure_next as find
from layers import LAYERS

app = typer.Typer(help="What to measure next, as a list to walk along.")


@app.callback(invoke_without_command=True)
def measure_next(
    zone: Annotated[str | None, typer.Option(help="Code of a zone; all that ask for tidying.")] = None,
    bbox: Annotated[str | None, typer.Option(help="Only here: west,south,east,north in degrees.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=500, help="How many stops at most.")] = 50,
    as_geojson: Annotated[bool, typer.Option("--json", help="Print GeoJSON instead of a list.")] = False,
) -> None:
    """List the objects whose measurement decides most open questions, in the order in which to walk."""
    with transaction(actor=operator()) as connection:
        stops = find(connection, limit, zone, bbox)
    if as_geojson:
        features = [stop.feature(order) for order, stop in enumerate(stops, 1)]
        typer.echo(json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False))
        return
    street = None
    for order, stop in enumerate(stops, 1):
        if order == 1 or stop.street != street:
            street = stop.street
            typer.echo(f"\n{_street(stop)}")
        rules = ", ".join(one.rule for one in stop.asked)
        typer.echo(
            f"{order:>4}. {LAYERS[stop.layer].vi} {stop.name or stop.id}: {stop.questions} câu hỏi / "
            "questions"
            f" (hạng / rank {stop.rank}; {rules})"
        )
        for one in stop.measurements():
            typer.echo(f"      - {one['vi']} / {one['en']}")
    if not stops:
        typer.echo("Không còn gì phải đo / Nothing is left to measure.")


def _street(stop: Stop) -> str:
    if stop.street is None:
        return "Ngoài các tuyến đường / Along no street"
    return str(stop.street[2] or stop.street[1] or stop.street[0])
