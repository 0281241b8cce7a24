"""The server configuration that gisreg writes for its private cluster, fitted to the machine."""

from __future__ import annotations

import os
from pathlib import Path

MIB = 1024 * 1024
GIB = 1024 * MIB
FILE_NAME = "gisreg.conf"
INCLUDE = f"""
# gisreg's own settings; what stands below this line wins.
include_if_exists = '{FILE_NAME}'
"""
_SMALL_SHM = 512 * MIB
_HEAD = """# Written by gisreg at every start. Put settings of your own into postgresql.conf,
# below the line that includes this file."""
_CGROUP_LIMITS = (
    Path("/sys/fs/cgroup/memory.max"),
    Path("/sys/fs/cgroup/memory/memory.limit_in_bytes"),
)


def machine_memory() -> int:
    """Return the bytes of memory this process may use: the machine's, or less in a container."""
    total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    for path in _CGROUP_LIMITS:
        try:
            text = path.read_text().strip()
        except OSError:
            continue
        if text.isdigit():
            total = min(total, int(text))
    return total


def memory_settings(memory: int, cores: int) -> dict[str, str]:
    """Return memory and parallelism settings for a machine that also runs the service itself.

    `memory` is in bytes. 4 GiB give 512 MB of shared buffers, 24 GiB give 4 GB.
    """
    shared = _clamp(memory // 8 if memory < 8 * GIB else memory // 6, 128 * MIB, 8 * GIB)
    return {
        "shared_buffers": _mb(shared),
        "effective_cache_size": _mb(max(memory // 2, 256 * MIB)),
        "work_mem": _mb(_clamp(memory // 256, 8 * MIB, 64 * MIB)),
        # A run that writes millions of rows fills the log's buffers between two rounds of its writer.
        "wal_buffers": _mb(_clamp(memory // 64, 16 * MIB, 256 * MIB)),
        "maintenance_work_mem": _mb(_clamp(memory // 16, 64 * MIB, 1 * GIB)),
        "max_worker_processes": str(max(8, cores + 4)),
        "max_parallel_workers": str(max(2, cores)),
        # The leader works as well: with its workers as many as there are cores.
        "max_parallel_workers_per_gather": str(_clamp(cores - 1, 1, 4)),
        "max_parallel_maintenance_workers": str(_clamp(cores - 1, 1, 4)),
    }


def render(*, port: int, socket_dir: Path, name: str, durable: bool = True) -> str:
    """Return the text of the configuration file, which is written anew at every start.

    `name` appears in the process list. `durable=False` is for throw-away clusters: a power failure
    may destroy them.
    """
    settings = {
        "listen_addresses": "127.0.0.1",
        "port": str(port),
        "unix_socket_directories": str(socket_dir),
        "unix_socket_permissions": "0700",
        "cluster_name": name,
        "password_encryption": "scram-sha-256",
        "max_connections": "100",
        "dynamic_shared_memory_type": _dynamic_shared_memory(),
        "min_dynamic_shared_memory": "64MB",
        "random_page_cost": "1.1",
        "effective_io_concurrency": "100",
        "wal_compression": "lz4",
        "min_wal_size": "256MB",
        "max_wal_size": "4GB",
        "checkpoint_timeout": "15min",
        "logging_collector": "off",
        "log_line_prefix": "%m [%p] %q%u@%d ",
        "log_timezone": "UTC",
        "lc_messages": "C",
        **memory_settings(machine_memory(), os.cpu_count() or 1),
    }
    if not durable:
        settings |= {
            "fsync": "off",
            "synchronous_commit": "off",
            "full_page_writes": "off",
            "shared_buffers": "256MB",
            "wal_buffers": "16MB",
            "max_wal_size": "1GB",
            "min_wal_size": "80MB",
        }
    lines = [f"{key} = {_quoted(value)}" for key, value in settings.items()]
    return "\n".join((_HEAD, *lines, ""))


def _dynamic_shared_memory() -> str:
    """Return where parallel plans share memory: `posix`, or `mmap` where that is not safe.

    Containers have too small a /dev/shm; and at the end of an ordinary user's session, systemd removes
    what that user left there, also under a running server.
    """
    if os.geteuid() != 0:
        return "mmap"
    try:
        room = os.statvfs("/dev/shm")  # noqa: S108 - only the size of the mount is read
    except OSError:
        return "mmap"
    return "posix" if room.f_frsize * room.f_blocks >= _SMALL_SHM else "mmap"


def _clamp(value: int, low: int, high: int) -> int:
    return max(low, min(value, high))


def _mb(size: int) -> str:
    return f"{size // MIB}MB"


def _quoted(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
