"""Bringing the schema up to date, and the roles that it is granted to."""

import asyncio
from pathlib import Path

import asyncpg
from alembic import command
from alembic.config import Config

from bosman_server.kit.db.rls import APP_ROLE, WORKER_ROLE
from bosman_server.kit.db.transaction import Connection

_FOLDER = Path(__file__).parents[2] / "migrations"


def alembic_config(dsn: str) -> Config:
    """Alembic's configuration for a database; there is no alembic.ini."""
    config = Config()
    config.set_main_option("script_location", str(_FOLDER))
    config.set_main_option("path_separator", "os")
    config.set_main_option("file_template", "%%(year)d%%(month).2d%%(day).2d_%%(hour).2d%%(minute).2d_%%(slug)s")
    config.attributes["dsn"] = dsn
    return config


async def upgrade(dsn: str) -> None:
    """Run every migration that is missing, as the owner."""
    await asyncio.to_thread(command.upgrade, alembic_config(dsn), "head")


_APP_SETTINGS = {
    "idle_in_transaction_session_timeout": "15s",
    "statement_timeout": "35s",
    "lock_timeout": "20s",
}
"""What the api's connections begin with. A taken-over api can change them: they end what hangs, not an attack."""
_APP_CONNECTIONS = 60
"""Of the hundred that the embedded server has: some are left for the worker and for whoever helps by hand."""


async def ensure_roles(owner_dsn: str, passwords: dict[str, str]) -> None:
    """Make the roles of api and worker with these passwords (embedded database only)."""
    connection = await asyncpg.connect(owner_dsn, timeout=10)
    try:
        for role in (APP_ROLE, WORKER_ROLE):
            if not await connection.fetchval("SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = $1)", role):
                await connection.execute(f"CREATE ROLE {role} LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE")
            secret = await connection.fetchval("SELECT quote_literal($1::text)", passwords[role])
            await connection.execute(f"ALTER ROLE {role} PASSWORD {secret}")
        await _bound_app(connection)
    finally:
        await connection.close()


async def _bound_app(connection: Connection) -> None:
    await connection.execute(f"ALTER ROLE {APP_ROLE} CONNECTION LIMIT {_APP_CONNECTIONS}")
    # Anew each time, all of them: the role can set its own defaults.
    await connection.execute(f"ALTER ROLE {APP_ROLE} RESET ALL")
    for name, value in _APP_SETTINGS.items():
        await connection.execute(f"ALTER ROLE {APP_ROLE} SET {name} = '{value}'")
    own = await connection.fetchval("SELECT current_database()")
    for database in {"postgres", "template1"} - {own}:
        await connection.execute(f"REVOKE CONNECT ON DATABASE {database} FROM PUBLIC")
