"""What follows from new data: cables tied to poles, segments flagged, counts for low zooms."""

from __future__ import annotations

import getpass
from collections.abc import Callable

import typer

from gisreg.cli.progress import progress_bar
from gisreg.database.connection import Actor, PgConnection, Role, transaction
from gisreg.flagging.partial import Objects, queries
from gisreg.flagging.run import RunReport, run
from gisreg.importing.follow import FLAGS, TENANTS, TIES
from gisreg.matching.propose import propose_around
from gisreg.sharing.occupancy import count_tenants
from gisreg.tiles.cells import refresh_stale
from gisreg.topology.build import TopologyReport, build
from gisreg.zones.rebuild import rebuild_stale


def tie() -> TopologyReport:
    """Tie all cables to poles and cut them, as the worker, with a progress bar."""
    with progress_bar() as say, transaction(Role.WORKER, Actor(getpass.getuser())) as connection:
        report = build(connection, say)
    _settle()
    typer.echo(
        f"network: {report.cables} cables on {report.supports} supports, {report.segments} segments "
        f"({report.fresh} new, {report.gone} gone, {report.changed} changed), "
        f"{report.crossings} street crossings."
    )
    return report


def flag(part: Callable[[PgConnection], Objects | None] | None = None) -> RunReport:
    """Look at everything by every rule as of today, as the worker; or at the part that a function names."""
    with transaction(Role.WORKER, Actor(getpass.getuser())) as connection:
        if not queries.begin_alone(connection):
            typer.echo("Another run is under way; this one waits for it.", err=True)
        report = run(connection, objects=part(connection) if part else None)
    _settle()
    typer.echo(
        f"flagging on {report.as_of}: {report.fresh} findings new, {report.gone} gone, "
        f"{report.changed} changed, {report.same} as before."
    )
    return report


def follow_up(layer: str, batch: int | None = None) -> None:
    """Do what follows from new or changed objects of a layer, which an import of this number wrote."""
    if layer in TIES:
        tie()
    with transaction(Role.WORKER, Actor(getpass.getuser())) as connection:
        rebuilt = rebuild_stale(connection)
    for zone in rebuilt:
        typer.echo(zone.told())
    if layer in FLAGS:
        flag()
    if layer == "pole" and batch is not None:
        _match(batch)
    if layer in TENANTS:
        with transaction(Role.WORKER) as connection:
            count_tenants(connection)
    _settle()


def _match(batch: int) -> None:
    """Propose which of the imported poles other organisations have, too; say so where there are any."""
    with transaction(Role.WORKER, Actor(getpass.getuser())) as connection:
        found = propose_around(connection, batch)
    if found is not None and found.pairs:
        typer.echo(
            f"same poles: {found.pairs} pairs in {found.groups} groups may be one pole of several "
            "organisations; see `gisreg match list` or /maps/matches."
        )


def _settle() -> None:
    with transaction(Role.OWNER) as connection, connection.cursor() as cursor:
        # Only their owner may tell the planner what is in the tables now.
        cursor.execute("ANALYZE registry.segment, registry.segment_state, registry.finding")
    with transaction(Role.WORKER) as connection:
        refresh_stale(connection)
