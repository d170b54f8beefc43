"""What enrolment gave this device, and its settings: one JSON file."""

import os
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

import msgspec
from msgspec import Meta

from bosman_agent.identity.data_dir import DataDir, write_private
from bosman_protocol.signing import SigningKey
from bosman_protocol.trust import TrustStatement

RESTART_COMMAND_VARIABLE = "BOSMAN_AGENT_RESTART_COMMAND"
RECONNECT_MAX_VARIABLE = "BOSMAN_AGENT_RECONNECT_MAX_SECONDS"
RECONNECT_LEASE_JITTER_VARIABLE = "BOSMAN_AGENT_RECONNECT_LEASE_JITTER_SECONDS"

PositiveSeconds = Annotated[float, Meta(gt=0, le=86_400)]
JitterSeconds = Annotated[float, Meta(ge=0, le=3_600)]


class NotEnrolledError(Exception):
    """The data folder holds no identity yet."""


class ConfigBrokenError(Exception):
    """`agent.json` is there but cannot be read, or a variable that overrides it makes no sense.

    `source` is the file or the variable, `detail` names the place in it.
    """

    def __init__(self, source: Path | str, detail: str) -> None:
        super().__init__(f"{source}: {detail}")
        self.source = source
        self.detail = detail


class Settings(msgspec.Struct, frozen=True):
    """What may be tuned on a device; every value has a default that fits a fleet."""

    poll_seconds: PositiveSeconds = 240.0
    """How often to ask for work when nobody nudges; ±30 % jitter is added."""
    reconnect_cap_seconds: PositiveSeconds = 60.0
    """Longest pause between two attempts to reach the bus."""
    reconnect_lease_jitter_seconds: JitterSeconds = 5.0
    """The first request for work over a renewed connection waits for a random part of this."""
    shutdown_grace_seconds: Annotated[float, Meta(ge=0, le=600)] = 10.0
    """How long running tasks may still finish once the service is told to stop."""
    outbox_limit_bytes: Annotated[int, Meta(ge=65_536)] = 200 * 1024 * 1024
    """Output waiting for the server beyond this is dropped (results never are)."""
    automatic_reports: bool = True
    """Send facts, software and pending updates once a day without being asked."""
    restart_command: tuple[str, ...] | None = None
    """Overrides the platform's command; `{seconds}`, `{minutes}` and `{reason}` are filled in."""
    log_level: str = "INFO"

    @property
    def lease_jitter_seconds(self) -> float:
        """The jitter that counts: whoever reconnects quickly does not want to wait longer for work than for the bus."""
        return min(self.reconnect_lease_jitter_seconds, self.reconnect_cap_seconds)


_OVERRIDES: dict[str, tuple[str, Any]] = {
    RESTART_COMMAND_VARIABLE: ("restart_command", tuple[str, ...]),
    RECONNECT_MAX_VARIABLE: ("reconnect_cap_seconds", PositiveSeconds),
    RECONNECT_LEASE_JITTER_VARIABLE: ("reconnect_lease_jitter_seconds", JitterSeconds),
}
"""Which setting an environment variable stands for, and the type of its JSON."""


class TrustAnchor(msgspec.Struct, frozen=True):
    """From whom this device takes the next trust statement, and which one it has."""

    installation_id: UUID
    version: int
    root_keys: tuple[SigningKey, ...]


class AgentConfig(msgspec.Struct, frozen=True):
    """What enrolment gave this device, with its settings.

    `bus_urls` and `signing_keys` are those of the last trust statement; only another one changes them.
    """

    device_id: UUID
    tenant_id: UUID
    server_url: str
    bus_urls: tuple[str, ...]
    signing_keys: tuple[SigningKey, ...]
    enrolled_at: datetime
    settings: Settings = Settings()
    trust: TrustAnchor | None = None
    """None where the device was enrolled before there were statements, and has not heard of the root yet."""

    def trusting(self, statement: TrustStatement) -> "AgentConfig":
        """The configuration once a statement has been verified."""
        return msgspec.structs.replace(
            self,
            bus_urls=statement.bus_urls,
            signing_keys=statement.signing_keys,
            trust=TrustAnchor(statement.installation_id, statement.version, statement.root_keys),
        )


def save_config(data: DataDir, config: AgentConfig) -> None:
    """Store the configuration. Raises OSError."""
    write_private(data.config, msgspec.json.format(msgspec.json.encode(config), indent=2))


def save_trust(data: DataDir, statement: TrustStatement) -> None:
    """Store what a statement changes, and no override of the environment with it.

    Raises OSError, NotEnrolledError, ConfigBrokenError.
    """
    save_config(data, _stored(data).trusting(statement))


def load_config(data: DataDir) -> AgentConfig:
    """The stored configuration with the environment's overrides.

    Raises NotEnrolledError, ConfigBrokenError.
    """
    config = _stored(data)
    return msgspec.structs.replace(config, settings=_overridden(config.settings))


def _stored(data: DataDir) -> AgentConfig:
    try:
        raw = data.config.read_bytes()
    except FileNotFoundError:
        raise NotEnrolledError from None
    except OSError as error:
        raise ConfigBrokenError(data.config, str(error)) from error
    try:
        return msgspec.json.decode(raw, type=AgentConfig)
    except msgspec.MsgspecError as error:
        raise ConfigBrokenError(data.config, str(error)) from error


def _overridden(settings: Settings) -> Settings:
    changes = {}
    for variable, (field, kind) in _OVERRIDES.items():
        value = os.environ.get(variable)
        if not value:
            continue
        try:
            changes[field] = msgspec.json.decode(value, type=kind)
        except msgspec.MsgspecError as error:
            raise ConfigBrokenError(variable, str(error)) from error
    return msgspec.structs.replace(settings, **changes)
