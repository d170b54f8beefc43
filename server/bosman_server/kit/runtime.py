"""What a running process holds: settings, database, bus, keys. Made once at start, found on `app.state`."""

from dataclasses import dataclass, field
from typing import Annotated, TypeVar, cast

from fastapi import Depends, Request

from bosman_server.kit.bus.connection import Client
from bosman_server.kit.crypto.encryption import EnvelopeCipher
from bosman_server.kit.db.database import Database
from bosman_server.kit.live_hub import LiveHub
from bosman_server.settings import Settings

Part = TypeVar("Part")


class Parts:
    """What slices keep in the memory of this process (limits, counts): one of each class, made when first asked for."""

    def __init__(self) -> None:
        self._made: dict[type, object] = {}

    def of(self, kind: type[Part]) -> Part:
        """The one of a class."""
        if kind not in self._made:
            self._made[kind] = kind()
        found = self._made[kind]
        assert isinstance(found, kind)
        return found


@dataclass(slots=True)
class Runtime:
    """The open connections of this process."""

    settings: Settings
    database: Database
    bus: Client
    hub: LiveHub
    """What is said on the bus, for browsers that listen."""
    cipher: EnvelopeCipher
    authority_fingerprint: str
    """SHA-256 of Bosman's CA certificate: what install lines pin."""
    parts: Parts = field(default_factory=Parts)


async def runtime_dependency(request: Request) -> Runtime:
    """The runtime, as a dependency (a plain function would cost a hop to a thread)."""
    return runtime_of(request)


def runtime_of(request: Request) -> Runtime:
    """The runtime of the app that answers this request."""
    return cast("Runtime", request.app.state.runtime)


CurrentRuntime = Annotated[Runtime, Depends(runtime_dependency)]
