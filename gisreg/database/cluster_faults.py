"""Tell from the log of PostgreSQL why it did not start, and what to do about it."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

from gisreg.database.packages import apt_command
from gisreg.errors import ClusterError
from gisreg.said import Said, both

_TELLING = re.compile(r"FATAL|PANIC|ERROR|error:|LOG:  (syntax|unrec|invalid|could not)")
PORT_TAKEN = re.compile(r"Address already in use|could not create any TCP/IP sockets")

_FAULTS: tuple[tuple[re.Pattern[str], Said, Said], ...] = (
    (
        re.compile(r"No space left on device|Disk quota exceeded"),
        both("Đĩa đã đầy.", "The disk is full."),
        Said(
            "Hãy giải phóng dung lượng trên đĩa chứa {0}, rồi chạy: gisreg db start",
            "Free some space on the disk that holds {0}, then run: gisreg db start",
        ),
    ),
    (
        PORT_TAKEN,
        both("Cổng đang bị chương trình khác chiếm.", "The port is taken by another program."),
        both(
            "Hãy chạy lại `gisreg db start`, lệnh này tự tìm cổng khác.",
            "Run `gisreg db start` again, it looks for another port.",
        ),
    ),
    (
        re.compile(r"database files are incompatible with server"),
        both(
            "Thư mục dữ liệu do phiên bản PostgreSQL khác tạo ra.",
            "The data directory was made by another version of PostgreSQL.",
        ),
        Said(
            "Hãy cài phiên bản ghi trong {0}/cluster/data/PG_VERSION.",
            "Install the version that is written in {0}/cluster/data/PG_VERSION.",
        ),
    ),
    (
        re.compile(r"contains errors|syntax error in file|unrecognized configuration parameter"),
        both("Cấu hình của cụm bị hỏng.", "The configuration of the cluster is damaged."),
        Said(
            "Hãy sửa dòng mà nhật ký nêu, trong {0}/cluster/data (postgresql.conf, "
            "postgresql.auto.conf hoặc pg_hba.conf), rồi chạy: gisreg db start",
            "Correct the line that the log names in {0}/cluster/data (postgresql.conf, "
            "postgresql.auto.conf or pg_hba.conf), then run: gisreg db start",
        ),
    ),
    (
        re.compile(r"could not load .*pg_hba\.conf"),
        both(
            "Quy tắc truy cập của cụm (pg_hba.conf) bị hỏng.",
            "The access rules of the cluster (pg_hba.conf) are damaged.",
        ),
        Said(
            "Hãy sửa dòng mà nhật ký nêu, trong {0}/cluster/data/pg_hba.conf.",
            "Correct the line that the log names in {0}/cluster/data/pg_hba.conf.",
        ),
    ),
    (
        re.compile(r"has wrong ownership|has invalid permissions|Permission denied"),
        both(
            "Chủ sở hữu hoặc quyền của thư mục dữ liệu không được PostgreSQL chấp nhận.",
            "The data directory has an owner or permissions that PostgreSQL does not accept.",
        ),
        Said(
            "Hãy chạy gisreg bằng tài khoản đã tạo {0}, hoặc chọn thư mục khác bằng GISREG_DATA_DIR.",
            "Run gisreg as the user who made {0}, or choose another folder with GISREG_DATA_DIR.",
        ),
    ),
    (
        re.compile(r"Cannot allocate memory|could not map anonymous shared memory"),
        both("Không đủ bộ nhớ trống.", "There is not enough free memory."),
        Said(
            "Hãy dừng các chương trình khác; hoặc giảm shared_buffers ở cuối "
            "{0}/cluster/data/postgresql.conf.",
            "Stop other programs; or set shared_buffers lower at the end of "
            "{0}/cluster/data/postgresql.conf.",
        ),
    ),
    (
        re.compile(r"could not access file .*(postgis|\$libdir)"),
        both(
            "PostGIS không khớp với PostgreSQL đã cài.",
            "PostGIS does not fit the PostgreSQL that is installed.",
        ),
        both(f"Hãy cài lại: {apt_command()}", f"Reinstall it: {apt_command()}"),
    ),
    (
        re.compile(r"could not locate a valid checkpoint|invalid checkpoint|is corrupted|PANIC"),
        both("Thư mục dữ liệu bị hỏng.", "The data directory is damaged."),
        Said(
            "Hãy giữ một bản sao của {0}, rồi khôi phục bản sao lưu gần nhất.",
            "Keep a copy of {0}, then restore the last backup.",
        ),
    ),
)
"""What the log shows, what that is, and what to do; in the advice {0} is the home's folder."""


def explain(text: str, *, home: Path, log: Path) -> ClusterError:
    """Return the error that fits what the server logged since its start was tried (`text`)."""
    last = _telling_lines(text)
    for pattern, why, hint in _FAULTS:
        if pattern.search(text):
            return ClusterError(
                both(
                    f"PostgreSQL không khởi động được: {why.vi} {last}".strip(),
                    f"PostgreSQL did not start: {why.en} {last}".strip(),
                ),
                hint=replace(hint, facts=(str(home),)),
                log=str(log),
            )
    return ClusterError(
        both(f"PostgreSQL không khởi động được. {last}".strip(), f"PostgreSQL did not start. {last}".strip()),
        hint=both(f"Nhật ký đầy đủ: {log}", f"The whole log is in {log}"),
        log=str(log),
    )


def _telling_lines(text: str) -> str:
    lines = [line.strip() for line in text.splitlines()]
    telling = [line for line in lines if _TELLING.search(line)]
    chosen = telling[-2:] or lines[-1:]
    return "(" + " / ".join(chosen) + ")" if chosen else ""
