"""The gateway's front: a stranger takes some places, never all of them."""

import asyncio
import contextlib
import functools
import ssl
from urllib.parse import urlsplit

import httpx
import pytest
import uvicorn

from bosman_protocol.enrollment import AUTHORITY_PATH
from bosman_server.kit.http import door
from bosman_server.kit.http.door import DoorProtocol, DoorServer
from bosman_server.kit.quota import network_of
from testkit.authority import Authority
from testkit.patience import patient
from testkit.stack import free_port

PLACES = 4


@functools.cache
def no_checks():
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


async def idle(port, *, tls, address="127.0.0.1"):
    """A connection that says nothing; None where it was not taken in."""
    options = {"ssl": no_checks()} if tls else {}
    try:
        return await asyncio.open_connection("127.0.0.1", port, local_addr=(address, 0), **options)
    except OSError:
        return None


async def is_closed(connection, seconds=0.2):
    if connection is None:
        return True
    try:
        async with asyncio.timeout(seconds):
            return await connection[0].read(1) == b""
    except TimeoutError:
        return False
    except OSError:
        return True


async def get(url, address="127.0.0.1"):
    transport = httpx.AsyncHTTPTransport(verify=False, local_address=address)
    async with httpx.AsyncClient(transport=transport, timeout=patient()) as client:
        return await client.get(url)


async def served(url, address="127.0.0.1"):
    try:
        return (await get(url, address)).status_code == 200
    except httpx.HTTPError:
        return False


@pytest.fixture
async def port(tmp_path, monkeypatch):
    """A door with four places for an address before a tiny app; its patience is short."""
    monkeypatch.setattr(door, "HANDSHAKE_SECONDS", 0.5)
    monkeypatch.setattr(DoorProtocol, "head_seconds", 0.5)
    pair = Authority().pair(tmp_path / "server.pem", "server")

    async def app(scope, receive, send):
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": scope["scheme"].encode()})

    config = uvicorn.Config(
        app, host="127.0.0.1", port=free_port(), http=DoorProtocol, lifespan="off", log_config=None,
        ssl_certfile=str(pair), ssl_keyfile=str(pair), timeout_graceful_shutdown=1,
    )  # fmt: skip
    server = DoorServer(config, per_address=PLACES, most=2 * PLACES)
    running = asyncio.create_task(server._serve())
    while not server.started:  # noqa: ASYNC110 - uvicorn has no event for it
        await asyncio.sleep(0.01)
    yield config.port
    server.should_exit = True
    await running


@pytest.fixture
async def opened():
    """Closes what a test has opened."""
    made: list[tuple[asyncio.StreamReader, asyncio.StreamWriter] | None] = []
    yield made
    for connection in made:
        if connection is not None:
            connection[1].transport.abort()


class TestPlaces:
    async def test_app_is_served_over_tls(self, port):
        assert (await get(f"https://127.0.0.1:{port}/")).text == "https"

    @pytest.mark.parametrize("tls", [True, False])
    async def test_address_that_has_all_its_places_is_turned_away_and_others_are_not(self, port, opened, tls):
        opened += [await idle(port, tls=tls) for _ in range(PLACES)]
        assert not await served(f"https://127.0.0.1:{port}/")
        assert await served(f"https://127.0.0.1:{port}/", "127.0.0.2")

    @pytest.mark.parametrize("tls", [True, False])
    async def test_who_says_nothing_loses_the_place(self, port, opened, tls, eventually):
        opened += [await idle(port, tls=tls) for _ in range(PLACES)]

        async def free():
            return await served(f"https://127.0.0.1:{port}/")

        await eventually(free)
        assert all([await is_closed(connection, 5) for connection in opened])

    async def test_places_are_free_again_after_every_kind_of_end(self, port):
        for _ in range(3 * PLACES):
            assert await served(f"https://127.0.0.1:{port}/")
            plain = await idle(port, tls=False)
            plain[1].write(b"GET / HTTP/1.1\r\n\r\n")
            assert await is_closed(plain, 5)
            plain[1].transport.abort()
            gone = await idle(port, tls=False)
            gone[1].transport.abort()
            silent = await idle(port, tls=True)
            silent[1].transport.abort()
            await asyncio.sleep(0.05)

    async def test_all_places_together_have_a_bound(self, port, opened):
        for address in ("127.0.0.2", "127.0.0.3", "127.0.0.4"):
            opened += [await idle(port, tls=False, address=address) for _ in range(PLACES)]
        closed = await asyncio.gather(*(is_closed(connection) for connection in opened))
        assert closed.count(False) == 2 * PLACES


class TestNetworkOf:
    @pytest.mark.parametrize(
        ("host", "group"),
        [
            ("192.0.2.7", "192.0.2.7"),
            ("::ffff:192.0.2.7", "192.0.2.7"),
            ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
            ("fe80::1%eth0", "fe80::/64"),
            ("", ""),
        ],
    )
    def test_one_subscriber_is_one(self, host, group):
        assert network_of(host) == group


class TestGateway:
    @pytest.fixture
    def gateway_url(self, stack):
        return str(stack.about()["gateway_url"])

    @pytest.mark.parametrize("tls", [True, False])
    async def test_five_hundred_idle_connections_of_one_stranger_leave_it_open(
        self, gateway_url, opened, tls, eventually
    ):
        """M7."""
        port = urlsplit(gateway_url).port
        for _ in range(13):
            opened += await asyncio.gather(*(idle(port, tls=tls) for _ in range(40)))
        assert (await get(gateway_url + AUTHORITY_PATH, "127.0.0.7")).status_code == 200

        async def free():
            return await served(gateway_url + AUTHORITY_PATH)

        for connection in opened:
            if connection is not None:
                with contextlib.suppress(OSError):
                    connection[1].transport.abort()
        await eventually(free)

    @pytest.mark.parametrize("path", ["/metrics", "/openapi.json", "/api/v1/openapi.json", "/docs", "/redoc"])
    async def test_numbers_and_descriptions_are_not_shown_to_strangers(self, gateway_url, path):
        assert (await get(gateway_url + path)).status_code == 404
