"""Every setting of the server processes, read from `BOSMAN_*` in the environment."""

from functools import cached_property
from pathlib import Path
from typing import Literal, Self

from pydantic import Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """Settings with defaults that suit `bosman up`; production sets the URLs (docs/operations)."""

    model_config = SettingsConfigDict(env_prefix="BOSMAN_", extra="ignore")

    state_dir: Path = Path(".bosman")
    """Keys, certificates and, when embedded, the data of PostgreSQL and NATS."""
    keys_dir: Path | None = None
    """The keys of this process; unset = `keys` in the state directory."""
    master_key: SecretStr | None = None
    """Master keys in base64, separated by commas, the first one current; unset = the file `master.key`."""
    kms_command: str | None = None
    """A program that wraps and unwraps data keys (docs/operations/running.md); goes before `master_key`."""
    database_url: SecretStr | None = None
    """DSN of the role `bosman_app` (row-level security applies); unset = embedded."""
    worker_database_url: SecretStr | None = None
    """DSN of the role `bosman_worker` (serves all tenants)."""
    owner_database_url: SecretStr | None = None
    """DSN of the owner of the tables, used by migrations only."""
    unsafe_database: bool = False
    """Start the api although nobody has closed what only a superuser can close (docs/operations/running.md)."""
    database_pool_size: int = Field(default=10, ge=2, le=200)
    bus_url: str | None = None
    """NATS URL of the services; unset = embedded."""
    agent_bus_urls: list[str] = []
    """NATS URLs of the first trust statement (`bosman keys init`); later ones name their own."""
    bus_host: str = "127.0.0.1"
    bus_port: int = 0
    """Where the embedded NATS listens; port 0 = a free one, remembered."""

    metrics_host: str = "127.0.0.1"
    metrics_port: int | None = Field(default=None, ge=1, le=65534)
    """Where Prometheus asks this process, without sign-in; unset = nowhere. The worker of `bosman up`: one higher."""

    builds_releases: bool = False
    """Somebody here builds installers of the agent when they are wanted; `bosman up` says so where it can."""

    host: str = "127.0.0.1"
    port: int = 8080
    """Where the api listens for browsers."""
    gateway_host: str = "127.0.0.1"
    gateway_port: int = 8443
    """Where the worker listens for enrolling agents (TLS by Bosman's own CA)."""
    gateway_connections_per_address: int = Field(default=50, ge=2, le=500)
    """Of the gateway's 500 connections, those of one IPv4 address or one /64 of IPv6."""
    public_host: str = "localhost"
    """The name under which agents reach this server; in every certificate and install line."""
    public_url: str | None = None
    """The address in the browser, for links; https:// makes cookies Secure and sends HSTS."""
    trusted_proxies: list[str] = []
    """Peers whose X-Forwarded-For is believed."""

    smtp_host: str | None = None
    """The mail server; unset = Bosman sends no mail."""
    smtp_port: int | None = None
    """Unset = 587 for `starttls`, 465 for `tls`, 25 for `none`."""
    smtp_security: Literal["none", "starttls", "tls"] = "starttls"
    smtp_user: str | None = None
    smtp_password: SecretStr | None = None
    smtp_from: str | None = None
    """`bosman@example.com` or `Bosman <bosman@example.com>`."""
    smtp_ca_file: Path | None = None
    """Who signs the mail server's certificate, where that is not a public authority."""

    log_format: Literal["console", "json"] = "console"
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    session_idle_seconds: int = Field(default=12 * 3600, ge=300, le=30 * 24 * 3600)
    session_absolute_seconds: int = Field(default=7 * 24 * 3600, ge=600)
    rollout_period_seconds: float = Field(default=30.0, gt=0)
    """How often the worker looks for agents that are behind the newest release."""
    stream_recheck_seconds: float = Field(default=15.0, gt=0, le=60)
    """How often a live stream asks whether its reader is still signed in and may still read it."""
    task_retention_days: int = Field(default=400, ge=30)
    """How long ended tasks are kept, and jobs without tasks; output goes earlier, as its tenant says."""
    record_retention_days: int = Field(default=400, ge=30)
    """How long expired enrolment tokens are kept, and expired certificates that were replaced."""
    mail_retention_days: int = Field(default=90, ge=7)
    """How long it is kept that a mail was sent, or was not."""
    retention_period_seconds: float = Field(default=60.0, gt=0)
    """How often the worker looks for rows past their time."""
    sweeper_period_seconds: float = Field(default=5.0, gt=0)
    """How often the worker looks for tasks that are due, have expired or are lost."""
    mail_period_seconds: float = Field(default=1.0, gt=0)
    """How often the worker looks for mails to send; for requests to write about, half as often."""
    device_trail_period_seconds: float = Field(default=60.0, gt=0)
    """How often the worker writes the sums of what devices repeat into the trail."""
    ack_wait_seconds: float = Field(default=10.0, ge=1)
    """What a worker that died had taken from the bus and not stored goes to another one after so long."""
    output_linger_seconds: float = Field(default=15.0, gt=0)
    """How long a viewer waits for output that a finished task promised: longer than `ack_wait_seconds`."""
    password_hash_memory_kib: int = Field(default=19_456, ge=8)
    """Argon2id memory; the default is OWASP's (19 MiB, 2 passes)."""

    @model_validator(mode="after")
    def _check_mail(self) -> Self:
        if self.smtp_host and not self.smtp_from:
            raise ValueError("BOSMAN_SMTP_FROM is missing: it names the sender of mails")
        if self.smtp_password and self.smtp_security == "none":
            raise ValueError("BOSMAN_SMTP_SECURITY=none would send the password of the mail server unencrypted")
        return self

    @property
    def mail_configured(self) -> bool:
        """Whether there is a mail server to send by."""
        return self.smtp_host is not None

    @cached_property
    def browser_url(self) -> str:
        """The address that people open, without a trailing slash."""
        return (self.public_url or f"http://{self.host}:{self.port}").rstrip("/")

    @property
    def keys_folder(self) -> Path:
        """Where the keys of this process are."""
        return self.keys_dir or self.state_dir / "keys"

    @property
    def release_cache(self) -> Path:
        """Where files of releases lie that the database has handed out once; may be deleted at any time."""
        return self.state_dir / "cache" / "releases"

    @property
    def gateway_url(self) -> str:
        """The address that `bosman-agent enroll` is given."""
        return f"https://{self.public_host}:{self.gateway_port}"
