"""Connecting to a bus that does not want this device, does not answer, or is not there."""

import asyncio
import gc
import ssl
import sys
import warnings
from pathlib import Path
from typing import Any

import psutil
import pytest

from bosman_agent.transport import connection
from bosman_agent.transport.connection import BusUnreachableError, connect

SLACK = 1 if sys.platform != "win32" else 10
"""Windows counts events, threads and sections too, which come and go."""


def open_handles() -> int:
    if sys.platform == "win32":
        return psutil.Process().num_handles()
    else:  # noqa: RET505 - the type checker skips a branch of another platform, not what follows it
        return psutil.Process().num_fds()


@pytest.fixture
def try_connect(agent_folder: Any) -> Any:
    data, config = agent_folder()

    async def attempt(url: str = config.bus_urls[0], identity: Path = data.identity) -> Any:
        return await connect(url, device_id=config.device_id, authority=data.authority, identity=identity)

    return attempt


class TestConnect:
    async def test_certificate_of_another_authority_is_refused(
        self, try_connect: Any, authority: Any, tmp_path: Path
    ) -> None:
        foreign = type(authority)().pair(tmp_path / "foreign.pem", "stranger")

        with pytest.raises(BusUnreachableError):
            await try_connect(identity=foreign)

    async def test_device_that_the_bus_does_not_know_is_refused(
        self, try_connect: Any, authority: Any, tmp_path: Path
    ) -> None:
        revoked = authority.pair(tmp_path / "revoked.pem", "revoked")

        with pytest.raises(BusUnreachableError):
            await try_connect(identity=revoked)

    async def test_server_of_another_authority_is_not_believed(
        self, authority: Any, tmp_path: Path, agent_folder: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(connection, "CLOSE_SECONDS", 0.5)
        data, config = agent_folder()
        other = type(authority)()
        (tmp_path / "other-ca.pem").write_text(other.pem)

        with pytest.raises(BusUnreachableError, match="CERTIFICATE_VERIFY_FAILED"):
            await connect(
                config.bus_urls[0],
                device_id=config.device_id,
                authority=tmp_path / "other-ca.pem",
                identity=data.identity,
            )

    async def test_plain_nats_is_never_used(self, try_connect: Any) -> None:
        with pytest.raises(BusUnreachableError, match="only tls"):
            await try_connect("nats://127.0.0.1:4222")

    async def test_silent_server_is_given_up_in_time(self, try_connect: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(connection, "CONNECT_SECONDS", 0.5)
        release = asyncio.Event()

        async def say_nothing(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await release.wait()
            writer.close()

        server = await asyncio.start_server(say_nothing, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]

        with pytest.raises(BusUnreachableError):
            await try_connect(f"tls://127.0.0.1:{port}")
        release.set()
        server.close()
        await server.wait_closed()

    async def test_server_that_hangs_up_after_the_greeting_is_no_connection(
        self, try_connect: Any, authority: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(connection, "CONNECT_SECONDS", 1.0)

        async def hang_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            writer.write(b'INFO {"max_payload":1048576,"headers":true,"tls_required":true}\r\n')
            await reader.readuntil(b"PING\r\n")
            writer.close()

        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(authority.pair(tmp_path / "server.pem", "server"))
        server = await asyncio.start_server(hang_up, "127.0.0.1", 0, ssl=context)
        port = server.sockets[0].getsockname()[1]

        with pytest.raises(BusUnreachableError):
            await try_connect(f"tls://127.0.0.1:{port}")
        server.close()
        await server.wait_closed()

    async def test_failed_attempts_leave_no_open_sockets(
        self, try_connect: Any, authority: Any, tmp_path: Path
    ) -> None:
        revoked = authority.pair(tmp_path / "revoked.pem", "revoked")
        foreign = type(authority)().pair(tmp_path / "foreign.pem", "stranger")

        async def fail() -> None:
            for identity in (revoked, foreign):
                with pytest.raises(BusUnreachableError):
                    await try_connect(identity=identity)

        await fail()
        gc.collect()
        await asyncio.sleep(0.2)
        before = open_handles()
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            for _ in range(10):
                await fail()
            await asyncio.sleep(0.2)

        assert open_handles() <= before + SLACK
