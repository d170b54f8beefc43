"""A nats-server of our own for `bosman up`: found or started, with ports that stay the same."""

import asyncio
import hashlib
import http.client
import os
import shutil
import signal
import socket
import ssl
import subprocess
import sysconfig
import time
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

import psutil
import structlog

from bosman_server.embedded.ports import remembered_ports
from bosman_server.embedded.process import (
    EmbeddedServerError,
    command_line,
    exclusive,
    is_alive,
    keep,
    processes_named,
    reap,
    tail,
    terminate,
    write_atomically,
)
from bosman_server.kit.bus.server_config import Listener, NatsServerConfig, render

BINARY_VARIABLE = "BOSMAN_NATS_SERVER"
_PROGRAM = "nats-server"
_SHUTDOWN = ((signal.SIGTERM, 20.0),)
_PROBE_SECONDS = 2.0
_ANY_ADDRESS = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104  read, not bound
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class NatsEndpoint:
    """How processes on this machine reach a running server."""

    url: str
    websocket_url: str | None
    monitoring_url: str | None


class EmbeddedNats:
    """One server with its store below `root`.

    `start` attaches to a server that already runs there with the very same configuration and
    certificates, and replaces one that runs with others; a server survives the death of its launcher.
    """

    def __init__(
        self,
        root: Path,
        config: NatsServerConfig,
        *,
        binary: Path | None = None,
        start_timeout_seconds: float = 30.0,
    ) -> None:
        self._root = root.absolute()
        self._wanted = config
        self._binary = binary
        self._timeout = start_timeout_seconds
        self._process: psutil.Process | None = None

    @property
    def is_running(self) -> bool:
        """Whether the server that `start` found or started still lives."""
        return self._process is not None and is_alive(self._process)

    async def start(self) -> NatsEndpoint:
        """Make sure that a server with this configuration runs; raise EmbeddedServerError if it cannot."""
        return await asyncio.to_thread(self._start)

    async def stop(self) -> None:
        """Shut the server down in order, whoever started it; nothing happens if none runs."""
        await asyncio.to_thread(self._stop)

    def _start(self) -> NatsEndpoint:
        self._root.mkdir(mode=0o700, parents=True, exist_ok=True)
        with exclusive(self._root / "start.lock", self._timeout):
            config = _with_ports(self._wanted, self._root / "ports.json")
            text = render(config)
            file = self._root / f"nats-{_digest(text, config)}.conf"
            running = self._running()
            if running is not None and command_line(running)[2:3] == [str(file)]:
                _wait_ready(config, running, self._startup_log, self._timeout)
                self._process = running
                _log.info("nats_attached", pid=running.pid)
                return _endpoint(config)
            if running is not None:
                terminate(running, _SHUTDOWN)
                _log.info("nats_replaced", pid=running.pid)
            self._launch(config, file, text)
            return _endpoint(config)

    def _launch(self, config: NatsServerConfig, file: Path, text: str) -> None:
        for outdated in self._root.glob("nats-*.conf"):
            outdated.unlink()
        write_atomically(file, text, 0o600)
        command: list[str | Path] = [_find_binary(self._binary), "-c", file]
        with self._startup_log.open("wb") as output:
            child = subprocess.Popen(  # noqa: S603  the program is ours
                command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                cwd="/",
                start_new_session=True,
                # Thousands of handshakes leave garbage behind; Go's default lets it double the memory.
                env={"GOGC": "15", **os.environ},
            )
        keep(child)
        try:
            self._process = psutil.Process(child.pid)
            _wait_ready(config, self._process, self._startup_log, self._timeout)
        finally:
            reap()
        _log.info("nats_started", url=_endpoint(config).url)

    def _stop(self) -> None:
        if not self._root.is_dir():
            return
        with exclusive(self._root / "start.lock", self._timeout):
            running = self._running()
            if running is not None:
                terminate(running, _SHUTDOWN)
                _log.info("nats_stopped", pid=running.pid)
        reap()

    def _running(self) -> psutil.Process | None:
        """Find the server that runs on one of our configuration files, whose name is its digest."""
        for process in processes_named(_PROGRAM, os.geteuid()):
            arguments = command_line(process)
            if arguments[1:2] == ["-c"] and Path(*arguments[2:3]).parent == self._root:
                return process
        return None

    @property
    def _startup_log(self) -> Path:
        return self._root / "startup.log"


def _with_ports(config: NatsServerConfig, file: Path) -> NatsServerConfig:
    listeners = {"client": config.client, "websocket": config.websocket, "monitoring": config.monitoring}
    wanted = {name: (item.host, item.port) for name, item in listeners.items() if item is not None}
    ports = remembered_ports(file, wanted)

    def chosen(name: str, item: Listener | None) -> Listener | None:
        return None if item is None else replace(item, port=ports[name])

    return replace(
        config,
        client=replace(config.client, port=ports["client"]),
        websocket=chosen("websocket", config.websocket),
        monitoring=chosen("monitoring", config.monitoring),
    )


def _digest(text: str, config: NatsServerConfig) -> str:
    """Name the configuration with the certificates in it: a renewed one must be loaded."""
    digest = hashlib.sha256(text.encode())
    for file in (config.certificate_file, config.key_file, config.ca_file):
        digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()[:24]


def _find_binary(override: Path | None) -> Path:
    named = override or os.environ.get(BINARY_VARIABLE)
    beside_python = Path(sysconfig.get_path("scripts")) / _PROGRAM
    on_path = shutil.which(_PROGRAM)
    for candidate in (named,) if named else (beside_python, on_path):
        if candidate and os.access(candidate, os.X_OK):
            return Path(candidate).absolute()
    msg = f"no {_PROGRAM} found at {named or beside_python}"
    raise EmbeddedServerError(msg)


def _wait_ready(config: NatsServerConfig, server: psutil.Process, startup_log: Path, timeout_seconds: float) -> None:
    probe = _is_healthy if config.monitoring else _shakes_hands
    deadline = time.monotonic() + timeout_seconds
    while not (_listens(server, config.client.port) and probe(config)):
        reason = tail(startup_log) + (tail(config.log_file) if config.log_file else "")
        if not is_alive(server):
            msg = f"nats-server ended while it started: {reason}"
            raise EmbeddedServerError(msg)
        if time.monotonic() > deadline:
            msg = f"nats-server was not ready within {timeout_seconds} s: {reason}"
            raise EmbeddedServerError(msg)
        time.sleep(0.03)


def _listens(server: psutil.Process, port: int) -> bool:
    """Whether it is this very process that has the port: a stranger on it may answer probes too."""
    try:
        sockets = server.net_connections(kind="tcp")
    except (psutil.NoSuchProcess, psutil.AccessDenied):
        return False
    return any(item.status == psutil.CONN_LISTEN and item.laddr and item.laddr.port == port for item in sockets)


def _is_healthy(config: NatsServerConfig) -> bool:
    """Whether the server says that all of it is up, JetStream included."""
    assert config.monitoring is not None
    host = _reachable(config.monitoring.host)
    with closing(http.client.HTTPConnection(host, config.monitoring.port, timeout=_PROBE_SECONDS)) as client:
        try:
            client.request("GET", "/healthz")
            return client.getresponse().status == http.HTTPStatus.OK
        except (OSError, http.client.HTTPException):
            return False


def _shakes_hands(config: NatsServerConfig) -> bool:
    """Whether a server with a certificate of our CA answers; it drops us later, having none ourselves."""
    context = ssl.create_default_context(cafile=str(config.ca_file))
    context.check_hostname = False
    address = (_reachable(config.client.host), config.client.port)
    try:
        with (
            socket.create_connection(address, timeout=_PROBE_SECONDS) as plain,
            context.wrap_socket(plain),
        ):
            return True
    except OSError:
        return False


def _endpoint(config: NatsServerConfig) -> NatsEndpoint:
    return NatsEndpoint(
        url=_url("tls", config.client),
        websocket_url=_url("wss", config.websocket) if config.websocket else None,
        monitoring_url=_url("http", config.monitoring) if config.monitoring else None,
    )


def _url(scheme: str, listener: Listener) -> str:
    host = _reachable(listener.host)
    return f"{scheme}://{f'[{host}]' if ':' in host else host}:{listener.port}"


def _reachable(host: str) -> str:
    return _ANY_ADDRESS.get(host, host)
