"""Errors as RFC 9457 problem documents: one table from exception to HTTP status."""

from __future__ import annotations

import json
import logging
from typing import Any

import psycopg2
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from psycopg2 import errors as pg
from starlette.exceptions import HTTPException

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
    errors.TooManyAttemptsError: 429,
    errors.DatabaseUnavailableError: 503,
    errors.BusyError: 503,
    errors.DeliveryError: 502,
    errors.ClusterError: 503,
    errors.GisregError: 500,
}
"""The status of an error is that of its nearest class in this table."""

RETRY_AFTER_S = 2

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
    429: "Quá nhiều lần thử / Too many attempts",
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
        headers["Retry-After"] = str(RETRY_AFTER_S)
    if status == 401:
        headers["WWW-Authenticate"] = 'Bearer realm="gisreg"'
    headers["Cache-Control"] = "no-store"
    return Response(
        json.dumps(document, ensure_ascii=False, default=str),
        status_code=status,
        media_type="application/problem+json",
        headers=headers,
    )


def status_of(error: Exception) -> int:
    """Return the HTTP status of an error of ours."""
    return next(STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)


def install(app: FastAPI) -> None:
    """Answer every error of the application with a problem document."""
    app.add_exception_handler(errors.GisregError, _ours)
    app.add_exception_handler(RequestValidationError, _validation)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(psycopg2.Error, _database)
    app.add_exception_handler(Exception, _unexpected)


def _ours(request: Request, error: Exception) -> Response:
    ours = error if isinstance(error, errors.GisregError) else errors.GisregError()
    return problem(status_of(ours), ours.code, ours.message, ours.hint, **ours.detail)


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
        return _unexpected(request, error)
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
    return _unexpected(request, error)


def _unexpected(request: Request, error: Exception) -> Response:
    log.error("%s %s failed (request %s)", request.method, request.url.path, request_id(), exc_info=error)
    return problem(
        500,
        "internal",
        "Something went wrong in gisreg itself.",
        "Tell the administrator the request_id; nothing was changed.",
    )
