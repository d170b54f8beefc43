"""How fast the audit trail is sealed and verified.

Starts a server on loopback, writes entries as tasks and jobs write them, waits until the worker has
sealed them, and walks the chains as `bosman audit verify` does.
"""

import argparse
import asyncio
import random
import shutil
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import msgspec
import uvloop

from bench.harness.figures import Figure, percentile, table
from bench.harness.processes import machine
from bench.harness.server import Server
from bench.harness.watch import until
from bosman_server.core.audit.verify import verify
from bosman_server.kit.crypto.keyring import Keyring
from bosman_server.kit.db.rls import WORKER_ROLE
from bosman_server.kit.ids import uuid7

_COLUMNS = (
    "tenant_id", "id", "at", "actor_kind", "actor_id", "actor_name", "source_ip", "action", "target_kind", "target_id",
    "before", "after", "result", "code", "device_id",
)  # fmt: skip
_CHUNK = 20_000
_SEAL_SECONDS = 600.0


def _entries(tenant_id: UUID, count: int) -> Iterator[tuple[Any, ...]]:
    """Every third one a job, the rest ends of tasks."""
    person, device = uuid7(), uuid7()
    for number in range(count):
        at = datetime.now(UTC)
        if number % 3 == 0:
            after = {
                "kind": "updates.install",
                "params": {"select": "security"},
                "device_ids": [str(device)],
                "count": 1,
            }
            yield (
                tenant_id, uuid7(), at, "user", person, "Żaneta Wróbel", "10.14.3.7", "job.create", "job", uuid7(),
                None, after, "ok", None, device,
            )  # fmt: skip
        else:
            after = {"kind": "updates.install", "state": "failed", "exit_code": 100, "error_code": "apt.failed"}
            yield (
                tenant_id, uuid7(), at, "device", device, "KSG-PC-017", None, "task.finish", "task", uuid7(),
                None, after, "ok", None, device,
            )  # fmt: skip


async def _connect(dsn: str) -> "asyncpg.Connection[Any]":
    connection = await asyncpg.connect(dsn, timeout=10)
    await connection.set_type_codec(
        "jsonb",
        schema="pg_catalog",
        format="binary",
        encoder=lambda value: b"\x01" + msgspec.json.encode(value),
        decoder=lambda value: msgspec.json.decode(value[1:]),
    )
    return connection


async def _sealed(connection: "asyncpg.Connection[Any]") -> None:
    async def nothing_waits() -> int:
        return int(not await connection.fetchval("SELECT EXISTS (SELECT FROM audit_pending)"))

    assert await until(nothing_waits, 1, _SEAL_SECONDS), "not sealed in time"


async def _fill(connection: "asyncpg.Connection[Any]", count: int, tenants: int) -> None:
    for _ in range(tenants):
        tenant_id, left = uuid7(), count // tenants
        while left > 0:
            size = min(left, _CHUNK)
            records = list(_entries(tenant_id, size))
            await connection.copy_records_to_table("audit_entry", records=records, columns=_COLUMNS, timeout=120)
            left -= size


async def _latencies(connection: "asyncpg.Connection[Any]", count: int) -> list[float]:
    """Seconds from the commit of one entry until it is sealed."""
    times = []
    tenant_id = uuid7()
    for _ in range(count):
        await connection.copy_records_to_table("audit_entry", records=list(_entries(tenant_id, 1)), columns=_COLUMNS)
        started = time.perf_counter()
        await _sealed(connection)
        times.append(time.perf_counter() - started)
        await asyncio.sleep(random.random())  # not in step with the sealer's own second
    return times


async def _walk(dsn: str, key: bytes, times: int) -> list[tuple[int, float]]:
    connection = await asyncpg.connect(dsn, timeout=10)
    try:
        return [await _verify(connection, key) for _ in range(times)]
    finally:
        await connection.close(timeout=5)


async def _verify(connection: "asyncpg.Connection[Any]", key: bytes) -> tuple[int, float]:
    started, links = time.perf_counter(), 0
    async for report in verify(connection, key):
        assert report.finding is None, report
        links += report.head.seq
    return links, time.perf_counter() - started


async def _measure(arguments: argparse.Namespace, folder: Path) -> list[Figure]:
    async with Server(folder) as server:
        connection = await _connect(server.about.database_urls["owner"])
        try:
            await _sealed(connection)
            latencies = await _latencies(connection, arguments.single)
            started = time.perf_counter()
            await _fill(connection, arguments.count, arguments.tenants)
            written = time.perf_counter() - started
            await _sealed(connection)
            sealed = time.perf_counter() - started
            runs = await _walk(
                server.about.database_urls[WORKER_ROLE], Keyring(folder / "keys").audit(), arguments.runs
            )
        finally:
            await connection.close(timeout=5)
    rates = sorted(links / seconds for links, seconds in runs)
    return [
        Figure("verify, entries a second, slowest run", rates[0], "/s", 50_000, at_least=True),
        Figure("verify, entries a second, median", rates[len(rates) // 2], "/s", note=f"{runs[0][0]:,} entries"),
        Figure("seal, entries a second", arguments.count / sealed, "/s", note=f"written meanwhile in {written:.0f} s"),
        Figure("commit to seal, p50", percentile(latencies, 0.5), "s"),
        Figure("commit to seal, p95", percentile(latencies, 0.95), "s", 2, note=f"n = {len(latencies)}"),
    ]


def main() -> int:
    """Entry point."""
    parser = argparse.ArgumentParser(prog="bench.audit_verify", description=__doc__)
    parser.add_argument("--count", type=int, default=300_000, help="entries")
    parser.add_argument("--tenants", type=int, default=3, help="tenants that they are spread over")
    parser.add_argument("--runs", type=int, default=3, help="how often all chains are walked")
    parser.add_argument("--single", type=int, default=30, help="entries whose way from commit to seal is measured")
    arguments = parser.parse_args()
    about_machine = machine()
    folder = Path(tempfile.mkdtemp(prefix="bosman-audit-"))
    folder.chmod(0o755)  # PostgreSQL runs as another user below it
    try:
        figures = uvloop.run(_measure(arguments, folder))
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    print(table(f"Audit trail; {about_machine}", figures))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
