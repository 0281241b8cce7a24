"""`gisreg measure-next`: the poles and spans whose measurement decides most, in walking order."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from gisreg.access.actor import operator
from gisreg.cli.table import show
from gisreg.database.connection import transaction
from gisreg.flagging.measure_next import measure_next as find

app = typer.Typer(help="What to measure next, as a list to walk along.")


@app.callback(invoke_without_command=True)
def measure_next(
    zone: Annotated[str | None, typer.Option(help="Code of a zone; all that ask for tidying.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=500, help="How many stops at most.")] = 50,
    as_geojson: Annotated[bool, typer.Option("--json", help="Print GeoJSON instead of a table.")] = False,
) -> None:
    """List the objects whose measurement decides most open questions, in the order in which to walk."""
    with transaction(actor=operator()) as connection:
        stops = find(connection, limit, zone)
    if as_geojson:
        features = [stop.feature(order) for order, stop in enumerate(stops, 1)]
        typer.echo(json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False))
        return
    show(
        (
            "",
            "Đối tượng / Object",
            "Đường / Street",
            "Cần đo / To measure",
            "Quy tắc / Rules",
            "Câu hỏi / Questions",
        ),
        (
            (
                order,
                f"{stop.layer} {stop.code or stop.id}",
                stop.street and (stop.street[2] or stop.street[1]),
                "; ".join(one["vi"] for one in stop.missing()),
                ", ".join(stop.rules),
                stop.questions,
            )
            for order, stop in enumerate(stops, 1)
        ),
        right_from=5,
    )
