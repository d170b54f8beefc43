"""The migrations make exactly the schema that the models describe."""

import asyncio

import asyncpg
from alembic import command

from bosman_server.kit.db.migrate import alembic_config, upgrade

DESCRIBED = {
    "columns": """
        SELECT table_name, column_name, data_type, is_nullable, column_default FROM information_schema.columns
        WHERE table_schema = 'public'""",
    "constraints": "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint",
    "indexes": "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'",
    "policies": """
        SELECT tablename, policyname, roles::text, cmd, qual, with_check FROM pg_policies
        WHERE schemaname = 'public'""",
    "rights": """
        SELECT relname, relacl::text, relrowsecurity, relforcerowsecurity FROM pg_class
        WHERE relkind IN ('r', 'S', 'v') AND relnamespace = 'public'::regnamespace""",
    "rights of columns": """
        SELECT attrelid::regclass::text, attname, attacl::text FROM pg_attribute
        WHERE attacl IS NOT NULL AND attrelid >= 16384""",
    "functions": """
        SELECT proname, pg_get_functiondef(oid), proacl::text FROM pg_proc
        WHERE pronamespace = 'public'::regnamespace""",
    "triggers": """
        SELECT tgrelid::regclass::text, tgname, pg_get_triggerdef(oid), tgenabled::text FROM pg_trigger
        WHERE NOT tgisinternal""",
}


async def described(dsn):
    """All that makes up a schema, of which Alembic sees a part only."""
    connection = await asyncpg.connect(dsn)
    try:
        return {name: sorted(map(repr, await connection.fetch(query))) for name, query in DESCRIBED.items()}
    finally:
        await connection.close()


class TestMigrations:
    async def test_models_and_schema_do_not_drift_apart(self, stack):
        config = alembic_config(stack.about()["database_urls"]["owner"])
        await asyncio.to_thread(command.check, config)

    async def test_running_them_again_changes_nothing(self, stack):
        """A fresh schema comes by all of these steps, there is no second way; rights are written anew each time."""
        owner = stack.about()["database_urls"]["owner"]
        before = await described(owner)
        assert all(len(rows) > 5 for rows in before.values())

        await upgrade(owner)

        after = await described(owner)
        for part in DESCRIBED:
            assert after[part] == before[part], part
