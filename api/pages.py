"""Pages that are no maps: templates (escaped by default) under a strict policy."""

from __future__ import annotations

from typing import Any

from fastapi import Request
from fastapi.responses import Response
from jinja2 import Environment, PackageLoader, StrictUndefined

from api.browser_name import browser_name
from api.policy import PAGE_POLICY
from gisreg.access.actor import title_of
from gisreg.clock import local
from gisreg.settings import get_settings

_UNITS = {"1": "", "d": "ngày / days", "month": "tháng / months", "deg": "°"}
"""How people write units that are no signs of the SI."""

_templates = Environment(loader=PackageLoader("api"), autoescape=True, undefined=StrictUndefined)
_templates.filters["moment"] = lambda moment: f"{local(moment):%H:%M %d/%m/%Y}"
_templates.filters["day"] = lambda moment: f"{local(moment):%d/%m/%Y}"
_templates.filters["figure"] = lambda value: f"{value:.6g}".replace(".", ",")
_templates.filters["whole"] = lambda value: f"{value:,.0f}".replace(",", ".")
_templates.filters["change"] = lambda value: f"{round(value):+,}".replace(",", ".") if round(value) else "0"
_templates.filters["pairs"] = lambda titles: [(key, f"{vi} / {en}") for key, (vi, en) in titles.items()]
_templates.filters["codes"] = lambda rows: [(code, f"{code} · {name}") for code, name in rows]
_templates.filters["codelist"] = lambda codes: [(code.value, f"{code.vi} / {code.en}") for code in codes]
_templates.filters["merge"] = lambda one, other: {**one, **other}
_templates.filters["unit"] = lambda unit: _UNITS.get(unit, unit)
_templates.filters["browser_name"] = browser_name
_templates.filters["role_title"] = title_of


def page(name: str, status: int = 200, **values: Any) -> Response:
    """Return a page made of a template; nobody keeps it."""
    html = _templates.get_template(name).render(region=get_settings().region, **values)
    return Response(
        html.encode(),
        status,
        media_type="text/html; charset=utf-8",
        headers={"Content-Security-Policy": PAGE_POLICY, "Cache-Control": "no-store"},
    )


def wants_page(request: Request) -> bool:
    """Tell whether a browser asks for a page rather than a program for JSON (`f=json` always is one)."""
    return "f" not in request.query_params and "text/html" in request.headers.get("accept", "")


def local_path(given: str | None) -> str:
    """Return a path of this service to go on to; anything that could lead elsewhere becomes the start."""
    if not given or not given.startswith("/") or len(given) > 2_000:
        return "/"
    # Browsers read // and /\ as another host, and drop control characters before they look.
    if given[1:2] in ("/", "\\") or any(ord(letter) < 33 or ord(letter) == 127 for letter in given):
        return "/"
    return given
