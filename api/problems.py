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

from api.faults import field_of
from api.pages import page
from api.request_id import request_id
from api.too_large import TooLargeError
from gisreg import errors
from gisreg.faults import said_of
from gisreg.said import Said, both

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

_FAILURES: tuple[tuple[tuple[type[Exception], ...], int, str, Said, Said | None], ...] = (
    (
        (pg.QueryCanceled,),
        503,
        "too-slow",
        both("Cơ sở dữ liệu mất quá nhiều thời gian cho việc này.", "The database took too long for this."),
        both("Hãy hỏi ít hơn: vùng hoặc trang nhỏ hơn.", "Ask for less: a smaller area or page."),
    ),
    (
        (pg.InsufficientPrivilege,),
        403,
        "forbidden",
        both("Tài khoản này không được sửa đối tượng đó.", "You may not change this."),
        both("Hãy hỏi chủ sở hữu hoặc cơ quan quản lý.", "Ask its owner, or the authority."),
    ),
    (
        (psycopg2.OperationalError, psycopg2.InterfaceError),
        503,
        "database-unavailable",
        both("Không kết nối được với cơ sở dữ liệu.", "The database cannot be reached."),
        both("Hãy thử lại sau ít phút.", "Try again shortly."),
    ),
    (
        (psycopg2.DataError,),
        400,
        "usage",
        both(
            "Có giá trị trong yêu cầu nằm ngoài khả năng lưu của cơ sở dữ liệu.",
            "A value of the request lies outside what the database can hold.",
        ),
        None,
    ),
)
"""What the driver's errors are to the outside: the first row whose class fits."""

RETRY_AFTER_S = 2
PROBLEM = "application/problem+json"
_KEPT = ("Retry-After", "WWW-Authenticate", "Allow")

_TITLES = {
    400: both("Yêu cầu không hợp lệ", "Bad request"),
    401: both("Cần đăng nhập", "Sign-in needed"),
    403: both("Không được phép", "Forbidden"),
    404: both("Không tìm thấy", "Not found"),
    405: both("Phương thức không được hỗ trợ", "Method not allowed"),
    406: both("Không có định dạng này", "Not acceptable"),
    409: both("Xung đột dữ liệu", "Conflict"),
    412: both("Đã có phiên bản mới hơn", "Stale version"),
    413: both("Quá lớn", "Too large"),
    415: both("Loại nội dung không được hỗ trợ", "Unsupported media type"),
    422: both("Dữ liệu không hợp lệ", "Invalid data"),
    428: both("Cần phiên bản đang sửa", "Version required"),
    429: both("Quá nhiều yêu cầu", "Too many requests"),
    500: both("Lỗi của hệ thống", "Internal error"),
    502: both("Không chuyển đi được", "Could not be delivered"),
    503: both("Tạm thời không phục vụ được", "Temporarily unavailable"),
}

_ERROR = both("Lỗi", "Error")
_API = both("Giao diện lập trình được mô tả ở /api.", "The API is described at /api.")

log = logging.getLogger("gisreg.api")


def problem(
    status: int,
    code: str,
    detail: Said,
    hint: Said | None = None,
    headers: dict[str, str] | None = None,
    **more: Any,
) -> Response:
    """Return a problem document; `more` are extension members such as `errors` or `layers`.

    `detail` and `hint` are in English, `detail_vi` and `hint_vi` say the same in Vietnamese.
    """
    document = {
        "type": f"urn:gisreg:problem:{code}",
        "title": str(_TITLES.get(status, _ERROR)),
        "status": status,
        "detail": detail.en,
        "detail_vi": detail.vi,
        **({"hint": hint.en, "hint_vi": hint.vi} if hint else {}),
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
        (TooLargeError, _too_large),
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
        shown = page(
            "problem.html",
            made.status_code,
            problem={"hint": None, "hint_vi": None} | json.loads(bytes(made.body)),
        )
        shown.headers.update({name: made.headers[name] for name in _KEPT if name in made.headers})
        return shown

    return answer


def _ours(request: Request, error: Exception) -> Response:
    ours = error if isinstance(error, errors.GisregError) else errors.GisregError()
    wait = ours.detail.get("retry_after_s")
    headers = {} if wait is None else {"Retry-After": str(wait)}
    return problem(status_of(ours), ours.code, ours.said, ours.advice, headers, **ours.detail)


def _validation(request: Request, error: Exception) -> Response:
    found = error.errors() if isinstance(error, RequestValidationError) else []
    faults = [(field_of(one), said_of(one)) for one in found]
    return problem(
        400,
        "usage",
        both(
            f"Không hiểu được yêu cầu này: {'; '.join(f'{name}: {one.vi}' for name, one in faults)}.",
            f"The request cannot be understood: {'; '.join(f'{name}: {one.en}' for name, one in faults)}.",
        ),
        errors=[{"field": name, "message": one.en, "message_vi": one.vi} for name, one in faults],
    )


def _http(request: Request, error: Exception) -> Response:
    if not isinstance(error, HTTPException):
        return unexpected(request, error)
    if 300 <= error.status_code < 400:
        return Response(status_code=error.status_code, headers=dict(error.headers or {}))
    code = "not-found" if error.status_code == 404 else "http"
    said = both(
        f"{request.method} {request.url.path}: {_TITLES.get(error.status_code, _ERROR).vi}.",
        f"{request.method} {request.url.path}: {error.detail}.",
    )
    hint = _API if error.status_code in (404, 405) else None
    return problem(error.status_code, code, said, hint, headers=dict(error.headers or {}))


def _too_large(request: Request, error: Exception) -> Response:
    if not isinstance(error, TooLargeError):
        return unexpected(request, error)
    return problem(413, "too-large", error.said, error.advice)


def _database(request: Request, error: Exception) -> Response:
    for kinds, status, code, said, hint in _FAILURES:
        if isinstance(error, kinds):
            return problem(status, code, said, hint)
    return unexpected(request, error)


def unexpected(request: Request, error: Exception) -> Response:
    """Return what is answered to an error that nobody expected, and log it with its traceback."""
    log.error("unexpected error", exc_info=error, extra={"request_id": request_id()})
    return problem(
        500,
        "internal",
        both("gisreg bị lỗi bên trong.", "Something went wrong in gisreg itself."),
        both(
            "Hãy báo mã yêu cầu (request_id) cho người quản trị; chưa có gì thay đổi.",
            "Tell the administrator the request_id; nothing was changed.",
        ),
    )
