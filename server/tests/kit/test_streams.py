"""Streams and consumers on a real bus: made, found again, and taken over from an earlier version."""

import asyncio
import subprocess
from dataclasses import replace
from typing import Any

import pytest
from nats.js.api import AckPolicy, ConsumerConfig, DiscardPolicy, RetentionPolicy, StreamConfig
from nats.js.errors import APIError, NotFoundError
from structlog.testing import capture_logs

from bosman_protocol import subjects
from bosman_server.embedded.nats import EmbeddedNats, _find_binary
from bosman_server.fleet.ingest.streams import CONSUMER, STREAMS, ensure_streams, stream_epoch
from bosman_server.kit.bus import connection
from bosman_server.kit.bus.connection import BusTooOldError, connect_service
from bosman_server.kit.bus.rights import inbox_prefix
from bosman_server.kit.bus.server_config import Listener, render
from testkit.patience import patient


@pytest.fixture
async def client(nats_kit: Any) -> Any:
    endpoint = await EmbeddedNats(nats_kit.root, nats_kit.config).start()
    made = await connect_service(
        endpoint.url, **nats_kit.service_files, nkey_seed=nats_kit.service.seed, name="test",
        inbox_prefix=inbox_prefix("worker"),
    )  # fmt: skip
    yield made
    await made.close()


class TestEnsure:
    async def test_twice_makes_the_same(self, client: Any) -> None:
        await ensure_streams(client)
        epochs = [await stream_epoch(client, str(config.name)) for config in STREAMS]
        await ensure_streams(client)
        assert [await stream_epoch(client, str(config.name)) for config in STREAMS] == epochs

    async def test_why_a_stream_could_not_be_changed_is_said(self, client: Any) -> None:
        wanted = replace(STREAMS[0], retention=RetentionPolicy.LIMITS, no_ack=False, republish=None)
        await client.jetstream().add_stream(wanted)
        with capture_logs() as logs, pytest.raises(APIError):
            await ensure_streams(client)
        said = [entry for entry in logs if entry["event"] == "stream_not_updated"]
        assert [(entry["stream"], "retention" in entry["reason"]) for entry in said] == [(STREAMS[0].name, True)]

    async def test_stream_of_an_earlier_version_keeps_its_messages_and_gives_them_to_the_new_consumer(
        self, client: Any
    ) -> None:
        jetstream = client.jetstream(timeout=patient())
        await jetstream.add_stream(
            StreamConfig(
                name=subjects.UPLINK_STREAM,
                subjects=["up.*.>"],
                retention=RetentionPolicy.WORK_QUEUE,
                discard=DiscardPolicy.NEW,
                max_bytes=8 * 1024**3,
                duplicate_window=3600,
            )
        )
        old = ConsumerConfig(
            durable_name="uplink", deliver_subject="_SVC.worker.old", deliver_group="uplink",
            ack_policy=AckPolicy.EXPLICIT, max_ack_pending=2000,
        )  # fmt: skip
        await jetstream.add_consumer(subjects.UPLINK_STREAM, old)
        for family in ("task", "facts"):
            await jetstream.publish(f"up.1.{family}", b"kept")
        await ensure_streams(client)
        with pytest.raises(NotFoundError):
            await jetstream.consumer_info(subjects.UPLINK_STREAM, "uplink")
        info = await jetstream.consumer_info(subjects.UPLINK_STREAM, CONSUMER)
        assert info.num_pending == 2
        config = (await jetstream.stream_info(subjects.UPLINK_STREAM)).config
        assert config.no_ack and config.subjects == list(subjects.UPLINK_SUBJECTS)

    async def test_stream_that_was_made_anew_counts_as_newer(self, client: Any) -> None:
        await ensure_streams(client)
        before = await stream_epoch(client, subjects.REPORTS_STREAM)
        await client.jetstream(timeout=patient()).delete_stream(subjects.REPORTS_STREAM)
        await ensure_streams(client)
        assert await stream_epoch(client, subjects.REPORTS_STREAM) > before


class TestServer:
    async def test_one_that_is_too_old_is_refused_with_both_versions(
        self, nats_kit: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        endpoint = await EmbeddedNats(nats_kit.root, nats_kit.config).start()
        monkeypatch.setattr(connection, "OLDEST_SERVER", (99, 1))
        with pytest.raises(BusTooOldError, match=r"nats-server 2\.\d+\.\d+ is too old: 99\.1"):
            await connect_service(endpoint.url, **nats_kit.service_files, nkey_seed=nats_kit.service.seed, name="test")

    def test_no_port_without_sign_in_is_open_unless_asked_for(self, nats_kit: Any) -> None:
        config = replace(nats_kit.config, client=Listener(port=1), websocket=None)
        assert "http" not in render(config)

    async def test_configuration_is_accepted_by_the_servers_own_check(self, nats_kit: Any) -> None:
        await EmbeddedNats(nats_kit.root, nats_kit.config).start()
        [file] = nats_kit.root.glob("nats-*.conf")
        check = [_find_binary(None), "-t", "-c", file]
        result = await asyncio.to_thread(subprocess.run, check, capture_output=True, check=False, timeout=patient())
        assert result.returncode == 0, result.stderr
