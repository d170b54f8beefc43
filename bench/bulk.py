"""How long one click for a whole fleet takes: a job for 20,000 devices, and its cancelling, through the API.

Starts a server on loopback and writes devices into its database; none of them is there, so every task waits.
"""

import argparse
import shutil
import tempfile
import time
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import psutil
import uvloop

from bench.harness.api import Api
from bench.harness.figures import Figure, table
from bench.harness.processes import machine
from bench.harness.server import Server
from bosman_server.kit.db.rls import APP_ROLE, WORKER_ROLE
from bosman_server.kit.ids import uuid7

_EMAIL = "owner@bench.example"
_PASSWORD = "loopback only, thrown away"
_CANCEL_BAR_SECONDS = 3.0
_DEVICES = """
INSERT INTO tenancy_device (tenant_id, id, site_id, hostname, os_family, agent_version, status, enrolled_at)
SELECT $1, d.id, $2, 'pc-' || d.number, 'linux', '1', 'active', now()
FROM unnest($3::uuid[]) WITH ORDINALITY AS d (id, number)
"""


async def _fill(database: "asyncpg.Connection[Any]", count: int) -> None:
    site = await database.fetchrow("SELECT tenant_id, id FROM tenancy_site LIMIT 1")
    assert site is not None, "`bosman up` makes a first site"
    ids: list[UUID] = [uuid7() for _ in range(count)]
    await database.execute(_DEVICES, site["tenant_id"], site["id"], ids, timeout=120)
    await database.execute("ANALYZE tenancy_device", timeout=60)


async def _make(api: Api, count: int, kind: str, params: dict[str, Any]) -> tuple[str, float]:
    body = {"kind": kind, "params": params, "target": {"filter": {"all": True}, "expected_count": count}}
    began = time.perf_counter()
    job = await api.post("/jobs", body)
    assert job["task_count"] == count, job
    return job["id"], time.perf_counter() - began


async def _cancel(api: Api, job_id: str, count: int) -> float:
    began = time.perf_counter()
    job = await api.post(f"/jobs/{job_id}/cancel")
    seconds = time.perf_counter() - began
    assert job["counts"]["cancelled"] == count, job
    return seconds


async def _processor_seconds(server: Server, database: "asyncpg.Connection[Any]") -> float:
    """Of the api and of its connections in PostgreSQL, so far."""
    rows = await database.fetch("SELECT pid FROM pg_stat_activity WHERE usename = $1", APP_ROLE)
    times = [psutil.Process(pid).cpu_times() for pid in [*server.group("api"), *(row["pid"] for row in rows)]]
    return sum(one.user + one.system for one in times)


async def _measure(arguments: argparse.Namespace, folder: Path) -> list[Figure]:
    count: int = arguments.devices
    async with Server(folder) as server:
        about = server.about
        assert about.setup_code is not None, "a state folder of its own"
        database = await asyncpg.connect(about.database_urls["owner"], timeout=10)
        worker = await asyncpg.connect(about.database_urls[WORKER_ROLE], timeout=10)
        try:
            async with Api(about.url) as api:
                await api.set_up(about.setup_code, email=_EMAIL, name="Bench", password=_PASSWORD)
                await _fill(database, count)
                made, cancelled, worked = [], [], []
                for _ in range(arguments.runs):
                    job_id, seconds = await _make(api, count, "inventory.collect", {})
                    made.append(seconds)
                    before = await _processor_seconds(server, database)
                    cancelled.append(await _cancel(api, job_id, count))
                    worked.append(await _processor_seconds(server, database) - before)
            entries = await worker.fetchval("SELECT count(*) FROM audit_entry WHERE action = 'task.cancel'")
        finally:
            await database.close(timeout=10)
            await worker.close(timeout=10)
    assert entries == count * arguments.runs, f"{entries} entries in the trail"
    return [
        Figure(f"job for {count:,} devices made, slowest run", max(made), "s", note=f"n = {len(made)}"),
        Figure(f"{count:,} tasks cancelled, slowest run", max(cancelled), "s", _CANCEL_BAR_SECONDS),
        Figure(f"{count:,} tasks cancelled, quickest run", min(cancelled), "s", note=f"{entries:,} audit entries"),
        Figure("of that, processor time of api and database", max(worked), "s", note="what an idle machine needs"),
    ]


def main() -> int:
    """Entry point."""
    parser = argparse.ArgumentParser(prog="bench.bulk", description=__doc__)
    parser.add_argument("--devices", type=int, default=20_000)
    parser.add_argument("--runs", type=int, default=2, help="how often a job is made and cancelled")
    arguments = parser.parse_args()
    about_machine = machine()
    folder = Path(tempfile.mkdtemp(prefix="bosman-bulk-"))
    folder.chmod(0o755)  # PostgreSQL runs as another user below it
    try:
        figures = uvloop.run(_measure(arguments, folder))
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    print(table(f"One click for many devices; {about_machine}", figures))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
