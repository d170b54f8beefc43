"""Trails to read: written straight into the table, in the way of the slices."""

import secrets
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import httpx
import pytest

from bosman_server.core.audit.models import AuditEntry
from bosman_server.core.identity.models import Membership, Session, User
from bosman_server.core.identity.permissions import Role
from bosman_server.core.identity.sessions import COOKIE, hash_token
from bosman_server.kit.db.scope import TenantScope
from bosman_server.kit.ids import uuid7
from testkit.patience import patient

START = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
ANNA, BORYS = UUID(int=0xA), UUID(int=0xB)


@pytest.fixture
def add(worker_database):
    """An entry; `minute` is its time after START."""

    async def make(tenant_id, action, *, minute=0, actor="Anna", refused=None, target=(None, None), **rest):
        entry = AuditEntry(
            tenant_id=tenant_id, id=uuid7(), at=START + timedelta(minutes=minute), actor_kind="user",
            actor_id={"Anna": ANNA, "Borys": BORYS}.get(actor, uuid4()), actor_name=actor, source_ip="10.0.0.5",
            action=action, target_kind=target[0], target_id=target[1], result="refused" if refused else "ok",
            code=refused, device_id=rest.pop("device_id", target[1] if target[0] == "device" else None), **rest,
        )  # fmt: skip
        async with worker_database.writing(TenantScope.of([tenant_id])) as tx:
            tx.session.add(entry)
        return str(entry.id)

    return make


@pytest.fixture
async def operator(people, stack):
    """A client of somebody who looks after the installation, an Owner of given customers."""
    clients = []

    async def make(*customers):
        token = secrets.token_urlsafe(32)
        async with people.database.writing(TenantScope.of([customer.id for customer in customers])) as tx:
            user = User(email=f"{token[:9].lower()}@example.com", name="Olga", password_hash="-", is_operator=True)
            tx.session.add(user)
            await tx.session.flush()
            tx.session.add_all(
                Membership(tenant_id=customer.id, user_id=user.id, role=Role.OWNER) for customer in customers
            )
            tx.session.add(Session(token_hash=hash_token(token), user_id=user.id, state="complete"))
        client = httpx.AsyncClient(base_url=f"{stack.url}/api/v1/", cookies={COOKIE: token}, timeout=patient())
        clients.append(client)
        return client

    yield make
    for client in clients:
        await client.aclose()
