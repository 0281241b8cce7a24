"""`gisreg demo build`: the demo town, made up or along the streets of a file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from gisreg.cli.progress import progress_bar


def build(
    seed: Annotated[int, typer.Option(min=0, help="The same seed gives the same town.")] = 2026,
    streets: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Lay the network along these streets (.osm.pbf, .gpkg, .geojson)."),
    ] = None,
    admin: Annotated[Path | None, typer.Option(metavar="FILE", help="Wards, with --streets.")] = None,
    zones: Annotated[Path | None, typer.Option(metavar="FILE", help="Zones, with --streets.")] = None,
    poles: Annotated[int, typer.Option(min=1, help="How many poles.")] = 6000,
    cables: Annotated[int, typer.Option(min=1, help="How many cables.")] = 1500,
    towers: Annotated[int, typer.Option(min=1, help="How many towers.")] = 60,
    replace: Annotated[
        bool, typer.Option("--replace", help="Throw away the demo town there is, people and keys too.")
    ] = False,
) -> None:
    """Build the demo town in the database of this instance. All of it is generated data."""
    # Imported here: the geometry libraries take a moment, and `gisreg --help` should not wait.
    from gisreg.demo.build import build as build_town

    with progress_bar() as say:
        report = build_town(seed, streets, admin, zones, poles, cables, towers, say, replace)
    rows = report.rows
    typer.echo(
        f"Built (generated data): {rows['street']} streets, {rows['pole']} poles, {rows['cable']} cables, "
        f"{rows['tower']} towers, {report.segments} segments, {report.findings} findings."
    )
    if rows["pole"] < poles:
        typer.echo(f"The streets had room for {rows['pole']} of {poles} poles.", err=True)
