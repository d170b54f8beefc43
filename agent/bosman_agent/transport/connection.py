"""The connection to the bus: one attempt, one connection; the connection manager decides when there is another.

nats-py's own reconnect is not used: it gives up for good on some errors, and it
would send what it had buffered out of order with what the outbox repeats.
"""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable
from pathlib import Path
from urllib.parse import urlsplit
from uuid import UUID, uuid4

from bosman_agent.identity.keys import client_context
from bosman_agent.transport.connection_errors import classify
from bosman_agent.transport.nats_client import Client, Msg, NatsError, allow_websockets
from bosman_protocol import subjects
from bosman_protocol.codes import Code

log = logging.getLogger(__name__)

CONNECT_SECONDS = 10.0
CLOSE_SECONDS = 5.0
PING_SECONDS = 60
CHECK_SECONDS = 5.0
PENDING_BYTES = 8 * 1024 * 1024

INSTANCE = uuid4().hex
"""Names this process to the server: one that comes back after another shows that two machines use one identity."""

Handler = Callable[[Msg], Awaitable[None]]


class BusUnreachableError(Exception):
    """The bus cannot be reached or does not want this device; the message says what was met, `code` names it."""

    def __init__(self, message: str, code: Code = Code.CONNECTION_REFUSED) -> None:
        super().__init__(message)
        self.code = code


class Connection:
    """One live connection. Once lost it stays lost."""

    def __init__(self, client: Client, lost: asyncio.Event, device_id: UUID) -> None:
        self._client = client
        self._lost = lost
        self.device_id = device_id

    async def wait_lost(self) -> None:
        """Return once the connection is gone."""
        await self._lost.wait()

    def give_up(self) -> None:
        """Declare the connection lost."""
        self._lost.set()

    async def request(self, subject: str, payload: bytes, timeout: float) -> bytes:
        """Ask and return the answer. Raises BusUnreachableError."""
        try:
            reply = await self._client.request(subject, payload, timeout=timeout)
        except (NatsError, OSError, TimeoutError) as error:
            raise BusUnreachableError(f"{type(error).__name__}: {error}") from error
        return reply.data

    async def publish(self, subject: str, payload: bytes, *, receipt: str, message_id: str) -> None:
        """Send to a stream, which repeats both ids on `subjects.stored` once it has the message.

        Raises BusUnreachableError.
        """
        headers = {subjects.RECEIPT_HEADER: receipt, subjects.MESSAGE_HEADER: message_id}
        try:
            await self._client.publish(subject, payload, headers=headers)
        except (NatsError, OSError) as error:
            raise BusUnreachableError(f"{type(error).__name__}: {error}") from error

    async def subscribe(self, subject: str, handler: Handler) -> None:
        """Hear a subject until the connection ends. Raises BusUnreachableError."""
        try:
            await self._client.subscribe(subject, cb=handler)
        except (NatsError, OSError) as error:
            raise BusUnreachableError(f"{type(error).__name__}: {error}") from error

    async def check(self) -> bool:
        """Whether the bus still answers; if not, the connection counts as lost."""
        try:
            async with asyncio.timeout(CHECK_SECONDS):
                await self._client.flush()
        except (NatsError, OSError, TimeoutError):
            self.give_up()
            return False
        return True

    async def close(self) -> None:
        """Let go of the connection, within bounds: a dead peer must not hold the agent."""
        await _discard(self._client)


async def connect(url: str, *, device_id: UUID, authority: Path, identity: Path) -> Connection:
    """Reach the bus at `url` (tls:// or wss://) with this device's certificate.

    Raises BusUnreachableError after at most CONNECT_SECONDS.
    """
    _check_scheme(url)
    lost = asyncio.Event()
    seen: list[Exception] = []

    async def on_closed() -> None:
        lost.set()

    async def on_error(error: Exception) -> None:
        seen.append(error)
        del seen[:-3]
        log.info("bus reports an error", extra={"error": f"{type(error).__name__}: {error}"})

    client = Client()
    try:
        async with asyncio.timeout(CONNECT_SECONDS):
            await client.connect(
                servers=[url],
                name=f"bosman-agent {device_id} {INSTANCE}",
                tls=client_context(authority, identity),
                tls_handshake_first=True,
                inbox_prefix=subjects.inbox_prefix(device_id),
                allow_reconnect=False,
                max_reconnect_attempts=1,
                reconnect_time_wait=1,
                connect_timeout=int(CONNECT_SECONDS),
                ping_interval=PING_SECONDS,
                max_outstanding_pings=2,
                pending_size=PENDING_BYTES,
                closed_cb=on_closed,
                error_cb=on_error,
            )
            # A server that hangs up on a refused certificate lets connect() return as if all were well.
            await client.flush()
    except (NatsError, OSError, TimeoutError, ImportError) as error:
        await _discard(client)
        causes = "; ".join(f"{type(cause).__name__}: {cause}" for cause in [*seen, error])
        raise BusUnreachableError(f"{url}: {causes}", classify([*seen, error])) from error
    except BaseException:
        await _discard(client)
        raise
    return Connection(client, lost, device_id)


def _check_scheme(url: str) -> None:
    if urlsplit(url).scheme not in {"tls", "wss"}:
        raise BusUnreachableError(f"{url}: only tls:// and wss:// are accepted")
    if url.startswith("wss:"):
        try:
            allow_websockets()
        except ImportError as error:
            raise BusUnreachableError(f"{url}: {error}") from error


async def _discard(client: Client) -> None:
    with contextlib.suppress(NatsError, OSError, TimeoutError):
        async with asyncio.timeout(CLOSE_SECONDS):
            await client.close()
