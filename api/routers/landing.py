"""OGC API: landing page, conformance, API definition."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import JSONResponse, Response

from api.answers import json_only, link
from api.pages import page, wants_page
from api.routers.maps import map_links
from api.visitor import Known
from gisreg import __version__
from gisreg.access.sessions import csrf_token
from gisreg.settings import get_settings

OPENAPI = "application/vnd.oai.openapi+json;version=3.1"
CONFORMANCE = (
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/geojson",
    "http://www.opengis.net/spec/ogcapi-common-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-common-2/1.0/conf/collections",
    "http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/queryables",
    "http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/queryables-query-parameters",
    "http://www.opengis.net/spec/ogcapi-features-4/1.0/conf/create-replace-delete",
    "http://www.opengis.net/spec/ogcapi-features-4/1.0/conf/optimistic-locking-etags",
)

router = APIRouter(tags=["service"])


@router.get("/", response_model=None, dependencies=[Depends(json_only)])
def landing(request: Request, known: Known) -> dict[str, Any] | Response:
    """Return what this service is and where its parts are; browsers get the page of maps."""
    if wants_page(request):
        token = csrf_token(known.session) if known.session else ""
        answer = page("landing.html", actor=known.actor, maps=map_links(known.actor), csrf_token=token)
        answer.headers["Vary"] = "Accept"
        return answer
    region = get_settings().region
    return {
        "title": f"gisreg - {region.province_name}",
        "description": "Registry of telecom poles, towers and overhead cables: map, flag, share, tidy.",
        "attribution": f"{region.agency_name_vi} / {region.agency_name_en}",
        "version": __version__,
        "links": [
            link(request, "/", "self", title="This document"),
            link(request, "/api", "service-desc", OPENAPI, "The API as OpenAPI 3.1"),
            link(request, "/conformance", "conformance", title="Conformance classes"),
            link(request, "/collections", "data", title="Collections"),
        ],
    }


@router.get("/conformance", dependencies=[Depends(json_only)])
def conformance() -> dict[str, list[str]]:
    """Return the classes of the OGC standards that the service follows."""
    return {"conformsTo": list(CONFORMANCE)}


@router.get("/openapi.json", include_in_schema=False)
@router.get("/api", include_in_schema=False)
def definition(request: Request) -> JSONResponse:
    """Return the API as OpenAPI 3.1."""
    return JSONResponse(request.app.openapi(), media_type=OPENAPI)
