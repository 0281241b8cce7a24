"""`gisreg sharing ...`: who hangs where, and which masts could be one."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from gisreg.cli.table import show
from gisreg.database.connection import Role, transaction
from gisreg.sharing.candidates import candidates as find_candidates
from gisreg.sharing.occupancy import occupancy as read_occupancy

app = typer.Typer(no_args_is_help=True, help="Shared use: occupancy of poles, masts that could be one.")


@app.command()
def candidates(
    inner_m: Annotated[
        float | None, typer.Option(min=1, help="Radius inside the zones, metres; else the threshold's.")
    ] = None,
    outer_m: Annotated[
        float | None, typer.Option(min=1, help="Radius elsewhere, metres; else the threshold's.")
    ] = None,
) -> None:
    """List masts of different owners that stand so near that one would do, nearest first."""
    with transaction(Role.WORKER) as connection:
        found = json.loads(find_candidates(connection, inner_m=inner_m, outer_m=outer_m))["features"]
    show(
        ("mast", "owner", "mast", "owner", "apart m", "radius m"),
        (
            (
                p["a_code"],
                p["a_owner"],
                p["b_code"],
                p["b_owner"],
                f"{p['distance_m']:.0f}",
                f"{p['radius_m']:.0f}",
            )
            for p in (feature["properties"] for feature in found)
        ),
        right_from=4,
    )


@app.command()
def occupancy(pole_id: Annotated[int, typer.Argument(help="Id of a pole.")]) -> None:
    """List the cables on a pole by organisation, role, medium and state."""
    with transaction(Role.WORKER) as connection:
        rows = read_occupancy(connection, pole_id)
    names = ("organisation", "role", "medium", "state", "cables")
    show(names, ([row[name] for name in names] for row in rows), right_from=4)
