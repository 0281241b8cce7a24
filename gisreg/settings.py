"""Typed settings, split by concern. Every key is read from the environment with the prefix GISREG_."""

from __future__ import annotations

import os
from functools import lru_cache
from pathlib import Path

from pydantic import AwareDatetime, Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


def _base_dir() -> Path:
    """Return the directory under which every instance keeps its data (root: /var/lib, else XDG)."""
    if os.geteuid() == 0:
        return Path("/var/lib/gisreg")
    home = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    return Path(home) / "gisreg"


class DatabaseSettings(BaseSettings):
    """Where the database is and how connections to it behave (GISREG_DATABASE_*).

    Without `url` gisreg runs a private PostGIS cluster of its own. With it, `url` is the application
    role's address; migrations use `owner_url`, runs and history `worker_url`.
    """

    model_config = SettingsConfigDict(env_prefix="GISREG_DATABASE_", use_attribute_docstrings=True)

    url: SecretStr | None = None
    """Address of a foreign database as `gisreg_app`; not set: a private cluster."""
    owner_url: SecretStr | None = None
    """The same database as `gisreg_owner`, for migrations."""
    worker_url: SecretStr | None = None
    """The same database as `gisreg_worker`, for imports and runs."""
    pool_size: int = Field(10, ge=1, le=200)
    """Connections that a process keeps for each role."""
    pool_timeout_s: float = Field(5.0, gt=0)
    """Seconds to wait for a free connection before the answer is `busy`."""
    statement_timeout_ms: int = Field(30_000, ge=0)
    """Longest query of the service in milliseconds; 0 for no limit."""


class RegionSettings(BaseSettings):
    """The registry's area and metric reference system (GISREG_REGION_*).

    `metric_srid` is the EPSG code of the province's VN-2000 zone (or any metric CRS elsewhere).
    `bounds` is west, south, east, north in degrees (EPSG:4326); coordinates outside are refused.
    """

    model_config = SettingsConfigDict(env_prefix="GISREG_REGION_", use_attribute_docstrings=True)

    province_code: str = "33"
    """Statistical code of the province."""
    province_name: str = "Hưng Yên"
    """Its name, as pages show it."""
    metric_srid: int = 9209
    """EPSG code of the metric reference system."""
    bounds: tuple[float, float, float, float] = (102.0, 7.0, 118.0, 24.0)
    """West, south, east, north in degrees, as a JSON list; objects outside are refused."""
    agency_name_vi: str = "Sở Khoa học và Công nghệ"
    """The department, in Vietnamese."""
    agency_name_en: str = "Department of Science and Technology"
    """The department, in English."""


class TopologySettings(BaseSettings):
    """Tolerances with which cables are tied to poles (GISREG_TOPOLOGY_*), in metres."""

    model_config = SettingsConfigDict(env_prefix="GISREG_TOPOLOGY_", use_attribute_docstrings=True)

    snap_tolerance_m: float = Field(2.0, gt=0, le=50)
    """A cable is tied to poles up to this far, in metres."""
    near_miss_m: float = Field(5.0, gt=0, le=200)
    """Poles up to this far that were not tied are listed, in metres."""


class ExportSettings(BaseSettings):
    """How much one person takes out of the registry before a second one looks (GISREG_EXPORT_*)."""

    model_config = SettingsConfigDict(env_prefix="GISREG_EXPORT_", use_attribute_docstrings=True)

    rows_per_day: int = Field(200_000, ge=0)
    """Rows that a person exports in a day; more are held until somebody else of the authority agrees."""
    fetch_hours: int = Field(24, ge=1, le=24 * 30)
    """Hours in which a released export can be fetched."""
    timeout_ms: int = Field(300_000, ge=0)
    """Longest query of an export in milliseconds; 0 for no limit."""


class ServerSettings(BaseSettings):
    """How the service listens (GISREG_SERVER_*). Loopback only: TLS is a proxy's."""

    model_config = SettingsConfigDict(env_prefix="GISREG_SERVER_", use_attribute_docstrings=True)

    host: str = "127.0.0.1"
    """Address to listen on; only this machine's own."""
    port: int = Field(8000, ge=1, le=65535)
    """Port to listen on."""
    basemap_url: str | None = None
    """Address of base map tiles with {z}, {x}, {y}; not set: the registry's own streets."""
    basemap_attribution: str | None = None
    """What the provider of the base map asks to be shown."""


class Settings(BaseSettings):
    """All settings of one instance; the instance names its own data directory."""

    model_config = SettingsConfigDict(env_prefix="GISREG_", use_attribute_docstrings=True)

    instance: str = Field("default", pattern=r"^[a-z0-9][a-z0-9-]{0,40}$")
    """Name of this registry on this machine; each has data of its own."""
    data_dir: Path | None = None
    """Folder of its data; not set: below /var/lib/gisreg or ~/.local/share/gisreg."""
    timezone: str = "Asia/Ho_Chi_Minh"
    """Time zone of dates and reports."""
    now: AwareDatetime | None = None
    """Holds the clock still, for tests and demonstrations."""
    database: DatabaseSettings = Field(default_factory=DatabaseSettings)
    region: RegionSettings = Field(default_factory=RegionSettings)
    topology: TopologySettings = Field(default_factory=TopologySettings)
    export: ExportSettings = Field(default_factory=ExportSettings)
    server: ServerSettings = Field(default_factory=ServerSettings)

    @property
    def home(self) -> Path:
        """Return the directory of this instance's data (cluster, secrets, uploads)."""
        return self.data_dir or _base_dir() / self.instance


@lru_cache(maxsize=1)
def get_settings() -> Settings:
    """Return the process-wide settings; tests clear the cache with `get_settings.cache_clear()`."""
    return Settings()
