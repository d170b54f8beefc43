"""Mails that the running stack sends, and ones that a sender of the test's own sends."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any
from uuid import UUID

import pytest

from bosman_server.core.notifications import service
from bosman_server.kit.crypto.encryption import PLATFORM, EnvelopeCipher
from bosman_server.kit.crypto.keyring import Keyring
from bosman_server.kit.crypto.master_key import FileHolder, MasterKeys
from bosman_server.kit.db.database import Database
from bosman_server.kit.db.rls import APP_ROLE
from bosman_server.kit.db.scope import TenantId, TenantScope
from testkit.stack import Stack

Post = Callable[..., Awaitable[UUID]]
INVITATION = {
    "inviter": "Żaneta Łęcka",
    "tenant": "Acme",
    "role": "technician",
    "link": "https://bosman.example.com/invite#QWERTYSECRET",
    "valid_until": "2026-11-29T12:00:00+01:00",
}


@pytest.fixture
async def cipher(stack: Stack, worker_database: Database) -> EnvelopeCipher:
    return EnvelopeCipher(MasterKeys((FileHolder(Keyring(stack.state_dir / "keys").master_file),)), worker_database)


@pytest.fixture
async def post(stack: Stack, cipher: EnvelopeCipher) -> AsyncIterator[Post]:
    """Put a mail into the outbox under the api's role, as a service does."""
    database = await Database(stack.about()["database_urls"][APP_ROLE], pool_size=2).open()

    async def put(
        to: str, *, tenant_id: UUID = PLATFORM, language: str = "pl", template: str = "invitation", **params: Any
    ) -> UUID:
        async with database.writing(TenantScope.of([TenantId(tenant_id)])) as tx:
            values = params or INVITATION
            return await service.enqueue(tx.session, cipher, tenant_id, to, language, template, values)

    yield put
    await database.close()
