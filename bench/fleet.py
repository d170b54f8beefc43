"""Five thousand connected devices: what the server side costs, and how fast it recovers.

Starts a server of its own on loopback, enrols simulated devices through the real
gateway, connects them with their own certificates, and measures. Simulator and
server share this machine's cores.
"""

import argparse
import asyncio
import contextlib
import os
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import asyncpg
import uvloop

from bench.harness import listing
from bench.harness.api import Api
from bench.harness.figures import Figure, table
from bench.harness.processes import MIB, cores_used, group_cost, machine
from bench.harness.provision import ensure_enrolled
from bench.harness.server import Server
from bench.harness.watch import until
from bench.simulator.device import Behaviour
from bench.simulator.fleet import Fleet, plan, raise_file_limit
from bench.simulator.identity import IdentityStore

_EMAIL = "owner@bench.example"
_PASSWORD = "loopback only, thrown away"
_BACK_SECONDS = 120.0
_GROUPS = ("nats", "postgres", "api", "worker")
_ONLINE = "SELECT count(DISTINCT device_id) FROM enrollment_connection WHERE server_id <> $1"
_SERVER_ID = "SELECT server_id FROM enrollment_connection LIMIT 1"


class Bench:
    """One run."""

    def __init__(self, arguments: argparse.Namespace, server: Server, about: str) -> None:
        self._arguments = arguments
        self._about = about
        self._server = server
        self._count: int = arguments.devices
        self.figures: list[Figure] = []

    async def run(self) -> None:
        """Measure everything that was asked for."""
        about = self._server.about
        async with Api(about.url) as api:
            await self._sign_in(api)
            fleet = await self._enroll(api)
            database = await asyncpg.connect(about.database_urls["bosman_worker"], timeout=10)
            try:
                await self._connect(fleet, database)
                await self._report(fleet)
                await self._idle(fleet)
                await self._list(api)
                await self._kill(fleet, database)
                print(table(f"Fleet of {self._count} simulated devices; {self._about}", self.figures), flush=True)
                if fleet.broken():
                    print(f"simulator: {len(fleet.broken())} devices broke, first: {fleet.broken()[0]!r}")
            finally:
                await database.close(timeout=10)
                # Five thousand goodbyes at once can take longer than the measurement: the server goes anyway.
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(fleet.switch_off(list(fleet.devices)), 20)

    async def _sign_in(self, api: Api) -> None:
        code = self._server.about.setup_code
        secret = self._server.state_dir / "bench-totp"
        if code:
            credentials = await api.set_up(code, email=_EMAIL, name="Bench", password=_PASSWORD)
            secret.write_text(credentials.totp_secret)
        else:
            await api.sign_in(_EMAIL, _PASSWORD, secret.read_text())

    async def _enroll(self, api: Api) -> Fleet:
        store = IdentityStore(self._server.state_dir / "fleet")
        planned = plan(self._count)
        self._count = len(planned)
        before = len(store.load())
        began = time.perf_counter()
        identities = await ensure_enrolled(api, self._server.about.gateway_url, store, planned, "fleet")
        fresh = len(identities) - before
        seconds = time.perf_counter() - began
        print(f"enrolled {fresh} devices in {seconds:.0f} s")
        if fresh > 100:
            self.figures.append(Figure("enrolment through the gateway", fresh / seconds, "devices/s"))
        poll = self._arguments.poll_seconds
        fleet = Fleet(store, lambda url, keys: Behaviour(url, keys, poll_seconds=poll, settled=True))
        for item in planned:
            fleet.add(identities[item.name], lambda item=item: item.machine("fleet"))  # type: ignore[misc]
        return fleet

    async def _connect(self, fleet: Fleet, database: asyncpg.Connection) -> None:
        began = time.perf_counter()
        await fleet.switch_on(fleet.devices)
        await until(lambda: self._online(database, ""), self._count, 180)
        seconds = time.perf_counter() - began
        print(f"{fleet.connected} connected, {await self._online(database, '')} online in PostgreSQL, {seconds:.1f} s")
        rss = group_cost(self._server.group("nats")).rss_bytes / MIB
        self.figures += [
            Figure("first connection of all, presence in PostgreSQL", seconds, "s"),
            Figure("nats-server RSS right after that", rss, "MB"),
        ]

    async def _online(self, database: asyncpg.Connection, not_on: str) -> int:
        return int(await database.fetchval(_ONLINE, not_on, timeout=10))

    async def _report(self, fleet: Fleet) -> None:
        """Facts and pending updates of every device, so that lists have something to show."""
        began = time.perf_counter()
        messages = 0
        for number, device in enumerate(fleet.devices.values()):
            facts, *_ = device.machine.inventory()
            for message in (facts, device.machine.updates_report()):
                device.say(message)
                messages += 1
            if number % 50 == 0:
                await asyncio.sleep(0)
        await until(lambda: _settled(fleet), len(fleet.devices), 300)
        self.figures.append(
            Figure("reports taken by the stream", messages / (time.perf_counter() - began), "messages/s")
        )

    async def _idle(self, fleet: Fleet) -> None:
        nats = {"nats": self._server.group("nats")}
        # Until the reports are stored: the workers fall idle.
        groups = {name: self._server.group(name) for name in _GROUPS}
        for _ in range(30):
            busy = await cores_used({"worker": groups["worker"]}, 4)
            if busy["worker"] < 15:
                break
        await asyncio.sleep(5)
        used = await cores_used(groups, self._arguments.idle_seconds)
        rss = group_cost(nats["nats"]).rss_bytes / MIB
        self.figures.append(Figure(f"nats-server RSS, {fleet.connected} connections", rss, "MB", bar=400))
        total = sum(used.values())
        note = ", ".join(f"{name} {value:.1f}" for name, value in used.items())
        self.figures.append(
            Figure(
                f"CPU of the idle server over {self._arguments.idle_seconds:.0f} s", total, "% of a core", 10, note=note
            )
        )
        for name in ("api", "worker", "postgres"):
            self.figures.append(Figure(f"{name} RSS", group_cost(groups[name]).rss_bytes / MIB, "MB"))

    async def _kill(self, fleet: Fleet, database: asyncpg.Connection) -> None:
        old = await database.fetchval(_SERVER_ID, timeout=10)
        (pid,) = self._server.group("nats")
        os.kill(pid, signal.SIGKILL)
        began = time.perf_counter()
        before = {name: device.connections for name, device in fleet.devices.items()}
        back_count = await until(lambda: _back(fleet, before), self._count, _BACK_SECONDS)
        back = time.perf_counter() - began
        reached = await until(lambda: self._online(database, old), self._count, 20)
        stored = time.perf_counter() - began
        note = "" if reached >= self._count else f"only {reached} of {self._count}"
        if back_count < self._count:
            away = [device for device in fleet.devices.values() if not device.connected]
            print(f"{len(away)} devices are not back: {Counter(device.last_refusal for device in away).most_common(5)}")
        self.figures += [
            Figure("NATS killed: all devices connected again", back, "s", 60),
            Figure("NATS killed: presence in PostgreSQL right again", stored, "s", 60, note=note),
        ]

    async def _list(self, api: Api) -> None:
        if not listing.available():
            print("wrk is not there and cannot be installed: the list is not measured")
            return
        load = await listing.measure(
            f"{api.url}/api/v1/devices?limit=100", api.cookie, self._arguments.list_seconds,
            {"api": self._server.group("api"), "postgres": self._server.group("postgres")},
        )  # fmt: skip
        note = f"{load.failures} failed" if load.failures else ""
        api_cpu, all_cpu = load.cpu_seconds["api"], sum(load.cpu_seconds.values())
        self.figures += [
            Figure("list of 100 devices, wrk on the same cores", load.per_second, "requests/s", note=note),
            Figure("  CPU of the api", 1e6 * api_cpu / load.requests, "µs/request"),
            Figure("  CPU of PostgreSQL", 1e6 * load.cpu_seconds["postgres"] / load.requests, "µs/request"),
            Figure("  per core of api", load.requests / api_cpu, "requests/s", 300, at_least=True),
            Figure("  per core of api and PostgreSQL together", load.requests / all_cpu, "requests/s"),
        ]


async def _settled(fleet: Fleet) -> int:
    return sum(device.outbox.empty for device in fleet.devices.values())


async def _back(fleet: Fleet, before: Mapping[str, int]) -> int:
    """How many have a connection that is newer than those of `before`."""
    return sum(device.connected and device.connections > before[name] for name, device in fleet.devices.items())


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench.fleet", description=__doc__)
    parser.add_argument("--devices", type=int, default=5000)
    parser.add_argument("--state-dir", type=Path, help="keep the server and the identities here; else thrown away")
    parser.add_argument("--poll-seconds", type=float, default=240.0, help="how often a device asks for work unasked")
    parser.add_argument("--idle-seconds", type=float, default=30.0)
    parser.add_argument("--list-seconds", type=int, default=10)
    return parser.parse_args()


async def _main(arguments: argparse.Namespace) -> None:
    about_machine = await asyncio.to_thread(machine)
    folder = arguments.state_dir or Path(tempfile.mkdtemp(prefix="bosman-fleet-"))
    try:
        async with Server(folder.absolute()) as server:
            await Bench(arguments, server, about_machine).run()
    finally:
        if arguments.state_dir is None:
            shutil.rmtree(folder, ignore_errors=True)


def main() -> int:
    """Entry point."""
    arguments = _arguments()
    raise_file_limit()  # the server's processes inherit it: NATS holds as many sockets as we do
    uvloop.run(_main(arguments))
    return 0


if __name__ == "__main__":
    sys.exit(main())
