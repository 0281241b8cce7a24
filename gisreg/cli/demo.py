"""`gisreg demo ...`: the demo town on a private cluster, served; or checked once and stopped."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

import typer

from gisreg.cli import service
from gisreg.cli.demo_build import build
from gisreg.cli.probe import probe
from gisreg.cli.progress import progress_bar
from gisreg.database.address import private_cluster
from gisreg.database.connection import dispose_engines
from gisreg.errors import GisregError
from gisreg.said import both
from gisreg.settings import get_settings

app = typer.Typer(no_args_is_help=True, help="The demo town: build, serve, check.")
app.command()(build)


@app.command()
def up() -> None:
    """Build the demo town where there is none, and serve it until Ctrl-C."""
    began = time.monotonic()
    server = get_settings().server
    service.require_free(server.host, server.port)
    with _town(), service.working(), service.running(server.host, server.port) as process:
        address = f"http://{server.host}:{server.port}"
        typer.echo(f"Ready after {time.monotonic() - began:.1f} s. Ctrl-C stops it.")
        for path, what in (
            ("/", "Trang đầu / start"),
            ("/maps/overview", "Bản đồ tổng quan / overview map"),
            ("/api", "Giao diện lập trình / API description"),
        ):
            typer.echo(f"  {address}{path:<16} {what}")
        _print_accounts()
        try:
            ended = process.wait()
        except KeyboardInterrupt:
            typer.echo("Stopping.")
        else:
            raise GisregError(
                both(
                    f"Dịch vụ tự kết thúc với mã thoát {ended}.",
                    f"The service ended by itself with exit code {ended}.",
                ),
                hint=both("Xem thông báo ở trên.", "See above."),
            )


@app.command()
def check() -> None:
    """Serve the demo town on a free port, ask for health, map and tile, stop; exit 1 when wrong."""
    from gisreg.demo.accounts import short_key

    host = "127.0.0.1"
    port = service.free_port(host)
    with _town(), service.running(host, port):
        findings = list(probe(host, port, short_key()))
        for finding in findings:
            typer.echo(f"{'ok  ' if finding.good else 'FAIL'} {finding.path}: {finding.text}")
    if not all(finding.good for finding in findings):
        raise typer.Exit(1)


def _print_accounts() -> None:
    from gisreg.demo.accounts import ACCOUNTS, accounts_file, read_passwords

    known = read_passwords()
    typer.echo(f"Tài khoản minh hoạ / demo accounts (kept in {accounts_file()}):")
    for account in ACCOUNTS:
        word = known.get(account.login, "(gisreg user password --generate)")
        typer.echo(f"  {account.login:<18} {word:<22} {account.name}")


@contextmanager
def _town() -> Iterator[None]:
    """Have the database with the demo town inside the block; stop the cluster if this started it."""
    from gisreg.database.migrate import upgrade
    from gisreg.database.provision import provision, provision_cluster
    from gisreg.demo.build import ensure_built

    cluster = private_cluster() if get_settings().database.url is None else None
    started = cluster is not None and not cluster.status().running
    if cluster is not None:
        typer.echo(f"Database: {cluster.home.root}")
        cluster.start()
    try:
        if cluster is not None:
            provision_cluster(cluster)
        else:
            provision()
        upgrade()
        with progress_bar() as say:
            ensure_built(say)
        yield
    finally:
        dispose_engines()
        if cluster is not None and started:
            cluster.stop()
