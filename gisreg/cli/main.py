"""Assemble `gisreg ...` from the registry's own groups and those that later rooms bring."""

from __future__ import annotations

import gc
import sys
from importlib.metadata import EntryPoint, entry_points
from typing import NoReturn

import psycopg2.errors
import typer
from rich.console import Console
from rich.markup import escape

from gisreg import __version__
from gisreg.errors import GisregError, UsageError
from gisreg.said import both

app = typer.Typer(
    name="gisreg",
    no_args_is_help=True,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    help="Registry of telecom poles, towers and overhead cables: map, flag, share, tidy.",
)

_ENTRY_POINTS = "gisreg.commands"
OWN_GROUPS: dict[str, str] = {
    "alert": "gisreg.cli.alert:app",
    "checkin": "gisreg.cli.working_copy:checkin_app",
    "checkout": "gisreg.cli.working_copy:checkout_app",
    "contact": "gisreg.cli.contact:app",
    "db": "gisreg.cli.db:app",
    "dead-cable": "gisreg.cli.dead_cable:app",
    "demo": "gisreg.cli.demo:app",
    "doctor": "gisreg.cli.doctor:app",
    "export": "gisreg.cli.exporting:app",
    "findings": "gisreg.cli.findings:app",
    "flag": "gisreg.cli.flag:app",
    "history": "gisreg.cli.history:app",
    "import": "gisreg.cli.importing:app",
    "jobs": "gisreg.cli.jobs:app",
    "key": "gisreg.cli.key:app",
    "match": "gisreg.cli.match:app",
    "measure-next": "gisreg.cli.measure_next:app",
    "network": "gisreg.cli.network:app",
    "organisation": "gisreg.cli.organisation:app",
    "proposal": "gisreg.cli.proposal:app",
    "sharing": "gisreg.cli.sharing:app",
    "threshold": "gisreg.cli.threshold:app",
    "tidying": "gisreg.cli.tidying:app",
    "user": "gisreg.cli.user:app",
    "waiver": "gisreg.cli.waiver:app",
    "why": "gisreg.cli.why:app",
    "zone": "gisreg.cli.zone:app",
}


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(__version__)
        raise typer.Exit


@app.callback()
def root(
    version: bool = typer.Option(
        False, "--version", callback=_version, is_eager=True, help="Print the version and stop."
    ),
) -> None:
    """Registry of telecom poles, towers and overhead cables: map, flag, share, tidy."""


def command_groups() -> dict[str, EntryPoint]:
    """Return every command group by name: the registry's own, and the entry points `gisreg.commands`."""
    own = [EntryPoint(name, target, _ENTRY_POINTS) for name, target in OWN_GROUPS.items()]
    return {point.name: point for point in (*entry_points(group=_ENTRY_POINTS), *own)}


def assemble(wanted: str | None = None) -> typer.Typer:
    """Return the application with the group called `wanted`, or with all of them.

    Only what is called is imported, so that `gisreg db status` does not wait for the map libraries.
    Raises UsageError when the wanted group cannot be imported.
    """
    groups = command_groups()
    for name in [wanted] if wanted in groups else sorted(groups):
        try:
            app.add_typer(groups[name].load(), name=name)
        except ImportError as error:
            if name == wanted:
                raise UsageError(
                    both(
                        f"Không nạp được lệnh `{name}`: {error}.",
                        f"The command `{name}` cannot be loaded: {error}.",
                    ),
                    hint=both(
                        "Hãy cài phần còn thiếu: scripts/bootstrap", "Install what lacks: scripts/bootstrap"
                    ),
                ) from error
            print(f"gisreg: the command `{name}` is not available: {error}", file=sys.stderr)
    return app


def run() -> None:
    """Run the command line; a mistake of the user prints one sentence and exits with 2."""
    try:
        # What is loaded stays to the end: looking through it for garbage takes a fifth of a second.
        gc.disable()
        command = assemble(sys.argv[1] if len(sys.argv) > 1 else None)
        gc.freeze()
        gc.enable()
        command()
    except GisregError as error:
        _tell(error)
    except psycopg2.errors.QueryCanceled:
        _tell(
            GisregError(
                both(
                    "Cơ sở dữ liệu mất quá nhiều thời gian cho việc này.",
                    "The database took too long for this.",
                ),
                hint=both(
                    "Hãy hỏi ít hơn (một khu vực, một tuyến đường, một khung), hoặc tăng "
                    "GISREG_DATABASE_STATEMENT_TIMEOUT_MS.",
                    "Ask for less (a zone, a street, a box), or raise GISREG_DATABASE_STATEMENT_TIMEOUT_MS.",
                ),
            )
        )
    except ValueError as error:
        # Loading what can tell of settings takes time that only a wrong one is worth.
        from gisreg.settings_faults import refusal

        refused = refusal(error)
        if refused is None:
            raise
        _tell(refused)
    except (
        psycopg2.errors.UndefinedTable,
        psycopg2.errors.UndefinedFunction,
        psycopg2.errors.UndefinedColumn,
    ):
        if is_current():
            raise
        _tell(
            GisregError(
                both(
                    "Cơ sở dữ liệu chưa có lược đồ của phiên bản này.",
                    "The database has no schema of this version yet.",
                ),
                hint=both("Hãy chạy: gisreg db migrate", "Run: gisreg db migrate"),
            )
        )


def _tell(error: GisregError) -> NoReturn:
    console = Console(stderr=True, soft_wrap=True, highlight=False)
    console.print(f"[bold red]lỗi[/]: {escape(error.said.vi)}")
    if error.advice:
        console.print(f"[dim]cách xử lý[/]: {escape(error.advice.vi)}")
    console.print(f"[bold red]error[/]: {escape(error.said.en)}")
    if error.advice:
        console.print(f"[dim]what to do[/]: {escape(error.advice.en)}")
    sys.exit(2)


def is_current() -> bool:
    """Tell whether the database was migrated to what this program knows."""
    from gisreg.database.migrate import current, head

    return current() == head()


if __name__ == "__main__":
    run()
