"""What stands in the bus's place, or keeps it from being found, has a name; afterwards the agent works and tells."""

import asyncio
import contextlib
import socket
import ssl
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from bosman_agent.cli.status import gather_status, render_text
from bosman_agent.telemetry.status_file import read_status
from bosman_agent.texts import text
from bosman_agent.transport import connection, connection_manager
from bosman_protocol.codes import Code
from bosman_protocol.uplink import AgentIncident
from testkit.agent_harness import agent_in_this_process

PAGE = b"<!DOCTYPE html><title>Sign in</title>"
HTML = b"HTTP/1.1 400 Bad Request\r\nContent-Type: text/html\r\nConnection: close\r\n\r\n" + PAGE
ATTEMPTS = 5


@pytest.fixture(autouse=True)
def short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """An hour of attempts in a second or two: only the pause between them is shorter."""
    monkeypatch.setattr(connection_manager, "BASE_SECONDS", 0.05)
    # A connection whose TLS has failed is given up after this; nats-py would wait for it.
    monkeypatch.setattr(connection, "CLOSE_SECONDS", 0.2)


@pytest.fixture
def folder(tmp_path: Path, own_nats: Any, own_backend: Any, prepare_folder: Any) -> Any:
    return prepare_folder(tmp_path / "agent", own_nats, own_backend, reconnect_cap_seconds=0.05)


@contextlib.asynccontextmanager
async def in_its_place(port: int, answer: bytes, context: ssl.SSLContext | None = None) -> AsyncIterator[list[bytes]]:
    """A server on the bus's port; what those who came said once TLS (if any) stood."""
    heard: list[bytes] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            if context is None:
                # What it is greeted with, as a proxy reads a request: an answer to nothing would be cut off.
                await reader.read(1000)
            writer.write(answer)
            await writer.drain()
            if context is not None:
                heard.append(await reader.read(1000))
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", port, ssl=context)
    try:
        yield heard
    finally:
        server.close()


async def recovered(backend: Any, code: Code) -> AgentIncident:
    """The agent works again, and has told of the outage exactly once."""
    assert (await backend.finished(await backend.send(), seconds=40)).state == "succeeded"
    told = await backend.wait_for(lambda m: isinstance(m, AgentIncident))
    assert isinstance(told, AgentIncident)
    assert [trouble.error.code for trouble in backend.of(AgentIncident)] == [code]
    return told


def attempts(agent: Any) -> int:
    """How often the agent has tried in vain; the backend of the test knocks at the same port."""
    return int(agent._connection_manager._outages._codes.total())


def seen(data: Any, code: Code) -> Callable[[], bool]:
    def check() -> bool:
        status = read_status(data)
        return status is not None and status.last_error_code == code

    return check


class TestProxyAnswersOnTheBusPort:
    @pytest.mark.slow(reason="an agent fails to connect dozens of times")
    async def test_it_is_named_and_the_agent_works_once_it_is_gone(
        self, folder: Any, own_nats: Any, own_backend: Any, until: Any
    ) -> None:
        data, config = folder
        async with agent_in_this_process(data, config) as agent:
            own_nats.kill()
            async with in_its_place(own_nats.port, HTML):
                await until(seen(data, Code.CONNECTION_PROXY_ANSWER))
                await until(lambda: attempts(agent) > ATTEMPTS)
                shown = render_text(gather_status(data))
            own_nats.start()
            told = await recovered(own_backend, Code.CONNECTION_PROXY_ANSWER)

        assert text("connection.proxy_answer") in shown
        assert told.error.params["attempts"] > 3  # type: ignore[operator]
        assert told.error.params["since"] <= told.error.params["until"]  # type: ignore[operator]


class TestServerOfAnotherAuthority:
    async def test_it_gets_nothing_and_the_right_one_is_taken_again(
        self, folder: Any, own_nats: Any, own_backend: Any, until: Any, authority: Any, tmp_path: Path
    ) -> None:
        data, config = folder
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(type(authority)().pair(tmp_path / "other.pem", "server"))
        async with agent_in_this_process(data, config) as agent:
            own_nats.kill()
            async with in_its_place(own_nats.port, b"INFO {}\r\n", context) as heard:
                await until(seen(data, Code.CONNECTION_BAD_AUTHORITY))
                await until(lambda: attempts(agent) > ATTEMPTS)
            own_nats.start()
            await recovered(own_backend, Code.CONNECTION_BAD_AUTHORITY)

        assert b"".join(heard) == b""

    async def test_certificate_that_is_not_valid_yet_points_at_the_clock(
        self, folder: Any, own_nats: Any, own_backend: Any, until: Any, authority: Any, tmp_path: Path
    ) -> None:
        data, config = folder
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(authority.pair(tmp_path / "unborn.pem", "server", days_old=-2))
        async with agent_in_this_process(data, config) as agent:
            own_nats.kill()
            async with in_its_place(own_nats.port, b"INFO {}\r\n", context):
                await until(seen(data, Code.AGENT_CLOCK_WRONG))
                await until(lambda: attempts(agent) > ATTEMPTS)
            own_nats.start()
            await recovered(own_backend, Code.AGENT_CLOCK_WRONG)


class TestNoNames:
    @pytest.mark.slow(reason="an agent fails to connect dozens of times")
    async def test_an_hour_without_dns_is_told_once_it_is_over(
        self, folder: Any, own_nats: Any, own_backend: Any, monkeypatch: pytest.MonkeyPatch, until: Any
    ) -> None:
        data, config = folder
        config = msgspec.structs.replace(config, bus_urls=(f"tls://localhost:{own_nats.port}",))
        loop = asyncio.get_running_loop()
        failed: list[Any] = []

        async def unknown(host: Any, *_: Any, **__: Any) -> Any:
            failed.append(host)
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

        async with agent_in_this_process(data, config) as agent:
            await own_backend.finished(await own_backend.send())
            with monkeypatch.context() as patch:
                # The resolver is the outermost thing that can fail without touching this machine's network.
                patch.setattr(loop, "getaddrinfo", unknown)
                own_nats.kill()
                await until(seen(data, Code.CONNECTION_NAME_UNKNOWN))
                await until(lambda: attempts(agent) > ATTEMPTS)
            own_nats.start()
            await recovered(own_backend, Code.CONNECTION_NAME_UNKNOWN)

        assert set(failed) == {"localhost"}


class TestShortOutage:
    @pytest.mark.slow(reason="an agent comes back after four seconds")
    async def test_restart_of_the_bus_is_not_told(
        self, folder: Any, own_nats: Any, own_backend: Any, until: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(connection_manager, "BASE_SECONDS", 4.0)
        data, config = folder
        config = msgspec.structs.replace(
            config, settings=msgspec.structs.replace(config.settings, reconnect_cap_seconds=4.0)
        )
        async with agent_in_this_process(data, config) as agent:
            await own_backend.finished(await own_backend.send())
            own_nats.kill()
            await until(lambda: not agent._connection_manager.connected.is_set())
            own_nats.start()
            assert (await own_backend.finished(await own_backend.send(), seconds=40)).state == "succeeded"
            await own_backend.read()

        assert own_backend.of(AgentIncident) == []
