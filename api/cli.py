"""`gisreg serve`: run the service."""

from __future__ import annotations

import ipaddress
from typing import Annotated

import typer
import uvicorn

from gisreg import logs
from gisreg.errors import UsageError
from gisreg.said import both
from gisreg.secrets_check import require_real_secrets
from gisreg.settings import get_settings

app = typer.Typer(invoke_without_command=True)


def require_loopback(host: str) -> None:
    """Refuse to be reachable from other machines.

    Raises:
        UsageError: the host is no loopback address.
    """
    try:
        safe = host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        safe = False
    if not safe:
        raise UsageError(
            both(
                f"gisreg không nghe ở {host}: tự nó không có TLS nên mật khẩu có thể bị nghe lén.",
                f"gisreg does not listen on {host}: it speaks no TLS itself; passwords could be overheard.",
            ),
            hint=both(
                "Hãy nghe ở 127.0.0.1 (mặc định), sau một proxy có TLS hoặc đường hầm SSH.",
                "Listen on 127.0.0.1 (the default), behind a proxy with TLS or an SSH tunnel.",
            ),
        )


@app.callback()
def serve(
    host: Annotated[str | None, typer.Option(help="Loopback address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(min=1, max=65535, help="Port to listen on.")] = None,
) -> None:
    """Run the service on this machine until interrupted."""
    settings = get_settings()
    host = host or settings.server.host
    require_loopback(host)
    require_real_secrets(settings)
    logs.configure(settings.log)
    uvicorn.run(
        "api.app:create_app",
        factory=True,
        host=host,
        port=port or settings.server.port,
        server_header=False,
        log_config=None,
        access_log=False,
    )
