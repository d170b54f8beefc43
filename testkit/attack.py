"""The api's role in the hands of somebody else: what it would write, for tests that expect to see it refused."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, cast
from uuid import UUID

import asyncpg
import pytest

from bosman_server.core.audit.actions import Action
from bosman_server.core.audit.service import Actor, record
from bosman_server.kit.db.database import Database
from bosman_server.kit.db.scope import TenantId, TenantScope
from bosman_server.kit.db.transaction import Transaction
from bosman_server.kit.ids import uuid7
from testkit.device import TestDevice
from testkit.people import Customer

JOB = """
INSERT INTO tasks_job (tenant_id, id, kind, params, created_at, created_by, created_by_name, expires_at)
VALUES ($1, $2, $3, '{}', now(), $4, 'x', now() + interval '1 hour')
"""
TASK = """
INSERT INTO tasks_task (tenant_id, id, job_id, device_id, kind, state, created_at, created_by,
                        created_by_name, expires_at, timeout_seconds, action_class, waiting_for, approval_id)
VALUES ($1, $2, $3, $4, $5, $6, now(), $7, 'x', now() + interval '1 hour', 60, $8, $9, $10)
"""
ASK = """
INSERT INTO tasks_approval (tenant_id, id, job_id, action_class, reason, device_count, per_hour, used,
                            requested_by, requested_by_name, requested_at, expires_at)
VALUES ($1, $2, $3, 'script', 'budget', 1, 0, 0, $4, 'x', now(), now() + interval '1 hour')
"""
SESSION = """
INSERT INTO identity_session (id, token_hash, user_id, state, created_at, last_seen_at, stepped_up_at)
VALUES ($1, $2, $3, 'complete', now(), now(), now())
"""


class _Entries:
    """Stands where entries wait for the commit; here they are written at once."""

    def __init__(self) -> None:
        self.waiting: list[tuple[Any, Any]] = []

    def defer(self, write: Any, row: Any) -> None:
        self.waiting.append((write, row))


async def record_now(connection: Any, tenant_id: UUID, actor: Actor, action: Action, **rest: Any) -> None:
    """An entry, written at once on a bare connection."""
    entries = _Entries()
    record(cast("Transaction", entries), tenant_id, actor, action, **rest)
    for write, row in entries.waiting:
        await write(connection, [row])


@dataclass
class Attack:
    """A tenant with an Owner, a second person and a device; the api's role, open on it."""

    api: Database
    customer: Customer
    owner: Any
    owner_id: UUID
    owner_session: UUID
    second_id: UUID
    device: TestDevice

    @property
    def scope(self) -> TenantScope:
        """The tenant alone."""
        return TenantScope.of([self.customer.id])

    async def wish(self, kind: str = "script.run", **changes: Any) -> UUID:
        """A job with one task, as the api writes them."""
        job_id, task_id = uuid7(), uuid7()
        known = {"state": "queued", "by": self.owner_id, "action_class": "script", "waiting_for": None} | changes
        async with self.api.writing(self.scope) as tx:
            await tx.connection.execute(JOB, self.customer.id, job_id, changes.get("job_kind", kind), self.owner_id)
            if not changes.get("untold"):
                await self.tell(tx.connection, "job.create", ("job", job_id))
            if "approval_id" in changes:
                await tx.connection.execute(ASK, self.customer.id, changes["approval_id"], job_id, self.owner_id)
                await self.tell(tx.connection, "approval.request", ("approval", changes["approval_id"]))
            await tx.connection.execute(
                TASK, self.customer.id, task_id, job_id, self.device.id, kind, known["state"], known["by"],
                known["action_class"], known["waiting_for"], changes.get("approval_id"),
            )  # fmt: skip
        return task_id

    async def tell(
        self, connection: Any, action: Action, target: tuple[str, UUID] | None = None, tenant_id: UUID | None = None
    ) -> None:
        """An entry by the Owner, as if they had acted."""
        actor = Actor("user", self.owner_id, "x")
        await record_now(connection, tenant_id or self.customer.id, actor, action, target=target)

    async def run(self, statement: str, *values: Any, session: UUID | None = None) -> str:
        """One statement within the tenant, with a session shown to the database."""
        async with self.api.writing(self.scope) as tx:
            if session is not None:
                await tx.connection.execute(f"SET LOCAL bosman.session = '{session}'")
            return await tx.connection.execute(statement, *values)


@asynccontextmanager
async def within(attack: Attack, *tenant_ids: UUID, session: UUID | None = None) -> AsyncIterator[Any]:
    """A transaction of the api's role on these tenants, else on the customer, with a session shown."""
    scope = TenantScope.of(TenantId(one) for one in tenant_ids or (attack.customer.id,))
    async with attack.api.writing(scope) as tx:
        if session is not None:
            await tx.connection.execute(f"SET LOCAL bosman.session = '{session}'")
        yield tx.connection


@asynccontextmanager
async def refused(
    attack: Attack,
    *tenant_ids: UUID,
    session: UUID | None = None,
    kind: type[Exception] | tuple[type[Exception], ...] = asyncpg.InsufficientPrivilegeError,
    match: str | None = None,
) -> AsyncIterator[Any]:
    """The same, that the database refuses, at the commit at the latest."""
    with pytest.raises(kind, match=match):
        async with within(attack, *tenant_ids, session=session) as connection:
            yield connection
