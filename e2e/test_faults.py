"""Real processes killed with SIGKILL while a real agent streams: nothing is lost, repeated or out of order [R12]."""

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest

from bosman_server.core.identity.permissions import Role
from bosman_server.kit.db.database import Database
from bosman_server.kit.db.rls import WORKER_ROLE
from bosman_server.kit.db.scope import TenantId
from testkit.patience import eventually, patient
from testkit.people import People
from testkit.stack import Stack, temporary_stack

LINES = 200
INTERVAL_SECONDS = 0.03
EXPECTED = "streaming\n" * LINES


@pytest.fixture(scope="module")
def stack() -> Iterator[Stack]:
    # Reconnections as in production, but without its patience between attempts.
    with temporary_stack(environment={"BOSMAN_AGENT_RECONNECT_MAX_SECONDS": "2"}) as running:
        yield running


@pytest.fixture(scope="module")
async def client(stack: Stack) -> AsyncIterator[httpx.AsyncClient]:
    database = await Database(stack.about()["database_urls"][WORKER_ROLE], pool_size=2).open()
    async with database.unscoped() as connection:
        tenant_id = await connection.fetchval("SELECT id FROM tenancy_tenant")
    people = People(stack.url, database)
    yield await people.client({TenantId(tenant_id): Role.OWNER})
    await people.close()
    await database.close()


@pytest.fixture(scope="module")
async def device_id(client: httpx.AsyncClient) -> str:
    """This machine, once its agent is there."""

    async def online() -> str | None:
        items = (await client.get("devices")).json()["items"]
        return str(items[0]["id"]) if items and items[0]["online"] else None

    return str(await eventually(online, poll_seconds=0.2))


def server_process(state_dir: Path, folder: str) -> psutil.Process:
    """The embedded server whose command line names its folder: the postmaster, or nats-server."""
    for process in psutil.process_iter(["cmdline"]):
        line = process.info["cmdline"] or []
        if len(line) > 1 and any(str(state_dir / folder) in part for part in line):
            return process
    raise AssertionError(folder)


def pid_of(stack: Stack, victim: str) -> int:
    if victim in {"postgres", "nats"}:
        return server_process(stack.state_dir, victim).pid
    return stack.pid(victim)


class Viewer:
    """A browser's EventSource: reads, and after every break comes back with the last id it saw."""

    def __init__(self, client: httpx.AsyncClient, task_id: str) -> None:
        self._client = client
        self._task_id = task_id
        self.seqs: list[int] = []
        self.text = ""
        self.state = ""
        self.breaks = 0
        self.ended: dict[str, Any] | None = None

    async def watch(self) -> None:
        while self.ended is None:
            try:
                await self._read()
            except (httpx.HTTPError, ConnectionError):
                self.breaks += 1
                await asyncio.sleep(0.2)

    async def _read(self) -> None:
        headers = {"last-event-id": str(self.seqs[-1])} if self.seqs else {}
        url = f"tasks/{self._task_id}/output/stream"
        kind = ""
        async with self._client.stream("GET", url, headers=headers, timeout=patient()) as answer:
            answer.raise_for_status()
            async for line in answer.aiter_lines():
                if line.startswith("event: "):
                    kind = line[7:]
                elif line.startswith("data: "):
                    self._take(kind, json.loads(line[6:]))
                    if self.ended is not None:
                        return

    def _take(self, kind: str, data: dict[str, Any]) -> None:
        if kind == "chunk":
            self.seqs.append(data["seq"])
            self.text += data["text"]
        elif kind == "state":
            self.state = data["state"]
        elif kind == "end":
            self.ended = data


async def begin(client: httpx.AsyncClient, device_id: str, **params: Any) -> tuple[str, Viewer]:
    body = {"kind": "diagnostics.echo", "params": {"text": "streaming", **params}}
    answer = await client.post(f"devices/{device_id}/tasks", json=body)
    assert answer.status_code == 201, answer.text
    task_id = str(answer.json()["id"])
    return task_id, Viewer(client, task_id)


async def until(viewer: Viewer, chunks: int) -> None:
    await eventually(lambda: len(viewer.seqs) >= chunks, poll_seconds=0.01)


class TestKillDuringStreamingOutput:
    @pytest.mark.parametrize("victim", ["worker", "api", "nats", "postgres"])
    async def test_all_output_arrives_once_and_in_order(
        self, stack: Stack, client: httpx.AsyncClient, device_id: str, victim: str
    ) -> None:
        task_id, viewer = await begin(client, device_id, repeat=LINES, interval_seconds=INTERVAL_SECONDS)
        watching = asyncio.create_task(viewer.watch())
        await until(viewer, 20)
        old = pid_of(stack, victim)
        os.kill(old, signal.SIGKILL)
        await asyncio.wait_for(watching, patient())
        assert viewer.ended == {"missing": False}
        assert viewer.seqs == list(range(len(viewer.seqs)))
        assert viewer.text == EXPECTED
        assert viewer.state == "succeeded"
        assert (await client.get(f"tasks/{task_id}/output.txt")).text == EXPECTED
        assert pid_of(stack, victim) != old


class TestKillAgentDuringTask:
    async def test_the_effect_happens_once_and_the_interruption_is_reported(
        self, stack: Stack, client: httpx.AsyncClient, device_id: str
    ) -> None:
        task_id, viewer = await begin(client, device_id, repeat=1000, interval_seconds=INTERVAL_SECONDS)
        watching = asyncio.create_task(viewer.watch())
        await until(viewer, 10)
        os.kill(stack.pid("agent"), signal.SIGKILL)
        await asyncio.wait_for(watching, patient())
        task = (await client.get(f"tasks/{task_id}")).json()
        assert (task["state"], task["error_code"]) == ("failed", "agent.interrupted")
        assert viewer.seqs == list(range(len(viewer.seqs))) and 10 <= len(viewer.seqs) < 1000
        # Not begun a second time: nothing follows.
        await asyncio.sleep(1)
        assert (await client.get(f"tasks/{task_id}")).json()["output_chunks"] == len(viewer.seqs)

    async def test_the_agent_works_again_afterwards(self, client: httpx.AsyncClient, device_id: str) -> None:
        _, viewer = await begin(client, device_id)
        await asyncio.wait_for(viewer.watch(), patient())
        assert (viewer.state, viewer.text) == ("succeeded", "streaming\n")


class TestWorkerAway:
    async def test_work_made_while_no_worker_lives_is_done_when_one_does(
        self, stack: Stack, client: httpx.AsyncClient, device_id: str
    ) -> None:
        os.kill(stack.pid("worker"), signal.SIGKILL)
        _, viewer = await begin(client, device_id)
        await asyncio.wait_for(viewer.watch(), patient())
        assert viewer.state == "succeeded"


class TestSecondStart:
    async def test_two_on_one_directory_is_refused_with_a_cause(self, stack: Stack) -> None:
        port = stack.url.rsplit(":", 1)[1]
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bosman_server.cli", "up", "--state-dir", str(stack.state_dir), "--port", port,
            stderr=asyncio.subprocess.PIPE,
        )  # fmt: skip
        _, errors = await asyncio.wait_for(process.communicate(), patient())
        assert process.returncode == 2 and port in errors.decode()
