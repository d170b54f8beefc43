"""How long one wish for the devices of many tenants holds up everybody else in the same api.

Starts a server on loopback, writes tenants and devices straight into its tables, and asks for one job over all of them
of an api that runs in this very process: whatever keeps its event loop from anything else is seen as a gap.
"""

import argparse
import asyncio
import gc
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from uuid import UUID

import httpx
import uvloop

from bench.harness.figures import Figure, table
from bench.harness.processes import machine
from bosman_server.core.identity.permissions import Role
from bosman_server.kit.db.database import Database
from bosman_server.kit.db.rls import WORKER_ROLE
from bosman_server.kit.db.scope import TenantId, TenantScope
from bosman_server.kit.ids import uuid7
from testkit.api_here import api_here
from testkit.people import People
from testkit.stack import Stack, temporary_stack

_BAR_SECONDS = 0.05
_LOOK_SECONDS = 0.001
_NEW_DEVICES = """
INSERT INTO tenancy_device (tenant_id, id, site_id, hostname, os_family, agent_version, status, enrolled_at)
SELECT $1, d.id, $2, 'pc-' || d.number, 'linux', '1', 'active', now()
FROM unnest($3::uuid[]) WITH ORDINALITY AS d (id, number)
"""


class _Gaps:
    """The longest time for which the event loop did not come round, and the most that it computed meanwhile."""

    def __init__(self) -> None:
        self.longest = 0.0
        self.longest_busy = 0.0

    async def watch(self) -> None:
        last, busy = time.perf_counter(), time.thread_time()
        while True:
            await asyncio.sleep(_LOOK_SECONDS)
            now, used = time.perf_counter(), time.thread_time()
            self.longest = max(self.longest, now - last - _LOOK_SECONDS)
            self.longest_busy = max(self.longest_busy, used - busy)
            last, busy = now, used


@asynccontextmanager
async def _watched() -> AsyncIterator[_Gaps]:
    gaps = _Gaps()
    watching = asyncio.create_task(gaps.watch())
    await asyncio.sleep(0.05)
    try:
        yield gaps
    finally:
        await asyncio.sleep(0.05)
        watching.cancel()
        with suppress(asyncio.CancelledError):
            await watching


async def _fill(database: Database, people: People, tenants: int, devices: int) -> dict[TenantId, list[UUID]]:
    there: dict[TenantId, list[UUID]] = {}
    for number in range(tenants):
        customer = await people.customer()
        ids = [uuid7() for _ in range(devices // tenants + (number < devices % tenants))]
        async with database.writing(TenantScope.of([customer.id])) as tx:
            await tx.connection.execute(_NEW_DEVICES, customer.id, customer.site_id, ids)
        there[customer.id] = ids
    return there


Ask = Callable[[], Awaitable[httpx.Response]]


async def _gaps_of(name: str, ask: Ask, *, times: int) -> list[Figure]:
    longest, busy, began = 0.0, 0.0, time.perf_counter()
    for _ in range(times):
        async with _watched() as gaps:
            answer = await ask()
        assert answer.is_success, answer.text[:400]
        longest, busy = max(longest, gaps.longest), max(busy, gaps.longest_busy)
    took = (time.perf_counter() - began) / times
    bar, note = _BAR_SECONDS * 1000, f"n = {times}, {took:.1f} s each"
    return [
        Figure(f"{name}: longest stall", longest * 1000, "ms", bar, note=note),
        Figure("… of it computing", busy * 1000, "ms", bar, note="whatever else this machine has to do"),
    ]


async def _measure(arguments: argparse.Namespace, stack: Stack) -> list[Figure]:
    database = await Database(stack.about()["database_urls"][WORKER_ROLE], pool_size=4).open()
    people = People(stack.url, database)
    try:
        there = await _fill(database, people, arguments.tenants, arguments.devices)
        async with api_here(stack) as url:
            client = await people.client(dict.fromkeys(there, Role.OWNER), url=url.removesuffix("/api/v1/"))
            client.timeout = httpx.Timeout(120)
            await client.get("devices")
            # As `bosman api` does.
            gc.freeze()

            async def wish() -> httpx.Response:
                target = {"filter": {"all": True}, "expected_count": arguments.devices}
                return await client.post("jobs", json={"kind": "inventory.collect", "target": target})

            async def wish_by_id() -> httpx.Response:
                ids = [str(one) for members in there.values() for one in members][:5000]
                return await client.post("jobs", json={"kind": "inventory.collect", "target": {"device_ids": ids}})

            async with _watched() as idle:
                await asyncio.sleep(1)
            return [
                Figure(
                    "nothing at all: longest stall", idle.longest * 1000, "ms", note="what this machine does itself"
                ),
                *await _gaps_of("one wish for all of them", wish, times=arguments.times),
                *await _gaps_of("one wish for 5,000 by their ids", wish_by_id, times=arguments.times),
                *await _gaps_of("a page of the list", lambda: client.get("devices"), times=arguments.times),
            ]
    finally:
        await people.close()
        await database.close()


def main() -> int:
    """Entry point."""
    parser = argparse.ArgumentParser(prog="bench.scope", description=__doc__)
    parser.add_argument("--tenants", type=int, default=200)
    parser.add_argument("--devices", type=int, default=20_000, help="in all of them together, 20,000 at most")
    parser.add_argument("--times", type=int, default=3, help="how often each is asked")
    arguments = parser.parse_args()
    about_machine = machine()
    with temporary_stack("--no-agent") as stack:
        figures = uvloop.run(_measure(arguments, stack))
    title = f"{arguments.tenants:,} tenants with {arguments.devices:,} devices; {about_machine}"
    print(table(title, figures))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
