"""What a running process holds: settings, database, bus, keys. Made once at start, found on `app.state`."""

from dataclasses import dataclass
from typing import cast

from fastapi import Request
from nats.aio.client import Client

from bosman_server.kit.db.database import Database
from bosman_server.kit.vault import Vault
from bosman_server.settings import Settings


@dataclass(slots=True)
class Runtime:
    """The open connections of this process."""

    settings: Settings
    database: Database
    bus: Client
    vault: Vault
    authority_fingerprint: str
    """SHA-256 of Bosman's CA certificate: what install lines pin."""


def runtime_of(request: Request) -> Runtime:
    """The runtime of the app that answers this request."""
    return cast("Runtime", request.app.state.runtime)
