"""In production the tables' owner is no superuser: all of it must work under forced row-level security."""

from urllib.parse import urlsplit, urlunsplit

import asyncpg
import pytest

from bosman_server.core.audit.sealer import Sealer
from bosman_server.core.audit.service import SYSTEM, record
from bosman_server.core.audit.verify import verify
from bosman_server.kit.db import barriers
from bosman_server.kit.db.database import Database
from bosman_server.kit.db.migrate import upgrade
from bosman_server.kit.db.rls import APP_ROLE, WORKER_ROLE
from bosman_server.kit.db.scope import TenantId, TenantScope
from bosman_server.kit.ids import uuid7
from bosman_server.migrations.rights import CLOSE_SYSTEM_FUNCTIONS

KEY = b"k" * 32
OWNER = "plain_owner"


def at(dsn, database, user=None):
    parts = urlsplit(dsn)
    location = f"{user}:secret@{parts.netloc.rpartition('@')[2]}" if user else parts.netloc
    return urlunsplit(parts._replace(path=f"/{database}", netloc=location))


async def make_database(owner, name):
    if not await owner.fetchval("SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = $1)", OWNER):
        await owner.execute(f"CREATE ROLE {OWNER} LOGIN PASSWORD 'secret' NOSUPERUSER NOBYPASSRLS")
    await owner.execute(f"CREATE DATABASE {name} OWNER {OWNER}")


@pytest.fixture
async def urls(stack, owner):
    """A second database in the same server whose owner may nothing else."""
    name = f"plain_{uuid7().hex[-8:]}"
    await make_database(owner, name)
    known = stack.about()["database_urls"]
    plain = at(known["owner"], name, OWNER)
    await upgrade(plain)
    yield {"owner": plain, APP_ROLE: at(known[APP_ROLE], name), WORKER_ROLE: at(known[WORKER_ROLE], name)}
    await owner.execute(f"DROP DATABASE {name} WITH (FORCE)")


class TestPlainOwner:
    async def test_entries_of_both_processes_are_sealed_and_hold(self, urls):
        tenant_id = TenantId(uuid7())
        scope = TenantScope.of([tenant_id])
        app, worker = Database(urls[APP_ROLE], pool_size=2), Database(urls[WORKER_ROLE], pool_size=2)
        for database in (app, worker):
            await database.open()
            async with database.writing(scope) as tx:
                record(tx, tenant_id, SYSTEM, "site.update")
            async with database.writing(scope) as tx:
                record(tx, tenant_id, SYSTEM, "site.update")
        sealer = Sealer(worker, KEY)
        assert (await sealer.run_once(), await sealer.run_once()) == (4, 0)
        bare = await asyncpg.connect(urls[WORKER_ROLE])
        (report,) = [report async for report in verify(bare, KEY, only=tenant_id)]
        assert report.finding is None and report.head.seq == 4
        await bare.close()
        for database in (app, worker):
            await database.close()

    async def test_owner_is_a_plain_role(self, urls):
        connection = await asyncpg.connect(urls["owner"])
        assert not await connection.fetchval(
            "SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user"
        )
        assert await connection.fetchval(
            "SELECT count(*) FROM pg_tables WHERE tablename = 'audit_entry' AND tableowner = current_user"
        )
        await connection.close()


class TestBarriers:
    async def test_api_does_not_start_where_the_scope_can_be_changed_by_a_query(self, urls):
        app = await Database(urls[APP_ROLE], pool_size=2).open()
        with pytest.raises(barriers.UnsafeDatabaseError, match="set_config"):
            await barriers.check(app, accept=False)
        await barriers.check(app, accept=True)
        assert await barriers.left_open(urls["owner"])
        await app.close()

    async def test_what_a_superuser_runs_by_hand_closes_it(self, urls, stack):
        name = urlsplit(urls["owner"]).path.lstrip("/")
        superuser = await asyncpg.connect(at(stack.about()["database_urls"]["owner"], name))
        await superuser.execute(CLOSE_SYSTEM_FUNCTIONS)
        await superuser.close()
        app = await Database(urls[APP_ROLE], pool_size=2).open()
        await barriers.check(app, accept=False)
        await app.close()
        assert not await barriers.left_open(urls["owner"])
        await upgrade(urls["owner"])
