"""An open stream asks after its session without using it."""

from types import SimpleNamespace
from typing import Any

import pytest

from bosman_server.core.identity import sessions
from bosman_server.settings import Settings


@pytest.fixture
async def old_session(people, acme, worker_database):
    """A session that was used ten minutes ago: its token, and how to read when that was."""
    client = await people.owner(acme)
    token = client.cookies[sessions.COOKIE]
    digest = sessions.hash_token(token)
    async with worker_database.unscoped() as connection:
        await connection.execute(
            "UPDATE identity_session SET last_seen_at = now() - interval '10 minutes' WHERE token_hash = $1", digest
        )

    async def last_seen() -> Any:
        async with worker_database.unscoped() as connection:
            return await connection.fetchval("SELECT last_seen_at FROM identity_session WHERE token_hash = $1", digest)

    return token, last_seen


class TestOnlyLooking:
    async def test_looking_leaves_the_session_as_idle_as_it_was(self, old_session, app_database):
        token, last_seen = old_session
        runtime: Any = SimpleNamespace(database=app_database, settings=Settings())
        before = await last_seen()
        with sessions.only_looking():
            assert await sessions.find(runtime, token)
        assert await last_seen() == before

    async def test_using_it_does_not(self, old_session, app_database):
        token, last_seen = old_session
        runtime: Any = SimpleNamespace(database=app_database, settings=Settings())
        before = await last_seen()
        assert await sessions.find(runtime, token)
        assert await last_seen() > before
