"""Run the web service and the worker of jobs as processes of their own; both end with whoever started them.

SIGKILL leaves no time to stop anybody: the kernel then ends the children (gisreg.cli.child).
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPException
from types import FrameType

from gisreg.errors import GisregError, UsageError
from gisreg.said import Said, both

_READY_TIMEOUT_S = 60
_STOP_TIMEOUT_S = 10


def free_port(host: str) -> int:
    """Return a port of `host` that nobody listens on now."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.bind((host, 0))
        return int(probe.getsockname()[1])


def require_free(host: str, port: int) -> None:
    """Raise UsageError when another program listens on the port."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise UsageError(
                both(
                    f"Dịch vụ không mở được {host}:{port}: {error.strerror}.",
                    f"The service cannot listen on {host}:{port}: {error.strerror}.",
                ),
                hint=both(
                    "Có thể nó đang chạy ở đó. Dùng cổng khác: GISREG_SERVER_PORT=8001 make demo",
                    "Perhaps it already runs there. Another port: GISREG_SERVER_PORT=8001 make demo",
                ),
            ) from None


def get(
    host: str, port: int, path: str, *, key: str | None = None, timeout_s: float = 20
) -> tuple[int, str, bytes]:
    """Fetch one path, with a key where one is given; return HTTP status, content type and body.

    Raises OSError or HTTPException.
    """
    connection = HTTPConnection(host, port, timeout=timeout_s)
    try:
        connection.request("GET", path, headers={"X-Api-Key": key} if key else {})
        answer = connection.getresponse()
        return answer.status, answer.headers.get_content_type(), answer.read()
    finally:
        connection.close()


@contextmanager
def running(host: str, port: int) -> Iterator[subprocess.Popen[bytes]]:
    """Run the service inside the block, from the moment it answers /health; then stop it.

    SIGTERM and SIGHUP end the block like Ctrl-C does. Raises GisregError when it does not come up.
    """
    require_free(host, port)
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _interrupt)
    quiet = {"GISREG_LOG_FORMAT": "text", "GISREG_LOG_LEVEL": "warning"}
    process = _child("gisreg.cli.main", "serve", "--host", host, "--port", str(port), instead=quiet)
    try:
        _wait_until_ready(process, host, port)
        yield process
    finally:
        _stop(process)


@contextmanager
def working() -> Iterator[None]:
    """Run the worker of background jobs inside the block, then stop it."""
    process = _child("gisreg.cli.main", "jobs", "run")
    try:
        yield
    finally:
        _stop(process)


def _child(module: str, *words: str, instead: Mapping[str, str] | None = None) -> subprocess.Popen[bytes]:
    return subprocess.Popen(  # noqa: S603 - our own interpreter, host and port of typed settings
        [sys.executable, "-m", "gisreg.cli.child", str(os.getpid()), module, *words],
        env={**(instead or {}), **os.environ},
    )


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _wait_until_ready(process: subprocess.Popen[bytes], host: str, port: int) -> None:
    deadline = time.monotonic() + _READY_TIMEOUT_S
    last = both("chưa trả lời", "no answer")
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise GisregError(
                both(
                    f"Dịch vụ kết thúc ngay với mã thoát {process.returncode}.",
                    f"The service ended at once with exit code {process.returncode}.",
                ),
                hint=both(
                    "Lỗi của nó ở trên; `gisreg doctor` kiểm tra bản cài đặt.",
                    "Its error stands above; `gisreg doctor` checks the installation.",
                ),
            )
        try:
            status, _, body = get(host, port, "/health", timeout_s=2)
        except (OSError, HTTPException):
            time.sleep(0.1)
            continue
        if status == 200:
            return
        told = body[:300].decode(errors="replace")
        last = both(f"/health trả lời {status}: {told}", f"/health says {status}: {told}")
        time.sleep(0.5)
    raise GisregError(
        Said(
            "Sau {0} giây dịch vụ vẫn chưa sẵn sàng ({1}).",
            "The service did not get ready within {0} s ({1}).",
            (_READY_TIMEOUT_S, last),
        ),
        hint=both("`gisreg doctor` kiểm tra bản cài đặt.", "`gisreg doctor` checks the installation."),
    )


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(_STOP_TIMEOUT_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
