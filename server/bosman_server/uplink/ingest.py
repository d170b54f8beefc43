"""What a slice's consumer is given: a transaction, and a list of things to say once it has committed."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from nats.aio.client import Client

from bosman_protocol.uplink import UplinkMessage
from bosman_server.kit.live import Change, announce
from bosman_server.tenancy.directory import KnownDevice


@dataclass(slots=True)
class Ingest:
    """One batch in one transaction."""

    connection: Any
    bus: Client
    _after_commit: list[Callable[[], Awaitable[None]]] = field(default_factory=list)

    def publish(self, subject: str, payload: bytes) -> None:
        """Say something once the batch has committed."""
        self._after_commit.append(lambda: self.bus.publish(subject, payload))

    def announce(self, change: Change) -> None:
        """Tell the tenant's browsers once the batch has committed."""
        self._after_commit.append(lambda: announce(self.bus, change))

    async def run_after_commit(self) -> None:
        """Called when the commit is done."""
        for action in self._after_commit:
            await action()


Received = tuple[KnownDevice, Any]
"""Who said it, and what (of the type that the handler is registered for)."""
Handler = Callable[[Ingest, list[Received]], Awaitable[None]]
Handlers = dict[type[UplinkMessage], Handler]
