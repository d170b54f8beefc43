"""The bus of a stack, as its worker sees it."""

from nats.aio.client import Client

from bosman_server.kit.bus.connection import connect_service
from bosman_server.kit.keyring import Keyring
from testkit.stack import Stack


async def connect_worker(stack: Stack) -> Client:
    """A connection with the worker's rights; whoever asks closes it."""

    async def closed() -> None:
        return None

    keyring = Keyring(stack.state_dir / "keys")
    files = keyring.certificate("svc-worker")
    return await connect_service(
        stack.about()["bus_url"],
        ca_file=keyring.authority_file,
        cert_file=files.certificate,
        key_file=files.key,
        nkey_seed=keyring.nkey("worker").seed,
        name="worker",
        on_closed=closed,
    )
