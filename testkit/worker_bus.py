"""The bus of a stack, as its worker sees it."""

from nats.aio.client import Client

from bosman_server.kit.bus.connection import connect_as
from bosman_server.kit.crypto.keyring import Keyring
from testkit.stack import Stack


async def connect_worker(stack: Stack) -> Client:
    """A connection with the worker's rights; whoever asks closes it."""

    async def closed() -> None:
        return None

    keyring = Keyring(stack.state_dir / "keys")
    return await connect_as("worker", keyring, stack.about()["bus_url"], on_closed=closed)
