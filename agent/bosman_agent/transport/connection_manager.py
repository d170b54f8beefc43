"""Keeps the agent connected: tries every address with every identity, backs off, begins anew."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

from bosman_agent.backoff import full_jitter
from bosman_agent.cancellation import cancel_and_wait
from bosman_agent.identity.config import AgentConfig
from bosman_agent.identity.data_dir import DataDir
from bosman_agent.transport.connection import BusUnreachableError, Connection, connect
from bosman_agent.transport.connection_errors import most_telling
from bosman_agent.transport.outages import Outages
from bosman_protocol.codes import Code
from bosman_protocol.failures import ErrorDetail

log = logging.getLogger(__name__)

STABLE_SECONDS = 10.0
BASE_SECONDS = 1.0

Service = Callable[[Connection], Awaitable[None]]
OnChange = Callable[[str | None, str | None, Code | None], None]
"""Takes where the agent is connected, or what keeps it from that, in words and by its code."""


async def _log_only(error: ErrorDetail) -> None:
    log.warning("outage is over", extra={"code": error.code, **error.params})


class ConnectionManager:
    """Runs the services over one connection after another until cancelled."""

    def __init__(
        self,
        data: DataDir,
        *,
        config: Callable[[], AgentConfig],
        services: Sequence[Service],
        on_change: OnChange,
        on_outage: Callable[[ErrorDetail], Awaitable[None]] = _log_only,
    ) -> None:
        self._data = data
        self._config = config
        self._services = services
        self._on_change = on_change
        self._on_outage = on_outage
        self._outages = Outages()
        self.connected = asyncio.Event()

    async def run(self) -> None:
        """Connect, serve, and when the connection is lost do so again. Errors of a service end the agent."""
        failures = 0
        loop = asyncio.get_running_loop()
        while True:
            try:
                connection, url = await self._connect_somewhere()
            except BusUnreachableError as error:
                log.warning("bus is unreachable", extra={"error": error, "code": error.code})
                self._outages.failed(error.code, str(error))
                self._on_change(None, str(error), error.code)
            else:
                began = loop.time()
                log.info("connected", extra={"url": url})
                self._on_change(url, None, None)
                self.connected.set()
                if (outage := self._outages.over()) is not None:
                    await self._on_outage(outage)
                await self._serve(connection)
                self.connected.clear()
                log.info("connection ended")
                self._on_change(None, None, None)
                if loop.time() - began >= STABLE_SECONDS:
                    failures = 0
            await asyncio.sleep(
                full_jitter(
                    failures, base_seconds=BASE_SECONDS, cap_seconds=self._config().settings.reconnect_cap_seconds
                )
            )
            failures += 1

    async def _connect_somewhere(self) -> tuple[Connection, str]:
        config = self._config()
        causes: list[BusUnreachableError] = []
        for identity in self._identities():
            for url in config.bus_urls:
                try:
                    connection = await connect(
                        url, device_id=config.device_id, authority=self._data.authority, identity=identity
                    )
                except BusUnreachableError as error:
                    causes.append(error)
                    continue
                self._settle_identity(identity)
                return connection, url
        raise BusUnreachableError(
            " | ".join(map(str, causes)) or "no address is known", most_telling(cause.code for cause in causes)
        )

    def _identities(self) -> list[Path]:
        renewed = [self._data.next_identity] if self._data.next_identity.exists() else []
        return [*renewed, self._data.identity]

    def _settle_identity(self, used: Path) -> None:
        """A renewed identity that connected replaces the old one; one that did not while the old one did is dropped."""
        if used == self._data.next_identity:
            used.replace(self._data.identity)
        else:
            self._data.next_identity.unlink(missing_ok=True)

    async def _serve(self, connection: Connection) -> None:
        tasks = [asyncio.ensure_future(service(connection)) for service in self._services]
        lost = asyncio.create_task(connection.wait_lost())
        try:
            waiting: set[asyncio.Future[None]] = {lost, *tasks}
            while not lost.done() and tasks:
                done, waiting = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
                for task in done - {lost}:
                    # A service that ends tidily is done with this connection; an error must not go unseen.
                    task.result()
        finally:
            await cancel_and_wait([lost, *tasks])
            await connection.close()
