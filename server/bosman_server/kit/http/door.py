"""A front for a TLS server that strangers reach: counts connections by address before it spends anything on them.

uvicorn hears of a connection once its TLS stands, and then counts all alike: one stranger with idle connections, or
with ones that never begin TLS, would take every place and every descriptor of the process.
"""

import asyncio
import socket
import ssl
from collections import Counter
from collections.abc import Callable
from typing import Any, cast

import structlog
import uvicorn

from bosman_server.kit.http.protocol import GuardedProtocol
from bosman_server.kit.metrics import GATEWAY_TURNED_AWAY
from bosman_server.kit.quota import network_of

log = structlog.get_logger()

HANDSHAKE_SECONDS = 5.0
"""For TLS to stand."""
HEAD_SECONDS = 5.0
"""For the first request's head, and for every later one that has begun."""
_BACKLOG = 512
_PAUSE_SECONDS = 0.1


class DoorProtocol(GuardedProtocol):
    """One connection that tells the door of its end."""

    head_seconds = HEAD_SECONDS

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.on_lost: Callable[[], None] = lambda: None

    def connection_lost(self, exc: Exception | None) -> None:
        """The place is free again."""
        super().connection_lost(exc)
        self.on_lost()


class Door:
    """Listens, admits, begins TLS."""

    def __init__(
        self, make: Callable[[], DoorProtocol], context: ssl.SSLContext, *, per_address: int, most: int
    ) -> None:
        self._make = make
        self._context = context
        self._per_address = per_address
        self._most = most
        self._places: Counter[str] = Counter()
        self._sockets: list[socket.socket] = []
        self._accepting: list[asyncio.Task[None]] = []
        self._welcoming: set[asyncio.Task[None]] = set()

    async def open(self, host: str, port: int) -> None:
        """Listen on every address of `host`. Raises OSError."""
        loop = asyncio.get_running_loop()
        found = await loop.getaddrinfo(host or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        for family, kind, number, _, address in dict.fromkeys(found):
            listener = socket.socket(family, kind, number)
            self._sockets.append(listener)
            listener.setblocking(False)  # noqa: FBT003 - as socket wants it
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            if family == socket.AF_INET6:
                listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
            listener.bind(address)
            listener.listen(_BACKLOG)
        self._accepting = [asyncio.create_task(self._accept(listener)) for listener in self._sockets]

    def close(self) -> None:
        """Take nobody in any more."""
        for task in (*self._accepting, *self._welcoming):
            task.cancel()
        for listener in self._sockets:
            listener.close()

    async def wait_closed(self) -> None:
        """Return once nobody is being taken in."""
        await asyncio.gather(*self._accepting, *self._welcoming, return_exceptions=True)

    async def _accept(self, listener: socket.socket) -> None:
        loop = asyncio.get_running_loop()
        while True:
            try:
                connection, address = await loop.sock_accept(listener)
            except OSError as error:
                # Out of descriptors, or the peer has gone already.
                log.warning("accept_failed", error=str(error))
                await asyncio.sleep(_PAUSE_SECONDS)
                continue
            group = network_of(str(address[0]))
            if self._places[group] >= self._per_address or self._places.total() >= self._most:
                GATEWAY_TURNED_AWAY.inc()
                connection.close()
                continue
            self._places[group] += 1
            task = asyncio.create_task(self._welcome(connection, group))
            self._welcoming.add(task)
            task.add_done_callback(self._welcoming.discard)

    async def _welcome(self, connection: socket.socket, group: str) -> None:
        held = True

        def release() -> None:
            nonlocal held
            if held:
                held = False
                self._places[group] -= 1
                if not self._places[group]:
                    del self._places[group]

        protocol = self._make()
        protocol.on_lost = release
        try:
            await asyncio.get_running_loop().connect_accepted_socket(
                lambda: protocol,
                connection,
                ssl=self._context,
                ssl_handshake_timeout=HANDSHAKE_SECONDS,
                ssl_shutdown_timeout=HANDSHAKE_SECONDS,
            )
        except OSError:
            # No TLS, none in time, or gone.
            release()
            connection.close()
        except BaseException:
            release()
            connection.close()
            raise


class DoorServer(uvicorn.Server):
    """uvicorn behind a door."""

    def __init__(self, config: uvicorn.Config, *, per_address: int, most: int) -> None:
        super().__init__(config)
        self._per_address = per_address
        self._most = most

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Open the door. Raises OSError when the address cannot be had."""
        assert sockets is None, "a door opens its own"
        assert self.config.ssl is not None, "a door is for TLS"
        await self.lifespan.startup()
        door = Door(self._protocol, self.config.ssl, per_address=self._per_address, most=self._most)
        # As far as uvicorn looks at them, a server that can be closed.
        self.servers = [cast("asyncio.Server", door)]
        await door.open(self.config.host, self.config.port)
        self.started = True

    def _protocol(self) -> DoorProtocol:
        return DoorProtocol(config=self.config, server_state=self.server_state, app_state=self.lifespan.state)
