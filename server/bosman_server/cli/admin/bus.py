"""The bus, for emergencies that agents or workers must hear of at once."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import typer
from nats.aio.client import Client

from bosman_server.kit.bus.connection import BusUnavailableError, connect_as
from bosman_server.kit.crypto.keyring import KeyMissingError, Keyring
from bosman_server.kit.logs import configure_logging
from bosman_server.settings import Settings


@asynccontextmanager
async def open_bus(settings: Settings) -> AsyncIterator[Client | None]:
    """The bus as the worker, or None with a warning: what is in the database counts anyway."""
    configure_logging("error", "console", "admin")
    client = None
    try:
        client = await _connect(settings)
    except (BusUnavailableError, KeyMissingError, OSError) as error:
        typer.echo(f"The bus cannot be reached: {error}", err=True)
    try:
        yield client
    finally:
        if client is not None:
            await client.close()


async def _connect(settings: Settings) -> Client:
    if settings.bus_url is None:
        raise BusUnavailableError("BOSMAN_BUS_URL is not set")
    return await connect_as("worker", Keyring(settings.state_dir / "keys"), settings.bus_url, name="admin")
