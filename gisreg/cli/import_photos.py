"""`gisreg import photos FOLDER|ZIP`: photos matched to poles."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from gisreg.access.actor import operator
from gisreg.database.connection import Role, transaction
from gisreg.importing.batches import organisation_id
from gisreg.photos.bring import bring
from gisreg.photos.matching import WITHIN_M


class Visibility(StrEnum):
    """Who may see photos, beside those who may not see the pole anyway."""

    PUBLIC = "public"
    PARTNER = "partner"
    AGENCY = "agency"
    SECRET = "secret"  # noqa: S105 - a level, no password


def photos(
    source: Annotated[Path, typer.Argument(metavar="FOLDER|ZIP", help="Folder or ZIP of JPEG, PNG, WebP.")],
    owner: Annotated[str | None, typer.Option(help="Code of the organisation whose photos they are.")] = None,
    visibility: Annotated[Visibility, typer.Option(help="Who may see them.")] = Visibility.PARTNER,
    within: Annotated[float, typer.Option(min=1, max=100, help="Farthest pole, in metres.")] = WITHIN_M,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Match and report; keep nothing.")] = False,
) -> None:
    """Match photos to poles by the number in the name, else by position and time, and keep them."""
    with transaction(Role.WORKER, operator(f"photos from {source.name}")) as connection:
        owner_id = None if owner is None else organisation_id(connection, owner)
        report = bring(
            connection, source, owner_id, visibility=visibility.value, within_m=within, dry_run=dry_run
        )
    ways = ", ".join(f"{count} by {way}" for way, count in sorted(report.by.items()))
    typer.echo(
        f"{source.name}: {report.taken} photos {'would be ' if dry_run else ''}taken, {report.known} known "
        f"already{f' ({ways})' if ways else ''}; {len(report.unmatched)} without a pole, "
        f"{len(report.refused)} not readable."
    )
    for name, why in (*report.unmatched, *report.refused):
        typer.echo(f"  {name}: {why}")
    if report.refused and not report.taken + report.known:
        raise typer.Exit(2)
