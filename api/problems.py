"""Errors as RFC 9457 problem documents: one table from exception to HTTP status."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from typing import Any

import psycopg2
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from psycopg2 import errors as pg
from starlette.exceptions import HTTPException

from api.pages import page
from api.request_id import request_id
from gisreg import errors

STATUS: dict[type[Exception], int] = {
    errors.UsageError: 400,
    errors.NotSignedInError: 401,
    errors.ForbiddenError: 403,
    errors.NotFoundError: 404,
    errors.ConflictError: 409,
    errors.InUseError: 409,
    errors.StaleVersionError: 412,
    errors.InvalidInputError: 422,
    errors.VersionRequiredError: 428,
    errors.TooManyRequestsError: 429,
    errors.DatabaseUnavailableError: 503,
    errors.ProviderUnavailableError: 503,
    errors.BusyError: 503,
    errors.DeliveryError: 502,
    errors.ClusterError: 503,
    errors.GisregError: 500,
}
"""The status of an error is that of its nearest class in this table."""

RETRY_AFTER_S = 2
PROBLEM = "application/problem+json"
_KEPT = ("Retry-After", "WWW-Authenticate", "Allow")

_TITLES = {
    400: "Yêu cầu không hợp lệ / Bad request",
    401: "Cần đăng nhập / Sign-in needed",
    403: "Không được phép / Forbidden",
    404: "Không tìm thấy / Not found",
    405: "Phương thức không được hỗ trợ / Method not allowed",
    406: "Không có định dạng này / Not acceptable",
    409: "Xung đột dữ liệu / Conflict",
    412: "Đã có phiên bản mới hơn / Stale version",
    413: "Quá lớn / Too large",
    415: "Loại nội dung không được hỗ trợ / Unsupported media type",
    422: "Dữ liệu không hợp lệ / Invalid data",
    428: "Cần phiên bản đang sửa / Version required",
    429: "Quá nhiều yêu cầu / Too many requests",
    500: "Lỗi của hệ thống / Internal error",
    502: "Không chuyển đi được / Could not be delivered",
    503: "Tạm thời không phục vụ được / Temporarily unavailable",
}

log = logging.getLogger("gisreg.api")


def problem(
    status: int,
    code: str,
    detail: str,
    hint: str | None = None,
    headers: dict[str, str] | None = None,
    **more: Any,
) -> Response:
    """Return a problem document; `more` are extension members such as `errors` or `layers`."""
    document = {
        "type": f"urn:gisreg:problem:{code}",
        "title": _TITLES.get(status, "Lỗi / Error"),
        "status": status,
        "detail": detail,
        **({"hint": hint} if hint else {}),
        "request_id": request_id(),
        **more,
    }
    headers = dict(headers or {})
    if status == 503:
        headers.setdefault("Retry-After", str(RETRY_AFTER_S))
    if status == 401:
        headers["WWW-Authenticate"] = 'Bearer realm="gisreg"'
    headers["Cache-Control"] = "no-store"
    return Response(
        json.dumps(document, ensure_ascii=False, default=str),
        status_code=status,
        media_type=PROBLEM,
        headers=headers,
    )


def status_of(error: Exception) -> int:
    """Return the HTTP status of an error of ours."""
    return next(STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)


def install(app: FastAPI) -> None:
    """Answer every error of the application with a problem document, or a page where a person looks."""
    for kind, handler in (
        (errors.GisregError, _ours),
        (RequestValidationError, _validation),
        (HTTPException, _http),
        (psycopg2.Error, _database),
        (Exception, unexpected),
    ):
        app.add_exception_handler(kind, _for_people(handler))


def _for_people(
    handler: Callable[[Request, Exception], Response],
) -> Callable[[Request, Exception], Response]:
    """Return a handler whose problem document becomes a page where a browser shows it to a person."""

    def answer(request: Request, error: Exception) -> Response:
        made = handler(request, error)
        if made.media_type != PROBLEM or request.headers.get("sec-fetch-dest") != "document":
            return made
        shown = page("problem.html", made.status_code, problem={"hint": None} | json.loads(bytes(made.body)))
        shown.headers.update({name: made.headers[name] for name in _KEPT if name in made.headers})
        return shown

    return answer


def _ours(request: Request, error: Exception) -> Response:
    ours = error if isinstance(error, errors.GisregError) else errors.GisregError()
    wait = ours.detail.get("retry_after_s")
    headers = {} if wait is None else {"Retry-After": str(wait)}
    return problem(status_of(ours), ours.code, ours.message, ours.hint, headers, **ours.detail)


def _validation(request: Request, error: Exception) -> Response:
    found = error.errors() if isinstance(error, RequestValidationError) else []
    faults = [
        {"field": ".".join(str(part) for part in one["loc"][1:]) or str(one["loc"][0]), "message": one["msg"]}
        for one in found
    ]
    told = "; ".join(f"{one['field']}: {one['message']}" for one in faults)
    return problem(400, "usage", f"The request cannot be understood: {told}.", errors=faults)


def _http(request: Request, error: Exception) -> Response:
    if not isinstance(error, HTTPException):
        return unexpected(request, error)
    if 300 <= error.status_code < 400:
        return Response(status_code=error.status_code, headers=dict(error.headers or {}))
    if error.status_code == 413:
        return problem(413, "too-large", error.detail)
    code = "not-found" if error.status_code == 404 else "http"
    detail = f"{request.method} {request.url.path}: {error.detail}."
    hint = "The API is described at /api." if error.status_code in (404, 405) else None
    return problem(error.status_code, code, detail, hint, headers=dict(error.headers or {}))


def _database(request: Request, error: Exception) -> Response:
    if isinstance(error, pg.QueryCanceled):
        return problem(
            503, "too-slow", "The database took too long for this.", "Ask for less: a smaller area or page."
        )
    if isinstance(error, pg.InsufficientPrivilege):
        return problem(403, "forbidden", "You may not change this.", "Ask its owner, or the authority.")
    if isinstance(error, psycopg2.OperationalError | psycopg2.InterfaceError):
        return problem(503, "database-unavailable", "The database cannot be reached.", "Try again shortly.")
    if isinstance(error, psycopg2.DataError):
        return problem(400, "usage", "A value of the request lies outside what the database can hold.")
    return unexpected(request, error)


def unexpected(request: Request, error: Exception) -> Response:
    """Return what is answered to an error that nobody expected, and log it with its traceback."""
    log.error("unexpected error", exc_info=error, extra={"request_id": request_id()})
    return problem(
        500,
        "internal",
        "Something went wrong in gisreg itself.",
        "Tell the administrator the request_id; nothing was changed.",
    )
