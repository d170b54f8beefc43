"""The configuration of the NATS server, for the embedded one and for those that operators run."""

import re
from dataclasses import dataclass, field
from pathlib import Path

from bosman_server.kit.bus.rights import (
    CALLOUT,
    CALLOUT_ACCOUNT,
    DEVICES_ACCOUNT,
    FROM_DEVICES,
    SERVICES_ACCOUNT,
    SYSTEM,
    SYSTEM_ACCOUNT,
    TO_DEVICES,
    Rights,
    ServiceUser,
)
from bosman_server.kit.crypto.nkeys import InvalidNkeyError, NkeyKind, PublicNkey

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
    service_users: tuple[ServiceUser, ...]
    """api and worker: not sent through the callout, each with the rights of its role."""
    system_user: str
    client: Listener = field(default_factory=Listener)
    websocket: Listener | None = None
    monitoring: Listener | None = None
    """Plain HTTP without sign-in, which tells whoever reaches it of every connection: closed unless asked for."""
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
    return _block(
        "accounts",
        [
            _block(SYSTEM_ACCOUNT, [_users((ServiceUser(config.system_user, SYSTEM),))]),
            _block(CALLOUT_ACCOUNT, [_users((ServiceUser(config.callout_user, CALLOUT),))]),
            _block(
                SERVICES_ACCOUNT,
                [
                    "jetstream: enabled",
                    _users(config.service_users),
                    *_border(TO_DEVICES, FROM_DEVICES, DEVICES_ACCOUNT),
                ],
            ),
            # Its users come from the callout alone.
            _block(DEVICES_ACCOUNT, _border(FROM_DEVICES, TO_DEVICES, SERVICES_ACCOUNT)),
        ],
    )


def _border(out: tuple[str, ...], into: tuple[str, ...], other: str) -> list[str]:
    """Streams that cross to and from the other account. No service crosses: its answers follow reply subjects."""
    exports = ", ".join(f"{{ stream: {_text(subject)}, accounts: [{other}] }}" for subject in out)
    imports = ", ".join(f"{{ stream: {{ account: {other}, subject: {_text(subject)} }} }}" for subject in into)
    return [f"exports: [{exports}]", f"imports: [{imports}]"]


def _authorization(config: NatsServerConfig) -> str:
    """Everyone but our own services goes through the callout, whatever they present."""
    listed = (config.callout_user, config.system_user, *(user.nkey for user in config.service_users))
    callout = _block(
        "auth_callout",
        [
            f"issuer: {_nkey(config.callout_issuer, NkeyKind.ACCOUNT)}",
            f"account: {CALLOUT_ACCOUNT}",
            f"auth_users: [{', '.join(_nkey(user, NkeyKind.USER) for user in listed)}]",
        ],
    )
    return _block("authorization", ["timeout: 10", callout])


def _users(users: tuple[ServiceUser, ...]) -> str:
    lines = [
        f"{{ nkey: {_nkey(user.nkey, NkeyKind.USER)}, permissions: {_permissions(user.rights)} }}" for user in users
    ]
    return "users: [\n" + "\n".join(f"  {line}" for line in lines) + "\n]"


def _permissions(rights: Rights) -> str:
    """An empty list would allow everything: what may publish nothing is denied everything by name."""
    publish = f"{{ allow: {_subjects(rights.publish)} }}" if rights.publish else '{ deny: ">" }'
    answers = f", allow_responses: {{ max: 1, expires: {_text('30s')} }}" if rights.answers else ""
    return f"{{ publish: {publish}, subscribe: {{ allow: {_subjects(rights.subscribe)} }}{answers} }}"


def _subjects(subjects: tuple[str, ...]) -> str:
    return f"[{', '.join(_text(subject) for subject in subjects)}]"


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
