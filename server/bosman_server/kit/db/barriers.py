"""Whether the database keeps the api within its bounds: asked once, when the process starts [docs/adr/0027]."""

import asyncpg
import structlog

from bosman_server.kit.db.database import Database
from bosman_server.kit.db.rls import APP_ROLE

log = structlog.get_logger()

_OPEN = """
SELECT rolsuper OR rolbypassrls AS unbound,
       EXISTS (SELECT FROM pg_tables WHERE tableowner = current_user) AS owner,
       has_function_privilege('pg_catalog.set_config(text, text, boolean)', 'EXECUTE') AS scope,
       has_function_privilege('pg_catalog.pg_try_advisory_lock(bigint)', 'EXECUTE') AS locks,
       has_function_privilege('pg_catalog.pg_terminate_backend(integer, bigint)', 'EXECUTE') AS signals
FROM pg_roles WHERE rolname = current_user
"""
_WHY = {
    "unbound": "the role is a superuser or bypasses row-level security",
    "owner": "the role owns tables",
    "scope": "the role may call set_config(), and one injected query could leave its tenant",
    "locks": "the role may take advisory locks, and keep the workers' leaders from leading",
    "signals": "the role may end other connections of its own, those of other people's requests",
}


_LEFT_OPEN = f"SELECT has_function_privilege('{APP_ROLE}', 'pg_catalog.set_config(text, text, boolean)', 'EXECUTE')"


class UnsafeDatabaseError(Exception):
    """The api's role may do what it must not; the message says what and where the mend stands."""


async def check(database: Database, *, accept: bool) -> None:
    """Raises UnsafeDatabaseError; with `accept` only logs, for a database whose superuser is somebody else's."""
    async with database.unscoped() as connection:
        row = await connection.fetchrow(_OPEN)
    found = [why for name, why in _WHY.items() if row is None or row[name]]
    if not found:
        return
    log.error("unsafe_database", because=found, accepted=accept)
    if not accept:
        raise UnsafeDatabaseError(f"{'; '.join(found)}. See docs/operations/running.md, 1. Database.")


async def left_open(owner_dsn: str) -> bool:
    """Whether the api could still call what only a superuser can close. Raises what asyncpg raises."""
    connection = await asyncpg.connect(owner_dsn, timeout=10)
    try:
        return bool(await connection.fetchval(_LEFT_OPEN))
    finally:
        await connection.close()
