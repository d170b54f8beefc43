"""Trails that are sealed for real by the running worker, and somebody with the password of the tables' owner."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from bosman_server.core.audit.service import SYSTEM, record
from bosman_server.core.audit.verify import Report, verify
from bosman_server.kit.crypto.keyring import Keyring
from bosman_server.kit.db.database import Database
from bosman_server.kit.db.rls import WORKER_ROLE
from bosman_server.kit.db.scope import TenantId, TenantScope
from testkit.stack import Stack

_SEALED = """
SELECT count(*) > 0 AND count(*) FILTER (WHERE l.seq IS NULL) = 0 FROM audit_entry e
LEFT JOIN audit_link l ON l.tenant_id = e.tenant_id AND l.entry_id = e.id WHERE e.tenant_id = $1
"""


@pytest.fixture(scope="session")
def audit_key(stack: Stack) -> bytes:
    return Keyring(stack.state_dir / "keys").audit()


@pytest.fixture
async def owner(stack: Stack) -> AsyncIterator["asyncpg.Connection[Any]"]:
    """Whom the whole chain is against."""
    connection = await asyncpg.connect(stack.about()["database_urls"]["owner"])
    yield connection
    await connection.close()


@pytest.fixture
def write(worker_database: Database) -> Callable[..., Awaitable[None]]:
    """Entries of a tenant, one transaction each."""

    async def make(tenant_id: TenantId, count: int) -> None:
        for number in range(count):
            async with worker_database.writing(TenantScope.of([tenant_id])) as tx:
                after = {"number": number, "text": "zażółć"}
                record(tx, tenant_id, SYSTEM, "site.update", target=("site", UUID(int=number)), after=after)

    return make


@pytest.fixture
def wait_until_sealed(
    worker_database: Database, eventually: Callable[..., Awaitable[Any]]
) -> Callable[[UUID], Awaitable[None]]:
    async def wait(tenant_id: UUID) -> None:
        async def sealed() -> Any:
            async with worker_database.unscoped() as connection:
                return await connection.fetchval(_SEALED, tenant_id)

        await eventually(sealed)

    return wait


@pytest.fixture
async def check(stack: Stack, audit_key: bytes) -> AsyncIterator[Callable[..., Awaitable[Report]]]:
    """What `bosman audit verify` finds in one tenant."""
    connection = await asyncpg.connect(stack.about()["database_urls"][WORKER_ROLE])

    async def run(tenant_id: UUID, **options: Any) -> Report:
        options.setdefault("key", audit_key)
        (report,) = [report async for report in verify(connection, only=tenant_id, **options)]
        return report

    yield run
    await connection.close()
