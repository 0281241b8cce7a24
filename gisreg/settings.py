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

    model_config = SettingsConfigDict(env_prefix="GISREG_DATABASE_")

    url: SecretStr | None = None
    owner_url: SecretStr | None = None
    worker_url: SecretStr | None = None
    pool_size: int = Field(10, ge=1, le=200)
    pool_timeout_s: float = Field(5.0, gt=0)
    statement_timeout_ms: int = Field(30_000, ge=0)


class RegionSettings(BaseSettings):
    """The registry's area and metric reference system (GISREG_REGION_*).

    `metric_srid` is the EPSG code of the province's VN-2000 zone (or any metric CRS elsewhere).
    `bounds` is west, south, east, north in degrees (EPSG:4326); coordinates outside are refused.
    """

    model_config = SettingsConfigDict(env_prefix="GISREG_REGION_")

    province_code: str = "33"
    province_name: str = "Hưng Yên"
    metric_srid: int = 9209
    bounds: tuple[float, float, float, float] = (102.0, 7.0, 118.0, 24.0)
    agency_name_vi: str = "Sở Khoa học và Công nghệ"
    agency_name_en: str = "Department of Science and Technology"


class TopologySettings(BaseSettings):
    """Tolerances with which cables are tied to poles (GISREG_TOPOLOGY_*), in metres."""

    model_config = SettingsConfigDict(env_prefix="GISREG_TOPOLOGY_")

    snap_tolerance_m: float = Field(2.0, gt=0, le=50)
    near_miss_m: float = Field(5.0, gt=0, le=200)


class ServerSettings(BaseSettings):
    """How the service listens (GISREG_SERVER_*). Loopback only until sign-in is set up."""

    model_config = SettingsConfigDict(env_prefix="GISREG_SERVER_")

    host: str = "127.0.0.1"
    port: int = Field(8000, ge=1, le=65535)
    basemap_url: str | None = None
    basemap_attribution: str | None = None


class Settings(BaseSettings):
    """All settings of one instance; the instance names its own data directory."""

    model_config = SettingsConfigDict(env_prefix="GISREG_")

    instance: str = Field("default", pattern=r"^[a-z0-9][a-z0-9-]{0,40}$")
    data_dir: Path | None = None
    timezone: str = "Asia/Ho_Chi_Minh"
    now: AwareDatetime | None = None
    database: DatabaseSettings = Field(default_factory=DatabaseSettings)
    region: RegionSettings = Field(default_factory=RegionSettings)
    topology: TopologySettings = Field(default_factory=TopologySettings)
    server: ServerSettings = Field(default_factory=ServerSettings)

    @property
    def home(self) -> Path:
        """Return the directory of this instance's data (cluster, secrets, uploads)."""
        return self.data_dir or _base_dir() / self.instance


@lru_cache(maxsize=1)
def get_settings() -> Settings:
    """Return the process-wide settings; tests clear the cache with `get_settings.cache_clear()`."""
    return Settings()
