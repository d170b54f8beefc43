"""Real nats-servers, really killed."""

import asyncio
import os
import pickle
import socket
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import psutil
import pytest
from nats.aio.client import Client
from nats.js.api import StreamConfig

from bosman_server.embedded.nats import EmbeddedNats, NatsEndpoint
from bosman_server.embedded.process import EmbeddedServerError, command_line, is_alive, processes_named, wait_gone
from bosman_server.kit.bus.connection import BusUnavailableError, connect_service
from bosman_server.kit.bus.server_config import Listener, NatsServerConfig, render
from bosman_server.kit.crypto.nkeys import Nkey, NkeyKind
from bosman_server.kit.crypto.pki import create_authority, issue_server_certificate
from testkit.patience import patient

START_THEN_HANG = """
import asyncio, pickle, sys
from pathlib import Path
from bosman_server.embedded.nats import EmbeddedNats
async def main():
    await EmbeddedNats(Path(sys.argv[1]), pickle.loads(Path(sys.argv[2]).read_bytes())).start()
    print("started", flush=True)
    await asyncio.sleep(600)
asyncio.run(main())
"""


def _servers(root: Path) -> list[psutil.Process]:
    candidates = processes_named("nats-server", os.geteuid())
    return [process for process in candidates if str(root) in " ".join(command_line(process))]


async def _connect(kit: Any, endpoint: NatsEndpoint, key: Nkey | None = None, **options: Any) -> Client:
    seed = (key or kit.service).seed
    return await connect_service(endpoint.url, **kit.service_files, nkey_seed=seed, name="test", **options)


class TestStart:
    async def test_service_with_its_nkey_gets_messages_and_jetstream(self, nats_kit: Any) -> None:
        server = EmbeddedNats(nats_kit.root, nats_kit.config)
        client = await _connect(nats_kit, await server.start(), inbox_prefix="_INBOX.svc")
        subscription = await client.subscribe("up.>")
        await client.publish("up.x", b"1")
        assert (await subscription.next_msg(5)).data == b"1"
        assert client.new_inbox().startswith("_INBOX.svc.")
        await client.jetstream().add_stream(StreamConfig(name="T", subjects=["t.>"]))
        assert (await client.jetstream().publish("t.1", b"x")).seq == 1
        await client.close()
        await server.stop()
        assert not _servers(nats_kit.root)

    async def test_ports_stay_the_same_and_messages_are_kept(self, nats_kit: Any) -> None:
        server = EmbeddedNats(nats_kit.root, nats_kit.config)
        first = await server.start()
        client = await _connect(nats_kit, first)
        await client.jetstream().add_stream(StreamConfig(name="T", subjects=["t.>"]))
        await client.jetstream().publish("t.1", b"kept")
        await client.close()
        await server.stop()
        again = await EmbeddedNats(nats_kit.root, nats_kit.config).start()
        assert again == first
        client = await _connect(nats_kit, again)
        assert (await client.jetstream().get_msg("T", seq=1)).data == b"kept"
        await client.close()
        await server.stop()

    async def test_simultaneous_starts_make_one_server(self, nats_kit: Any) -> None:
        servers = [EmbeddedNats(nats_kit.root, nats_kit.config) for _ in range(4)]
        endpoints = await asyncio.gather(*[server.start() for server in servers])
        assert len(set(endpoints)) == 1 and len(_servers(nats_kit.root)) == 1
        for server in servers:
            await server.stop()

    async def test_other_configuration_replaces_the_server(self, nats_kit: Any) -> None:
        server = EmbeddedNats(nats_kit.root, nats_kit.config)
        first = await server.start()
        [before] = _servers(nats_kit.root)
        changed = EmbeddedNats(nats_kit.root, replace(nats_kit.config, max_connections=10))
        assert await changed.start() == first
        [after] = _servers(nats_kit.root)
        assert after != before and not is_alive(before)
        await server.stop()
        await changed.stop()

    async def test_renewed_certificate_replaces_the_server(self, nats_kit: Any) -> None:
        server = EmbeddedNats(nats_kit.root, nats_kit.config)
        await server.start()
        [before] = _servers(nats_kit.root)
        nats_kit.write("server", issue_server_certificate(nats_kit.authority, ["localhost", "127.0.0.1"]))
        await server.start()
        [after] = _servers(nats_kit.root)
        assert after != before
        await server.stop()

    async def test_without_monitoring_readiness_is_a_handshake(self, nats_kit: Any) -> None:
        server = EmbeddedNats(nats_kit.root, replace(nats_kit.config, monitoring=None))
        endpoint = await server.start()
        assert endpoint.monitoring_url is None
        client = await _connect(nats_kit, endpoint)
        await client.close()
        await server.stop()

    async def test_port_that_is_taken_is_an_error_with_the_servers_own_words(self, nats_kit: Any) -> None:
        with socket.create_server(("127.0.0.1", 0)) as taken:
            listener = Listener(port=taken.getsockname()[1])
            server = EmbeddedNats(nats_kit.root, replace(nats_kit.config, client=listener))
            with pytest.raises(EmbeddedServerError, match="address already in use"):
                await server.start()
        await server.stop()
        assert not _servers(nats_kit.root)

    async def test_port_of_another_nats_server_is_not_mistaken_for_ours(
        self, nats_kit: Any, make_nats_kit: Any, tmp_path: Path
    ) -> None:
        (tmp_path / "other").mkdir()
        other_kit = make_nats_kit(tmp_path / "other")
        other = EmbeddedNats(other_kit.root, other_kit.config)
        taken = Listener(port=int((await other.start()).url.rsplit(":", 1)[1]))
        server = EmbeddedNats(nats_kit.root, replace(nats_kit.config, client=taken))
        with pytest.raises(EmbeddedServerError):
            await server.start()
        await server.stop()
        await other.stop()

    async def test_missing_program_is_an_error(self, nats_kit: Any, tmp_path: Path) -> None:
        with pytest.raises(EmbeddedServerError, match="no nats-server"):
            await EmbeddedNats(nats_kit.root, nats_kit.config, binary=tmp_path / "none").start()


class TestAfterKill:
    async def test_launcher_killed_then_next_start_attaches_and_stop_ends_it(
        self, nats_kit: Any, tmp_path: Path
    ) -> None:
        (tmp_path / "config").write_bytes(pickle.dumps(nats_kit.config))
        launcher = await asyncio.create_subprocess_exec(
            *(sys.executable, "-c", START_THEN_HANG, nats_kit.root, tmp_path / "config"),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        assert launcher.stdout is not None
        assert await asyncio.wait_for(launcher.stdout.read(1), patient())
        [running] = _servers(nats_kit.root)
        launcher.kill()
        await launcher.wait()
        assert is_alive(running)
        server = EmbeddedNats(nats_kit.root, nats_kit.config)
        client = await _connect(nats_kit, await server.start())
        assert _servers(nats_kit.root) == [running]
        await client.close()
        await server.stop()
        assert not is_alive(running)

    async def test_server_killed_then_next_start_keeps_the_stream_and_clients_come_back(self, nats_kit: Any) -> None:
        server = EmbeddedNats(nats_kit.root, nats_kit.config)
        endpoint = await server.start()
        client = await _connect(nats_kit, endpoint)
        await client.jetstream().add_stream(StreamConfig(name="T", subjects=["t.>"]))
        for n in range(50):
            await client.jetstream().publish("t.1", str(n).encode())
        [killed] = _servers(nats_kit.root)
        killed.kill()
        assert wait_gone(killed, patient())
        await EmbeddedNats(nats_kit.root, nats_kit.config).start()
        async with asyncio.timeout(patient()):
            while not client.is_connected or client.stats["reconnects"] == 0:  # noqa: ASYNC110  nats-py has no event
                await asyncio.sleep(0.05)
        assert (await client.jetstream().stream_info("T")).state.messages == 50
        await client.close()
        await server.stop()

    async def test_stop_ends_no_other_nats_server(self, nats_kit: Any, make_nats_kit: Any, tmp_path: Path) -> None:
        (tmp_path / "other").mkdir()
        other_kit = make_nats_kit(tmp_path / "other")
        other = EmbeddedNats(other_kit.root, other_kit.config)
        await other.start()
        await EmbeddedNats(nats_kit.root, nats_kit.config).stop()
        assert len(_servers(other_kit.root)) == 1
        await other.stop()


class TestConnectService:
    @pytest.mark.slow(reason="a connection that cannot succeed is tried three times")
    async def test_unreachable_server_is_an_error_in_bounded_time(self, nats_kit: Any, short_connect: None) -> None:
        with socket.create_server(("127.0.0.1", 0)) as silent:
            endpoint = NatsEndpoint(f"tls://127.0.0.1:{silent.getsockname()[1]}", None, None)
            async with asyncio.timeout(patient()):
                with pytest.raises(BusUnavailableError):
                    await _connect(nats_kit, endpoint)

    async def test_server_of_a_foreign_authority_is_refused(
        self, nats_kit: Any, short_connect: None, tmp_path: Path
    ) -> None:
        server = EmbeddedNats(nats_kit.root, nats_kit.config)
        endpoint = await server.start()
        (tmp_path / "ca.crt").write_bytes(create_authority("foreign").certificate_pem)
        with pytest.raises(BusUnavailableError, match="certificate verify failed"):
            await _connect(nats_kit, endpoint)
        await server.stop()

    async def test_close_is_told(self, nats_kit: Any) -> None:
        server = EmbeddedNats(nats_kit.root, nats_kit.config)
        closed = asyncio.Event()

        async def on_closed() -> None:
            closed.set()

        client = await _connect(nats_kit, await server.start(), on_closed=on_closed)
        await client.close()
        assert closed.is_set()
        await server.stop()


class TestRender:
    def _config(self, kit: Any, **changes: Any) -> NatsServerConfig:
        config: NatsServerConfig = kit.config
        return replace(config, client=Listener(port=1), websocket=None, monitoring=None, **changes)

    @pytest.mark.parametrize("name", ["a\nb", "a\x00", "a\x7f"])
    def test_control_characters_are_refused(self, nats_kit: Any, name: str) -> None:
        with pytest.raises(ValueError, match="control"):
            render(self._config(nats_kit, server_name=name))

    def test_quotes_cannot_break_out(self, nats_kit: Any) -> None:
        assert 'server_name: "a\\" } x: \\\\ {"' in render(self._config(nats_kit, server_name='a" } x: \\ {'))

    def test_keys_of_the_wrong_kind_are_refused(self, nats_kit: Any) -> None:
        account = Nkey.generate(NkeyKind.ACCOUNT)
        for changes in ({"callout_issuer": nats_kit.system.public.encode()}, {"system_user": account.public.encode()}):
            with pytest.raises(ValueError, match="nkey"):
                render(self._config(nats_kit, **changes))
        with pytest.raises(ValueError, match="nkey"):
            render(self._config(nats_kit, system_user=nats_kit.system.seed))

    def test_port_must_be_chosen(self, nats_kit: Any) -> None:
        with pytest.raises(ValueError, match="port"):
            render(nats_kit.config)
