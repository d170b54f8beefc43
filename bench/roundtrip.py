"""How long a command takes from the API call to its result in the browser, beside MeshCentral and Salt.

Starts a server with a real agent on loopback, and each peer in turn, one after the
other so that none disturbs another. Ours includes authorisation, audit, a signed
envelope, the agent's journal on disk and the database; the peers answer `echo hi`.
"""

import argparse
import asyncio
import shutil
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import aclosing, suppress
from datetime import datetime
from pathlib import Path
from typing import Any

import aiohttp
import msgspec
import uvloop

from bench.harness.api import Api
from bench.harness.figures import Figure, percentile, table
from bench.harness.processes import machine
from bench.harness.server import Server
from bench.peers.cache import PeerUnavailableError
from bench.peers.mesh import MeshCentral
from bench.peers.saltstack import Salt

_WARM_UP = 20
_AGENT_SECONDS = 60.0
_TASK_SECONDS = 30.0
_LIVE_INTERVAL = 0.1
_PEERS: tuple[tuple[str, type[MeshCentral] | type[Salt]], ...] = (("MeshCentral", MeshCentral), ("Salt", Salt))


class _Change(msgspec.Struct):
    topic: str
    id: str | None = None
    state: str | None = None


class _Chunk(msgspec.Struct):
    seq: int
    at: datetime


class Watcher:
    """Listens on one stream of changes, as a browser does, and notes when tasks succeed."""

    def __init__(self) -> None:
        self._arrived: dict[str, float] = {}
        self._waiting: dict[str, asyncio.Future[float]] = {}
        self.ready = asyncio.Event()

    async def listen(self, session: aiohttp.ClientSession) -> None:
        """Until cancelled."""
        async with session.get("/api/v1/events", timeout=aiohttp.ClientTimeout(total=None, sock_read=60)) as answer:
            answer.raise_for_status()
            async for name, data in events(answer):
                now = time.perf_counter()
                if name == "ready":
                    self.ready.set()
                elif name == "change":
                    self._note(msgspec.json.decode(data, type=_Change), now)

    def _note(self, change: _Change, now: float) -> None:
        if change.topic != "task" or change.id is None or change.state != "succeeded":
            return
        future = self._waiting.pop(change.id, None)
        if future is not None and not future.done():
            future.set_result(now)
        else:
            self._arrived[change.id] = now

    async def succeeded(self, task_id: str) -> float:
        """When the task's success arrived (perf_counter). Raises TimeoutError."""
        if task_id in self._arrived:
            return self._arrived.pop(task_id)
        future = self._waiting[task_id] = asyncio.get_running_loop().create_future()
        return await asyncio.wait_for(future, _TASK_SECONDS)


async def events(answer: aiohttp.ClientResponse) -> AsyncIterator[tuple[str, bytes]]:
    """Names and data of server-sent events."""
    name, data = "message", b""
    async for line in answer.content:
        text = line.rstrip(b"\r\n")
        if text.startswith(b"event:"):
            name = text[6:].strip().decode()
        elif text.startswith(b"data:"):
            data += text[5:].strip()
        elif not text:
            if data:
                yield name, data
            name, data = "message", b""


async def _ours(arguments: argparse.Namespace, folder: Path) -> tuple[list[float], list[float]]:
    """Milliseconds of round trips, and of live chunks."""
    async with Server(folder, agent=True) as server, Api(server.about.url) as api:
        code = server.about.setup_code
        assert code is not None
        await api.set_up(code, email="owner@bench.example", name="Bench", password="loopback only, thrown away")
        device_id = await _agent(api)
        headers = {"Cookie": api.cookie}
        async with aiohttp.ClientSession(api.url, headers=headers) as session:
            watcher = Watcher()
            listening = asyncio.create_task(watcher.listen(session))
            try:
                await asyncio.wait_for(watcher.ready.wait(), 15)
                trips = await _round_trips(session, watcher, device_id, arguments.count)
                live = await _live(session, device_id, arguments.live_count)
            finally:
                listening.cancel()
                with suppress(asyncio.CancelledError):
                    await listening
    return trips, live


async def _agent(api: Api) -> str:
    """The id of the one device, once it is there and has reported what it reports at first."""
    async with asyncio.timeout(_AGENT_SECONDS):
        while True:
            devices = (await api.get("/devices"))["items"]
            if devices and devices[0]["online"] and devices[0]["last_scan_at"]:
                return str(devices[0]["id"])
            await asyncio.sleep(0.3)


async def _create(session: aiohttp.ClientSession, device_id: str, params: dict[str, Any]) -> str:
    body = {"kind": "diagnostics.echo", "params": params}
    async with session.post(f"/api/v1/devices/{device_id}/tasks", json=body) as answer:
        answer.raise_for_status()
        task: dict[str, Any] = await answer.json()
        return str(task["id"])


async def _round_trips(session: aiohttp.ClientSession, watcher: Watcher, device_id: str, count: int) -> list[float]:
    times = []
    for number in range(_WARM_UP + count):
        began = time.perf_counter()
        task_id = await _create(session, device_id, {"text": "hi"})
        arrived = await watcher.succeeded(task_id)
        if number >= _WARM_UP:
            times.append(1000 * (arrived - began))
    return times


async def _live(session: aiohttp.ClientSession, device_id: str, count: int) -> list[float]:
    """From the time that the agent put on a chunk to its arrival here; both clocks are this machine's."""
    params = {"text": "hi", "repeat": count, "interval_seconds": _LIVE_INTERVAL}
    task_id = await _create(session, device_id, params)
    times = []
    timeout = aiohttp.ClientTimeout(total=count * _LIVE_INTERVAL + 60)
    async with (
        session.get(f"/api/v1/tasks/{task_id}/output/stream", timeout=timeout) as answer,
        aclosing(events(answer)) as stream,  # type: ignore[type-var]  # an async generator has aclose
    ):
        answer.raise_for_status()
        async for name, data in stream:
            now = time.time()
            if name == "end":
                break
            if name == "chunk":
                chunk = msgspec.json.decode(data, type=_Chunk)
                if chunk.seq >= 5:  # the first ones may have been there before we listened
                    times.append(1000 * (now - chunk.at.timestamp()))
    return times


async def _peer(name: str, kind: type[MeshCentral] | type[Salt], count: int) -> list[float]:
    print(f"{name}: install and start …", flush=True)
    try:
        async with kind() as peer:
            return await peer.measure(count)
    except (PeerUnavailableError, TimeoutError) as error:
        print(f"{name} could not be measured: {error}", file=sys.stderr)
        return []


def _figures(trips: list[float], live: list[float], peers: dict[str, list[float]]) -> list[Figure]:
    figures = [
        Figure("Bosman, task round trip p50", percentile(trips, 0.5), "ms", 25, note="aim: 10 ms"),
        Figure("Bosman, task round trip p95", percentile(trips, 0.95), "ms", 60),
        Figure("Bosman, task round trip p99", percentile(trips, 0.99), "ms", note=f"n = {len(trips)}"),
        Figure("Bosman, live chunk p50", percentile(live, 0.5), "ms", 20),
        Figure("Bosman, live chunk p95", percentile(live, 0.95), "ms", note=f"n = {len(live)}"),
    ]
    for name, times in peers.items():
        middle = percentile(times, 0.5)
        figures += [
            Figure(f"{name}, echo hi p50", middle, "ms"),
            Figure(f"{name}, echo hi p95", percentile(times, 0.95), "ms", note=f"n = {len(times)}"),
            Figure(f"Bosman / {name}, p50", percentile(trips, 0.5) / middle, "×"),
            Figure(f"Bosman / {name}, p95", percentile(trips, 0.95) / percentile(times, 0.95), "×"),
        ]
    return figures


async def _main(arguments: argparse.Namespace) -> None:
    about_machine = await asyncio.to_thread(machine)
    folder = Path(tempfile.mkdtemp(prefix="bosman-roundtrip-"))
    try:
        trips, live = await _ours(arguments, folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    peers: dict[str, list[float]] = {}
    for name, kind in () if arguments.skip_peers else _PEERS:
        times = await _peer(name, kind, arguments.peer_count)
        if times:
            peers[name] = times
    print(table(f"Round trip of a command; {about_machine}", _figures(trips, live, peers)))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench.roundtrip", description=__doc__)
    parser.add_argument("--count", type=int, default=300, help="tasks that are measured, after 20 to warm up")
    parser.add_argument("--live-count", type=int, default=200, help="chunks that are measured")
    parser.add_argument("--peer-count", type=int, default=60, help="commands that each peer runs")
    parser.add_argument("--skip-peers", action="store_true", help="measure Bosman only")
    return parser.parse_args()


def main() -> int:
    """Entry point."""
    uvloop.run(_main(_arguments()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
