"""Alembic's entry: connects as the owner of the tables, one migration at a time per installation."""

import asyncio

import asyncpg
from alembic import context
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from bosman_server.migrations import rights
from bosman_server.models import metadata

_LOCK = 0x626F736D_0003


def _run(connection: Connection) -> None:
    connection.execute(text("SELECT pg_advisory_lock(:lock)"), {"lock": _LOCK})
    # The lock is the session's. Begun here, one transaction would hold all migrations, and nothing could be made
    # concurrently.
    connection.commit()
    context.configure(
        connection=connection, target_metadata=metadata, compare_type=True, transaction_per_migration=True
    )
    with context.begin_transaction():
        context.run_migrations()
    rights.apply(connection)
    connection.commit()


async def _online() -> None:
    dsn: str = context.config.attributes["dsn"]

    async def connect() -> "asyncpg.Connection[asyncpg.Record]":
        return await asyncpg.connect(dsn, timeout=10)

    engine = create_async_engine("postgresql+asyncpg://", async_creator=connect, poolclass=NullPool)
    async with engine.connect() as connection:
        await connection.run_sync(_run)
    await engine.dispose()


asyncio.run(_online())
