"""The application: routers, errors, headers, static files."""

from __future__ import annotations

from importlib import resources

from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles

from api import problems
from api.admission import AdmissionMiddleware, with_threads
from api.body_limit import BodyLimitMiddleware
from api.kinds import KindMiddleware
from api.limits import RateLimits
from api.request_id import RequestIdMiddleware
from api.request_log import RequestLogMiddleware
from api.routers import (
    account,
    alerts,
    collections,
    contacts,
    dead_cable_pages,
    dead_cables,
    details,
    edits,
    exports,
    flagging,
    health,
    history,
    import_pages,
    imports,
    items,
    landing,
    maps,
    matches,
    people,
    photos,
    proposal_page,
    proposals,
    see_as,
    sharing,
    sign_in,
    sign_in_oidc,
    steering,
    threshold_pages,
    tidying,
    tiles,
    what_if,
    what_if_page,
    why_page,
    zone_pages,
    zones,
)
from gisreg import __version__
from gisreg.access.oidc_provider import Provider
from gisreg.secrets_check import require_real_secrets
from gisreg.settings import get_settings

ROUTERS = (
    landing,
    collections,
    items,
    edits,
    tiles,
    details,
    maps,
    flagging,
    why_page,
    steering,
    threshold_pages,
    what_if,
    what_if_page,
    tidying,
    dead_cables,
    dead_cable_pages,
    sharing,
    proposals,
    proposal_page,
    matches,
    contacts,
    alerts,
    history,
    exports,
    imports,
    import_pages,
    photos,
    zones,
    zone_pages,
    sign_in,
    see_as,
    sign_in_oidc,
    account,
    people,
    health,
)


def create_app() -> FastAPI:
    """Return the application. It opens no connection before the first request needs one.

    Raises:
        UsageError: a secret of the settings is one that everybody knows.
    """
    app = FastAPI(
        title="gisreg",
        version=__version__,
        description="Registry of telecom poles, towers and overhead cables: map, flag, share, tidy.",
        # The stock pages load scripts from other hosts; the definition itself is at /api.
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        lifespan=with_threads,
    )
    settings = get_settings()
    require_real_secrets(settings)
    app.state.limits = RateLimits()
    app.state.provider = Provider(settings.oidc) if settings.oidc.issuer else None
    for module in ROUTERS:
        app.include_router(module.router)
    static = resources.files("maps").joinpath("static")
    app.mount("/static", StaticFiles(directory=str(static), check_dir=False), name="static")
    problems.install(app)
    # Each round those before it.
    app.add_middleware(BodyLimitMiddleware)
    app.add_middleware(KindMiddleware)
    app.add_middleware(AdmissionMiddleware, most=settings.server.max_requests)
    app.add_middleware(RequestLogMiddleware)
    app.add_middleware(RequestIdMiddleware)
    return app
