"""The configuration of the NATS server, for the embedded one and for those that operators run."""

import re
from dataclasses import dataclass, field
from pathlib import Path

from bosman_server.kit.crypto.nkeys import InvalidNkeyError, NkeyKind, PublicNkey

ACCOUNT = "BOSMAN"
"""The account of all services and devices."""
CALLOUT_ACCOUNT = "AUTH"
SYSTEM_ACCOUNT = "SYS"

_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class Listener:
    """Where to listen; port 0 lets EmbeddedNats choose one and remember it."""

    host: str = "127.0.0.1"
    port: int = 0


@dataclass(frozen=True, slots=True)
class NatsServerConfig:
    """Everything that differs between installations. Keys are public nkeys."""

    server_name: str
    store_dir: Path
    certificate_file: Path
    key_file: Path
    ca_file: Path
    callout_issuer: str
    """Account nkey that signs the callout's answers."""
    callout_user: str
    service_users: tuple[str, ...]
    """User nkeys of api and worker: full rights in the account, and not sent through the callout."""
    system_user: str
    client: Listener = field(default_factory=Listener)
    websocket: Listener | None = None
    monitoring: Listener | None = field(default_factory=Listener)
    """Plain HTTP without sign-in: keep it on loopback."""
    log_file: Path | None = None
    """None logs to standard error."""
    max_payload_bytes: int = 1024 * 1024
    max_connections: int = 20_000
    jetstream_memory_bytes: int = 256 * 1024 * 1024
    jetstream_file_bytes: int = 10 * 1024 * 1024 * 1024
    jetstream_sync_seconds: int = 10
    """How much acknowledged data a power failure may cost."""


def render(config: NatsServerConfig) -> str:
    """Return the text of nats.conf.

    Raises ValueError for a port that is not chosen yet, an nkey of the wrong kind and for text that
    would break out of its quotes.
    """
    blocks = [
        f"server_name: {_text(config.server_name)}",
        _listener(config.client),
        f"max_payload: {config.max_payload_bytes}",
        f"max_connections: {config.max_connections}",
        'ping_interval: "2m"',
        'write_deadline: "10s"',
        _logging(config.log_file),
        _monitoring(config.monitoring),
        # `auto` gives clients 50 ms and then talks plain text: under load most of them fail.
        _block("tls", [*_tls(config), "handshake_first: true"]),
        _websocket(config),
        _block(
            "jetstream",
            [
                f"store_dir: {_text(str(config.store_dir))}",
                f"max_memory_store: {config.jetstream_memory_bytes}",
                f"max_file_store: {config.jetstream_file_bytes}",
                f'sync_interval: "{config.jetstream_sync_seconds}s"',
            ],
        ),
        f"system_account: {SYSTEM_ACCOUNT}",
        _accounts(config),
        _authorization(config),
    ]
    return "\n".join(block for block in blocks if block) + "\n"


def _listener(listener: Listener) -> str:
    if not 0 < listener.port < 65536:
        msg = "a listener's port is not chosen"
        raise ValueError(msg)
    return f"host: {_text(listener.host)}\nport: {listener.port}"


def _logging(log_file: Path | None) -> str:
    if log_file is None:
        return ""
    limits = "logfile_size_limit: 10485760\nlogfile_max_num: 5"
    return f"log_file: {_text(str(log_file))}\n{limits}\nlogtime_utc: true"


def _monitoring(listener: Listener | None) -> str:
    if listener is None:
        return ""
    _listener(listener)
    host = f"[{listener.host}]" if ":" in listener.host else listener.host
    return f"http: {_text(f'{host}:{listener.port}')}"


def _tls(config: NatsServerConfig) -> list[str]:
    return [
        f"cert_file: {_text(str(config.certificate_file))}",
        f"key_file: {_text(str(config.key_file))}",
        f"ca_file: {_text(str(config.ca_file))}",
        "verify: true",
        "timeout: 10",
    ]


def _websocket(config: NatsServerConfig) -> str:
    if config.websocket is None:
        return ""
    return _block("websocket", [_listener(config.websocket), _block("tls", _tls(config))])


def _accounts(config: NatsServerConfig) -> str:
    services = _users(config.service_users)
    return _block(
        "accounts",
        [
            _block(SYSTEM_ACCOUNT, [_users((config.system_user,))]),
            _block(CALLOUT_ACCOUNT, [_users((config.callout_user,))]),
            _block(ACCOUNT, ["jetstream: enabled", services]),
        ],
    )


def _authorization(config: NatsServerConfig) -> str:
    """Everyone but our own services goes through the callout, whatever they present."""
    listed = (config.callout_user, config.system_user, *config.service_users)
    callout = _block(
        "auth_callout",
        [
            f"issuer: {_nkey(config.callout_issuer, NkeyKind.ACCOUNT)}",
            f"account: {CALLOUT_ACCOUNT}",
            f"auth_users: [{', '.join(_nkey(user, NkeyKind.USER) for user in listed)}]",
        ],
    )
    return _block("authorization", ["timeout: 10", callout])


def _users(keys: tuple[str, ...]) -> str:
    return f"users: [{', '.join(f'{{ nkey: {_nkey(key, NkeyKind.USER)} }}' for key in keys)}]"


def _nkey(key: str, kind: NkeyKind) -> str:
    try:
        actual = PublicNkey.decode(key).kind
    except InvalidNkeyError as error:
        msg = "not a public nkey"
        raise ValueError(msg) from error
    if actual is not kind:
        msg = f"not the public nkey of a {kind.name.lower()}"
        raise ValueError(msg)
    return key


def _block(name: str, lines: list[str]) -> str:
    body = "\n".join(lines)
    indented = "\n".join(f"  {line}" for line in body.splitlines())
    return f"{name} {{\n{indented}\n}}"


def _text(value: str) -> str:
    if _CONTROL.search(value):
        msg = "control characters in the NATS configuration"
        raise ValueError(msg)
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
