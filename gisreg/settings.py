"""Typed settings, split by concern. Every key is read from the environment with the prefix GISREG_."""

from __future__ import annotations

import os
from enum import StrEnum
from functools import lru_cache
from ipaddress import ip_address
from pathlib import Path
from typing import Literal, Self
from urllib.parse import urlsplit

from pydantic import AwareDatetime, Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from gisreg.said import Said, both


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
    """Longest query of the application's role outside of a request, in milliseconds; 0 for no limit."""


RoleName = Literal[
    "viewer", "engineer", "coordinator", "inspector", "ward_supervisor", "authority", "administrator"
]


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
    role_titles: dict[RoleName, tuple[str, str]] = Field(default_factory=dict)
    """What roles are called here instead, as JSON: `{"authority": ["Phòng Bưu chính", "Postal office"]}`."""


class TopologySettings(BaseSettings):
    """Tolerances with which cables are tied to poles (GISREG_TOPOLOGY_*), in metres."""

    model_config = SettingsConfigDict(env_prefix="GISREG_TOPOLOGY_", use_attribute_docstrings=True)

    snap_tolerance_m: float = Field(2.0, gt=0, le=50)
    """A cable is tied to poles up to this far, in metres."""
    near_miss_m: float = Field(5.0, gt=0, le=200)
    """Poles up to this far that were not tied are listed, in metres."""


class MatchingSettings(BaseSettings):
    """What rows of different organisations may be one pole (GISREG_MATCHING_*), in metres."""

    model_config = SettingsConfigDict(env_prefix="GISREG_MATCHING_", use_attribute_docstrings=True)

    radius_m: float = Field(16.0, gt=0, le=50)
    """Two rows up to this far apart can be one pole."""
    double_m: float = Field(3.0, gt=0, le=20)
    """Poles of one organisation nearer than this stand side by side: they are two."""
    look_m: float = Field(12.0, gt=0, le=50)
    """Where an organisation has two poles this near, matches around them are looked at one by one."""


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
    max_requests: int = Field(120, ge=1)
    """Requests of a process that may wait or be worked on at once; further ones are told to come back."""
    basemap_url: str | None = None
    """Address of base map tiles with {z}, {x}, {y}; not set: the registry's own streets."""
    basemap_attribution: str | None = None
    """What the provider of the base map asks to be shown."""
    body_limit_kb: int = Field(10_240, ge=1)
    """Largest body of a request, in units of 1024 bytes."""


class UploadSettings(BaseSettings):
    """Files that people send to be imported (GISREG_UPLOAD_*)."""

    model_config = SettingsConfigDict(env_prefix="GISREG_UPLOAD_", use_attribute_docstrings=True)

    limit_kb: int = Field(204_800, ge=1)
    """Largest file, in units of 1024 bytes."""
    at_once_kb: int = Field(2_048, ge=0)
    """Files up to this size are tried and imported while the sender waits, larger ones by the worker."""


class LimitSettings(BaseSettings):
    """How often one key or person, or one address that nobody signed in from, may ask (GISREG_LIMIT_*).

    In requests a minute, 0 for no limit; each process of the service counts for itself.
    """

    model_config = SettingsConfigDict(env_prefix="GISREG_LIMIT_", use_attribute_docstrings=True)

    tiles: int = Field(6_000, ge=0)
    """Map tiles."""
    reads: int = Field(1_200, ge=0)
    """Pages, lists, searches, details."""
    writes: int = Field(300, ge=0)
    """Changes."""
    exports: int = Field(10, ge=0)
    """Exports and reports."""
    imports: int = Field(30, ge=0)
    """Files sent, tried, confirmed."""
    sign_ins: int = Field(30, ge=0)
    """Sign-ins from one address, whatever the names."""


class TimeoutSettings(BaseSettings):
    """Longest query by kind of request (GISREG_TIMEOUT_*), in milliseconds, 0 for no limit."""

    model_config = SettingsConfigDict(env_prefix="GISREG_TIMEOUT_", use_attribute_docstrings=True)

    tile_ms: int = Field(10_000, ge=0)
    """Map tiles."""
    page_ms: int = Field(10_000, ge=0)
    """Pages and maps."""
    list_ms: int = Field(30_000, ge=0)
    """Lists, searches, details."""
    write_ms: int = Field(60_000, ge=0)
    """Changes."""
    export_ms: int = Field(300_000, ge=0)
    """Exports and reports."""
    import_ms: int = Field(300_000, ge=0)
    """Files sent, tried, confirmed."""


class LogSettings(BaseSettings):
    """What the service writes about itself, to its standard error (GISREG_LOG_*)."""

    model_config = SettingsConfigDict(env_prefix="GISREG_LOG_", use_attribute_docstrings=True)

    format: Literal["json", "text"] = "json"
    """One JSON object a line, or text for people."""
    level: Literal["debug", "info", "warning", "error"] = "info"
    """The least weighty that is written; requests are `info`."""


def is_trustworthy(url: str) -> bool:
    """Tell whether nobody can listen in on an address: https, or this very machine."""
    parts = urlsplit(url)
    if parts.scheme == "https":
        return bool(parts.hostname)
    try:
        here = parts.hostname == "localhost" or ip_address(parts.hostname or "").is_loopback
    except ValueError:
        return False
    return parts.scheme == "http" and here


class OidcSettings(BaseSettings):
    """Sign-in at a provider that speaks OpenID Connect (GISREG_OIDC_*); without `issuer` there is none.

    Register `https://HOST/sign-in/oidc/callback` there as redirect address, and `https://HOST/sign-in` as
    the one after signing out.
    """

    model_config = SettingsConfigDict(env_prefix="GISREG_OIDC_", use_attribute_docstrings=True)

    issuer: str | None = None
    """The provider's address, exactly as its discovery document names it; https."""
    client_id: str | None = None
    """What the provider calls this registry."""
    client_secret: SecretStr | None = None
    """The secret that the provider gave; not set for a public client."""
    client_secret_file: Path | None = None
    """File that holds the secret instead."""
    scopes: str = "openid profile email"
    """What is asked for, separated by spaces; `openid` is needed."""
    name: str = Field("SSO", min_length=1, max_length=60)
    """What the button says."""
    login_claim: str = "preferred_username"
    """The claim that gives the login of somebody who is created."""
    unknown: Literal["refuse", "viewer"] = "refuse"
    """Somebody whom nobody linked is refused, or created as viewer."""
    link_by_email: bool = False
    """Link at the first sign-in by an e-mail address that the provider verified. Only for a provider in
    which nobody can give himself the address of another."""

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if self.issuer is None:
            return self
        if not is_trustworthy(self.issuer):
            raise ValueError(
                Said("{0} phải bắt đầu là https://", "{0} must begin with https://", ("GISREG_OIDC_ISSUER",))
            )
        if not self.client_id:
            raise ValueError(
                Said("{0} cần có {1}", "{0} needs {1}", ("GISREG_OIDC_ISSUER", "GISREG_OIDC_CLIENT_ID"))
            )
        if "openid" not in self.scopes.split():
            raise ValueError(Said("{0} phải có openid", "{0} must contain openid", ("GISREG_OIDC_SCOPES",)))
        if self.client_secret is not None and self.client_secret_file is not None:
            names = ("GISREG_OIDC_CLIENT_SECRET", "GISREG_OIDC_CLIENT_SECRET_FILE")
            raise ValueError(Said("Chỉ đặt một: {0} hoặc {1}", "Give {0} or {1}, not both", names))
        return self

    def secret(self) -> str | None:
        """Return the client's secret, from the file where one is named; None for a public client.

        Raises:
            OSError: the file cannot be read.
        """
        if self.client_secret_file is not None:
            return self.client_secret_file.read_text(encoding="utf-8").strip()
        return self.client_secret.get_secret_value() if self.client_secret is not None else None


class HeadsSettings(BaseSettings):
    """Where the head of the history's chain is written down every day (GISREG_HEADS_*).

    Name places that this server cannot rewrite. None set: nothing is exported.
    """

    model_config = SettingsConfigDict(env_prefix="GISREG_HEADS_", use_attribute_docstrings=True)

    folder: Path | None = None
    """Folder to which files can only be added; every head becomes a file of its own."""
    mail_to: list[str] = []
    """Addresses that get a mail, as a JSON list."""
    webhook_url: str | None = None
    """Address (https) to which the head is posted as signed JSON."""
    webhook_secret: SecretStr | None = None
    """Secret shared with the receiver; signs what is posted."""
    webhook_hosts: list[str] = []
    """Hosts that may be posted to, as a JSON list."""


class JobsSettings(BaseSettings):
    """How the worker of background jobs behaves (GISREG_JOBS_*)."""

    model_config = SettingsConfigDict(env_prefix="GISREG_JOBS_", use_attribute_docstrings=True)

    concurrency: int = Field(2, ge=1, le=20)
    """Jobs that a worker runs at once."""
    stalled_after_s: float = Field(30.0, gt=0)
    """Seconds of silence after which a worker counts as dead and its jobs are taken up again."""


class ProposalSettings(BaseSettings):
    """How long owners have to decide on proposals (GISREG_PROPOSAL_*)."""

    model_config = SettingsConfigDict(env_prefix="GISREG_PROPOSAL_", use_attribute_docstrings=True)

    due_days: int = Field(15, ge=0, le=365)
    """Days in which the owner decides on a proposal; after the last one it goes to the authority."""


class NoticeSettings(BaseSettings):
    """When a notice that nobody reads goes to the next who answers (GISREG_NOTICE_*)."""

    model_config = SettingsConfigDict(env_prefix="GISREG_NOTICE_", use_attribute_docstrings=True)

    unread_hours: float = Field(48.0, gt=0, le=8_760)
    """Hours after which an unread notice goes to the deputy, the coordinators, the authority."""


class MailSecurity(StrEnum):
    """How the connection to the mail server is encrypted."""

    STARTTLS = "starttls"
    TLS = "tls"
    NONE = "none"


class MailSettings(BaseSettings):
    """The server that takes mail (GISREG_MAIL_*). Without `host` notices stay in the application."""

    model_config = SettingsConfigDict(env_prefix="GISREG_MAIL_", use_attribute_docstrings=True)

    host: str | None = None
    """Name of the mail server; not set: no mail is sent."""
    port: int = Field(587, ge=1, le=65535)
    """Its port."""
    security: MailSecurity = MailSecurity.STARTTLS
    """`starttls`, `tls` from the first byte, or `none` (this machine's own server only)."""
    user: str | None = None
    """Name to sign in with; not set: without."""
    password: SecretStr | None = None
    """Password to sign in with."""
    sender: str = Field("gisreg@localhost", pattern=r"^[^\s@<>]+@[^\s@<>]+$")
    """Address that mails come from."""
    timeout_s: float = Field(20.0, gt=0, le=300)
    """Seconds to wait for the mail server."""
    link_base: str | None = Field(None, pattern=r"^https?://[^\s<>]+$")
    """Address of the service as people open it, for links in mails; not set: no links."""

    @model_validator(mode="after")
    def _is_safe(self) -> Self:
        if self.security is MailSecurity.NONE and self.host not in (None, "localhost", "127.0.0.1", "::1"):
            raise ValueError(
                both(
                    "GISREG_MAIL_SECURITY=none chỉ dành cho máy chủ thư trên chính máy này",
                    "GISREG_MAIL_SECURITY=none is for a mail server on this machine only",
                )
            )
        return self


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
    matching: MatchingSettings = Field(default_factory=MatchingSettings)
    export: ExportSettings = Field(default_factory=ExportSettings)
    server: ServerSettings = Field(default_factory=ServerSettings)
    oidc: OidcSettings = Field(default_factory=OidcSettings)
    upload: UploadSettings = Field(default_factory=UploadSettings)
    limits: LimitSettings = Field(default_factory=LimitSettings)
    timeouts: TimeoutSettings = Field(default_factory=TimeoutSettings)
    log: LogSettings = Field(default_factory=LogSettings)
    heads: HeadsSettings = Field(default_factory=HeadsSettings)
    jobs: JobsSettings = Field(default_factory=JobsSettings)
    proposal: ProposalSettings = Field(default_factory=ProposalSettings)
    notice: NoticeSettings = Field(default_factory=NoticeSettings)
    mail: MailSettings = Field(default_factory=MailSettings)

    @property
    def home(self) -> Path:
        """Return the directory of this instance's data (cluster, secrets, uploads)."""
        return self.data_dir or _base_dir() / self.instance


@lru_cache(maxsize=1)
def get_settings() -> Settings:
    """Return the process-wide settings; tests clear the cache with `get_settings.cache_clear()`."""
    return Settings()
