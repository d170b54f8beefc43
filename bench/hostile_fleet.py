"""One hostile device among two hundred honest ones, and three hundred inventories after an outage of the worker.

Starts servers of its own on loopback. Whether honest devices are served, what the worker's memory does and how
many entries the trail gets are read from outside; the attacker runs in a process of its own on the same cores, and
gives way to the server and the fleet (an attacker's processors are their own).
"""

import argparse
import asyncio
import contextlib
import os
import random
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import aiohttp
import asyncpg
import uvloop

from bench.harness.api import Api
from bench.harness.attacker import Attack
from bench.harness.figures import Figure, percentile, table
from bench.harness.processes import MIB, group_cost, machine
from bench.harness.provision import ensure_enrolled
from bench.harness.server import Server
from bench.harness.watch import until
from bench.roundtrip import Watcher
from bench.simulator.device import Behaviour, Device
from bench.simulator.fleet import Fleet, Planned, plan, raise_file_limit
from bench.simulator.identity import IdentityStore
from bosman_protocol.reports import SoftwareItem, SoftwareReport

_EMAIL = "owner@bench.example"
_PASSWORD = "loopback only, thrown away"
_ECHO_EVERY_SECONDS = 0.1
_ATTACK_SECONDS = 120.0
_STORE_SECONDS = 180.0
_PACKAGES = 1500
_ENTRIES = """
SELECT coalesce(max(n), 0) FROM (SELECT count(*) AS n FROM audit_entry
WHERE device_id = $1 GROUP BY date_trunc('minute', at)) AS minutes
"""
_STORED = "SELECT count(*) FROM inventory_software_report WHERE tenant_id = ANY ($1::uuid[])"


class Echoes:
    """Echo tasks to honest devices, one after the other begun on the beat; how long each took."""

    def __init__(self, session: aiohttp.ClientSession, watcher: Watcher, device_ids: list[str]) -> None:
        self._session = session
        self._watcher = watcher
        self._device_ids = device_ids
        self.lost = 0

    async def measure(self, *, seconds: float = 0.0, until_done: "asyncio.Future[Any] | None" = None) -> list[float]:
        """Milliseconds of every echo that was begun within the time, or before something else was done."""
        times: list[float] = []
        tasks: list[asyncio.Task[None]] = []
        began = time.monotonic()
        while time.monotonic() - began < seconds or (until_done is not None and not until_done.done()):
            tasks.append(asyncio.create_task(self._one(times)))
            await asyncio.sleep(_ECHO_EVERY_SECONDS)
        await asyncio.gather(*tasks)
        return times

    async def _one(self, times: list[float]) -> None:
        device_id = random.choice(self._device_ids)
        began = time.perf_counter()
        try:
            body = {"kind": "diagnostics.echo", "params": {"text": "hi"}}
            async with self._session.post(f"/api/v1/devices/{device_id}/tasks", json=body) as answer:
                answer.raise_for_status()
                task_id = str((await answer.json())["id"])
            times.append(1000 * (await self._watcher.succeeded(task_id) - began))
        except (TimeoutError, aiohttp.ClientError):
            self.lost += 1


class Peak:
    """The largest memory of a group of processes while it is watched."""

    def __init__(self, server: Server, name: str) -> None:
        self._server = server
        self._name = name
        self.megabytes = 0.0

    async def watch(self) -> None:
        """Until cancelled."""
        while True:
            with contextlib.suppress(OSError, KeyError):
                rss = group_cost(self._server.group(self._name)).rss_bytes / MIB
                self.megabytes = max(self.megabytes, rss)
            await asyncio.sleep(0.1)


class Scene:
    """A server with a connected fleet, its Owner's browser and its database."""

    def __init__(self, server: Server, count: int) -> None:
        self.server = server
        self.count = count
        self.fleet: Fleet
        self.store: IdentityStore
        self.database: asyncpg.Connection
        self.echoes: Echoes
        self.planned: list[Planned] = []

    @contextlib.asynccontextmanager
    async def open(self) -> AsyncIterator["Scene"]:
        """Everything up and connected; the first device is left out, switched off."""
        about = self.server.about
        assert about.setup_code is not None, "a state folder of its own"
        async with Api(about.url) as api:
            await api.set_up(about.setup_code, email=_EMAIL, name="Bench", password=_PASSWORD)
            await self._enroll(api)
            self.database = await asyncpg.connect(about.database_urls["bosman_worker"], timeout=10)
            headers = {"Cookie": api.cookie}
            async with aiohttp.ClientSession(api.url, headers=headers) as session:
                watcher = Watcher()
                listening = asyncio.create_task(watcher.listen(session))
                await asyncio.wait_for(watcher.ready.wait(), 30)
                honest = [device for name, device in self.fleet.devices.items() if name != self.planned[0].name]
                await self.fleet.switch_on(device.identity.name for device in honest)
                self.echoes = Echoes(session, watcher, [str(device.id) for device in honest])
                try:
                    yield self
                finally:
                    listening.cancel()
                    await asyncio.gather(listening, return_exceptions=True)
                    await self.database.close(timeout=10)
                    await self.fleet.switch_off(list(self.fleet.devices))

    async def _enroll(self, api: Api) -> None:
        self.store = IdentityStore(self.server.state_dir / "fleet")
        self.planned = plan(self.count)
        identities = await ensure_enrolled(api, self.server.about.gateway_url, self.store, self.planned, "hostile")
        self.fleet = Fleet(self.store, lambda url, keys: Behaviour(url, keys, settled=True))
        for item in self.planned:
            self.fleet.add(identities[item.name], lambda item=item: item.machine("hostile"))  # type: ignore[misc]

    @property
    def hostile(self) -> Device:
        """The device whose identity the attacker has."""
        return self.fleet.devices[self.planned[0].name]


async def _attack(folder: Path, honest: int) -> list[Figure]:
    async with Server(folder) as server, Scene(server, honest + 1).open() as scene:
        await scene.echoes.measure(seconds=5)
        idle = await scene.echoes.measure(seconds=20)
        peak = Peak(server, "worker")
        watching = asyncio.create_task(peak.watch())
        trust = scene.store.trust()
        attack = Attack(scene.store.identity_file(scene.hostile.identity), trust, scene.hostile.id)
        running = asyncio.ensure_future(attack.run(_ATTACK_SECONDS))
        under = await scene.echoes.measure(until_done=running)
        said = running.result()
        after = await scene.echoes.measure(seconds=15)
        await asyncio.sleep(65)
        watching.cancel()
        entries = int(await scene.database.fetchval(_ENTRIES, scene.hostile.id))
        ratio = percentile(under, 0.95) / percentile(idle, 0.95)
        return [
            Figure("attack took", said.seconds, "s", note=said.text),
            Figure("honest echo idle p95", percentile(idle, 0.95), "ms", note=f"n = {len(idle)}"),
            Figure("honest echo under attack p50", percentile(under, 0.5), "ms"),
            Figure("honest echo under attack p95", percentile(under, 0.95), "ms", note=f"n = {len(under)}"),
            Figure("under attack / idle, p95", ratio, "×", 2),
            Figure("honest echo after the attack p95", percentile(after, 0.95), "ms"),
            Figure("honest echoes lost", scene.echoes.lost, "tasks", 0),
            Figure("worker's largest RSS", peak.megabytes, "MB", 400),
            Figure("entries of the hostile device in its worst minute", entries, "entries", 20),
        ]


async def _outage(folder: Path, count: int) -> list[Figure]:
    async with Server(folder) as server, Scene(server, count + 1).open() as scene:
        devices = [device for device in scene.fleet.devices.values() if device.connected]
        (worker,) = server.group("worker")
        os.kill(worker, signal.SIGSTOP)
        for device in devices:
            device.say(_inventory())
        await until(lambda: _settled(devices), len(devices), _STORE_SECONDS)
        peak = Peak(server, "worker")
        os.kill(worker, signal.SIGKILL)
        watching = asyncio.create_task(peak.watch())
        began = time.monotonic()
        tenants = list({device.identity.tenant_id for device in devices})

        async def stored() -> int:
            return int(await scene.database.fetchval(_STORED, tenants))

        storing = asyncio.ensure_future(until(stored, len(devices), _STORE_SECONDS))
        await asyncio.sleep(0.5)
        first = await scene.echoes.measure(seconds=0.01)
        back = time.monotonic() - began
        meanwhile = await scene.echoes.measure(until_done=storing)
        seconds = time.monotonic() - began
        watching.cancel()
        return [
            Figure("worker killed: first echo is back", back, "s", note=f"it took {first[0] / 1000:.1f} s"),
            Figure(f"all of {len(devices)} × {_PACKAGES} packages stored", seconds, "s", 30,
                   note="" if storing.result() >= len(devices) else f"only {storing.result()}"),
            Figure("results meanwhile, slowest", max(meanwhile, default=float("nan")) / 1000, "s", 2,
                   note=f"n = {len(meanwhile)}, {scene.echoes.lost} lost"),
            Figure("worker's largest RSS after its start", peak.megabytes, "MB", 400),
        ]  # fmt: skip


async def _settled(devices: list[Device]) -> int:
    return sum(device.outbox.empty for device in devices)


def _inventory() -> SoftwareReport:
    items = tuple(
        SoftwareItem(f"package-{number:04}-{random.randrange(10**6)}", f"{number}.2.3-4", "A Publisher of Software",
                     "x86_64", "apt", datetime.now(UTC), "machine")
        for number in range(_PACKAGES)
    )  # fmt: skip
    return SoftwareReport(uuid4(), datetime.now(UTC), 0, last=True, items=items)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench.hostile_fleet", description=__doc__)
    parser.add_argument("--honest", type=int, default=200)
    parser.add_argument("--inventories", type=int, default=300)
    parser.add_argument("--only", choices=["attack", "outage"])
    return parser.parse_args()


async def _main(arguments: argparse.Namespace, folder: Path) -> None:
    about_machine = await asyncio.to_thread(machine)
    if arguments.only != "outage":
        figures = await _attack(folder / "attack", arguments.honest)
        print(table(f"One hostile among {arguments.honest} devices; {about_machine}", figures), flush=True)
    if arguments.only != "attack":
        figures = await _outage(folder / "outage", arguments.inventories)
        print(table(f"After an outage of the worker; {about_machine}", figures), flush=True)


def main() -> int:
    """Entry point."""
    arguments = _arguments()
    raise_file_limit()
    folder = Path(tempfile.mkdtemp(prefix="bosman-hostile-")).absolute()
    try:
        uvloop.run(_main(arguments, folder))
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
