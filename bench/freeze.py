"""How long it takes until a whole fleet obeys a freeze, and what guarded work slips through meanwhile.

Starts a server of its own on loopback, connects simulated devices, freezes the fleet while an
installation is being handed out, and watches the devices themselves, then the server's own count.
"""

import argparse
import asyncio
import shutil
import sys
import tempfile
import time
from pathlib import Path

import asyncpg
import uvloop

from bench.harness.api import Api
from bench.harness.figures import Figure, table
from bench.harness.processes import machine
from bench.harness.provision import ensure_enrolled
from bench.harness.server import Server
from bench.harness.watch import until
from bench.simulator.device import Behaviour
from bench.simulator.fleet import Fleet, plan, raise_file_limit
from bench.simulator.identity import IdentityStore

_EMAIL = "owner@bench.example"
_PASSWORD = "loopback only, thrown away"
_LIMIT_SECONDS = 60.0
_ONLINE = "SELECT count(*) FROM enrollment_presence WHERE online"
_OBEYING = """
SELECT count(*) FROM safety_obedience o JOIN safety_freeze f ON f.tenant_id = o.scope_id AND f.version = o.version
WHERE o.scope_id = '00000000-0000-0000-0000-000000000000'
"""
_LATE = """
SELECT count(*) FROM tasks_task t JOIN safety_obedience o ON o.tenant_id = t.tenant_id AND o.device_id = t.device_id
WHERE t.action_class IS NOT NULL AND t.started_at > o.at
"""


class Bench:
    """One run."""

    def __init__(self, arguments: argparse.Namespace, server: Server, about: str) -> None:
        self._server = server
        self._about = about
        self._count: int = arguments.devices
        self.figures: list[Figure] = []

    async def run(self) -> None:
        """Measure."""
        about = self._server.about
        assert about.setup_code is not None, "a state folder of its own"
        async with Api(about.url) as api:
            await api.set_up(about.setup_code, email=_EMAIL, name="Bench", password=_PASSWORD)
            fleet = await self._enroll(api)
            database = await asyncpg.connect(about.database_urls["bosman_worker"], timeout=10)
            try:
                await fleet.switch_on(fleet.devices)
                await until(lambda: _number(database, _ONLINE), self._count, 120)
                await self._freeze(api, fleet, database)
                print(table(f"Freeze of {self._count} simulated devices; {self._about}", self.figures), flush=True)
            finally:
                await database.close(timeout=10)
                await fleet.switch_off(list(fleet.devices))

    async def _enroll(self, api: Api) -> Fleet:
        store = IdentityStore(self._server.state_dir / "fleet")
        planned = plan(self._count)
        self._count = len(planned)
        identities = await ensure_enrolled(api, self._server.about.gateway_url, store, planned, "freeze")
        # Nobody asks by itself within the time: what is measured is the push.
        fleet = Fleet(store, lambda url, keys: Behaviour(url, keys, poll_seconds=3600, settled=True))
        for item in planned:
            fleet.add(identities[item.name], lambda item=item: item.machine("freeze"))  # type: ignore[misc]
        return fleet

    async def _freeze(self, api: Api, fleet: Fleet, database: asyncpg.Connection) -> None:
        count = len(fleet.devices)
        body = {
            "kind": "updates.install",
            "params": {"select": "all"},
            "target": {"filter": {"all": True}, "expected_count": count},
        }
        # So many at once want a fresh second factor, and enrolling them may have taken its five minutes.
        await api.step_up()
        work = asyncio.create_task(api.post("/jobs", body | {"confirmed_count": count}))
        await asyncio.sleep(0.2)
        began = time.perf_counter()
        await api.post("/safety/fleet-freeze", {"frozen": True, "reason": "bench"})
        answered = time.perf_counter() - began
        heard = await until(lambda: _frozen(fleet), count, _LIMIT_SECONDS)
        all_heard = time.perf_counter() - began
        stored = await until(lambda: _number(database, _OBEYING), count, _LIMIT_SECONDS)
        all_stored = time.perf_counter() - began
        await work
        await asyncio.sleep(3)
        late = await _number(database, _LATE)
        self.figures += [
            Figure("answer to whoever froze", 1000 * answered, "ms"),
            Figure("all devices obey", all_heard, "s", 10, note="" if heard == count else f"only {heard} of {count}"),
            Figure("the server knows that all obey", all_stored, "s", note="" if stored == count else f"only {stored}"),
            Figure("guarded tasks that began after their device obeyed", late, "tasks", 0),
        ]


async def _number(database: asyncpg.Connection, query: str) -> int:
    return int(await database.fetchval(query, timeout=10))


async def _frozen(fleet: Fleet) -> int:
    return sum(any(order.frozen for order in device.orders.values()) for device in fleet.devices.values())


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench.freeze", description=__doc__)
    parser.add_argument("--devices", type=int, default=500)
    return parser.parse_args()


async def _main(arguments: argparse.Namespace, folder: Path) -> None:
    about_machine = await asyncio.to_thread(machine)
    async with Server(folder) as server:
        await Bench(arguments, server, about_machine).run()


def main() -> int:
    """Entry point."""
    arguments = _arguments()
    raise_file_limit()
    folder = Path(tempfile.mkdtemp(prefix="bosman-freeze-")).absolute()
    try:
        uvloop.run(_main(arguments, folder))
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
