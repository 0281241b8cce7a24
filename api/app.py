"""The application: routers, errors, headers, static files."""

from __future__ import annotations

from importlib import resources

from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles

from api import problems
from api.attempts import Attempts
from api.request_id import RequestIdMiddleware
from api.routers import (
    collections,
    details,
    edits,
    exports,
    health,
    history,
    items,
    landing,
    maps,
    see_as,
    sharing,
    sign_in,
    tidying,
    tiles,
)
from gisreg import __version__

ROUTERS = (
    landing,
    collections,
    items,
    edits,
    tiles,
    details,
    maps,
    tidying,
    sharing,
    history,
    exports,
    sign_in,
    see_as,
    health,
)


def create_app() -> FastAPI:
    """Return the application. It opens no connection before the first request needs one."""
    app = FastAPI(
        title="gisreg",
        version=__version__,
        description="Registry of telecom poles, towers and overhead cables: map, flag, share, tidy.",
        # The stock pages load scripts from other hosts; the definition itself is at /api.
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
    )
    app.state.attempts = Attempts()
    for module in ROUTERS:
        app.include_router(module.router)
    static = resources.files("maps").joinpath("static")
    app.mount("/static", StaticFiles(directory=str(static), check_dir=False), name="static")
    problems.install(app)
    app.add_middleware(RequestIdMiddleware)
    return app
