"""The services' own connections to NATS: certificate and nkey, and a return after every break."""

import asyncio
import random
import signal
import ssl
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path

import nats.errors
import structlog
from nats.aio.client import Client as NatsClient
from nats.aio.client import Server
from nats.protocol import parser

from bosman_protocol.hostile_wire import HostileWire, harden
from bosman_server.kit.bus.rights import inbox_prefix as inbox_of
from bosman_server.kit.crypto.keyring import Keyring

harden(parser)
CONNECT_SECONDS = 8.0
OLDEST_SERVER = (2, 12)
"""Older nats-servers read answers to their own API as requests: what a device says could purge a stream."""
_MAX_DELAY_SECONDS = 15.0
_FIRST_DELAY_SECONDS = 0.25
_DROPPED_IN_A_ROW = 500
_log = structlog.get_logger(__name__)


class Client(HostileWire, NatsClient):
    """nats-py's client, which reads on whatever a device sends."""

    lets_through: Callable[[bytes], bool] | None = None
    """Asked by the subject before anything is done about a message; it must be cheap."""
    _dropped = 0
    came_back: Callable[[], None] | None = None
    """Called when the connection stands again after a break: what was said meanwhile has passed us by."""

    async def _process_msg(self, sid: int, subject: bytes, reply: bytes, data: bytes, headers: object) -> None:
        if self.lets_through is not None and not self.lets_through(bytes(subject)):
            self._dropped += 1
            if self._dropped % _DROPPED_IN_A_ROW == 0:
                # Everything else first: the server slows down whoever sends what we do not read.
                await asyncio.sleep(0)
            return
        await super()._process_msg(sid, subject, reply, data, headers)


class BusUnavailableError(Exception):
    """No connection to NATS within the time allowed; the cause is the last refusal seen."""


class BusTooOldError(Exception):
    """The nats-server is older than OLDEST_SERVER; the message names both versions."""


class Lifeline:
    """Ends the process when its connection closes for good: whoever supervises it starts a fresh one.

    A service without the bus can only wait; nats-py gives up after some errors of the protocol.
    """

    def __init__(self) -> None:
        self._wanted = True

    def let_go(self) -> None:
        """We are closing it ourselves."""
        self._wanted = False

    async def lost(self) -> None:
        """The connection has closed."""
        if self._wanted:
            self._wanted = False
            _log.error("bus_closed_for_good")
            signal.raise_signal(signal.SIGTERM)


class _Watch:
    """Logs what happens to one connection, and paces its returns."""

    def __init__(self, name: str, on_closed: Callable[[], Awaitable[None]] | None) -> None:
        self.client = Client()
        self.last_error: Exception | None = None
        self.on_closed = on_closed
        self._log = _log.bind(connection=name)
        self._failures = 0

    async def failed(self, error: Exception) -> None:
        self.last_error = error
        self._log.warning("bus_error", error=str(error) or type(error).__name__)

    async def disconnected(self) -> None:
        if not self.client.is_closed:
            self._log.warning("bus_disconnected")

    async def reconnected(self) -> None:
        self._failures = 0
        self._log.info("bus_reconnected")
        if self.client.came_back is not None:
            self.client.came_back()

    async def closed(self) -> None:
        self._log.info("bus_closed", error=str(self.client.last_error or ""))
        if self.on_closed is not None:
            await self.on_closed()

    def next_try(self, servers: list[Server], _info: dict[str, object]) -> tuple[Server | None, float]:
        """Full jitter: after n failures wait anything up to first·2ⁿ seconds, within a limit."""
        limit = min(_MAX_DELAY_SECONDS, _FIRST_DELAY_SECONDS * 2 ** min(self._failures, 16))
        self._failures += 1
        delay = random.uniform(0, limit)  # noqa: S311  jitter is no secret
        return random.choice(servers), delay  # noqa: S311  as above


async def connect_as(
    role: str,
    keyring: Keyring,
    url: str,
    *,
    name: str | None = None,
    on_closed: Callable[[], Awaitable[None]] | None = None,
) -> Client:
    """Connect with the certificate and the key of a role (`api`, `worker`, `system`); otherwise `connect_service`."""
    files = keyring.certificate(f"svc-{role}")
    return await connect_service(
        url,
        ca_file=keyring.authority_file,
        cert_file=files.certificate,
        key_file=files.key,
        nkey_seed=keyring.nkey(role).seed,
        name=name or role,
        inbox_prefix=inbox_of(role),
        on_closed=on_closed,
    )


async def connect_service(
    url: str | list[str],
    *,
    ca_file: Path,
    cert_file: Path,
    key_file: Path,
    nkey_seed: str,
    name: str,
    inbox_prefix: str = "_INBOX",
    on_closed: Callable[[], Awaitable[None]] | None = None,
) -> Client:
    """Connect a service; raise BusUnavailableError if no try succeeds within CONNECT_SECONDS.

    Raises BusTooOldError for a server that is older than OLDEST_SERVER.

    From then on the client reconnects for ever. Some errors of the protocol still make it close for
    good: `on_closed` is awaited then, and after `close`, and a service should end or connect anew.
    """
    context = ssl.create_default_context(cafile=str(ca_file))
    context.load_cert_chain(cert_file, key_file)
    watch = _Watch(name, on_closed)
    connecting = watch.client.connect(
        url,
        name=name,
        tls=context,
        tls_handshake_first=True,
        nkeys_seed_str=nkey_seed,
        inbox_prefix=inbox_prefix,
        connect_timeout=5,
        max_reconnect_attempts=-1,
        # Only paces the first connection, whose tries nats-py does not hand to the handler.
        reconnect_time_wait=random.uniform(0.2, 0.6),  # type: ignore[arg-type]  # noqa: S311
        reconnect_to_server_handler=watch.next_try,
        ping_interval=20,
        max_outstanding_pings=2,
        error_cb=watch.failed,
        disconnected_cb=watch.disconnected,
        reconnected_cb=watch.reconnected,
        closed_cb=watch.closed,
    )
    try:
        await asyncio.wait_for(connecting, CONNECT_SECONDS)
    except (TimeoutError, OSError, nats.errors.Error) as error:
        await _let_go(watch)
        cause = watch.last_error or error
        msg = f"no connection to the bus as {name}: {cause or type(cause).__name__}"
        raise BusUnavailableError(msg) from cause
    await _refuse_old(watch)
    return watch.client


async def _let_go(watch: _Watch) -> None:
    watch.on_closed = None
    with suppress(TimeoutError, OSError, nats.errors.Error):
        await asyncio.wait_for(watch.client.close(), 2)


async def _refuse_old(watch: _Watch) -> None:
    version = watch.client.connected_server_version
    if (version.major, version.minor) < OLDEST_SERVER:
        watch.on_closed = None
        await watch.client.close()
        wanted = ".".join(map(str, OLDEST_SERVER))
        msg = f"nats-server {version.major}.{version.minor}.{version.patch} is too old: {wanted} or newer is needed"
        raise BusTooOldError(msg)
