"""The migrations make exactly the schema that the models describe."""

import ast
import asyncio
import sys
from pathlib import Path

import asyncpg
import pytest
from alembic import command
from alembic.script import ScriptDirectory

from bosman_server import migrations
from bosman_server.kit.db.migrate import alembic_config, upgrade

VERSIONS = Path(migrations.__file__).parent / "versions"
FIRST = "f1a5c0de0001"
LIBRARIES = {"alembic", "sqlalchemy"}

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
        SELECT relname, relacl::text, relrowsecurity, relforcerowsecurity, reloptions::text FROM pg_class
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


async def make_database(owner, name):
    """An empty one beside the stack's. Returns its address."""
    connection = await asyncpg.connect(owner)
    try:
        await connection.execute(f"CREATE DATABASE {name} TEMPLATE template0")
    finally:
        await connection.close()
    return owner.replace("/bosman?", f"/{name}?")


class TestMigrations:
    async def test_models_and_schema_do_not_drift_apart(self, stack):
        config = alembic_config(stack.about()["database_urls"]["owner"])
        await asyncio.to_thread(command.check, config)

    async def test_running_them_again_changes_nothing(self, stack):
        """Rights are written anew each time."""
        owner = stack.about()["database_urls"]["owner"]
        before = await described(owner)
        assert all(len(rows) > 5 for rows in before.values())

        await upgrade(owner)

        after = await described(owner)
        for part in DESCRIBED:
            assert after[part] == before[part], part

    async def test_upgrade_step_by_step_comes_to_the_fresh_schema(self, stack):
        """What a customer has who ran each release, and what a new one gets."""
        owner = stack.about()["database_urls"]["owner"]
        stepwise = await make_database(owner, "stepwise")
        config = alembic_config(stepwise)
        steps = [one.revision for one in ScriptDirectory.from_config(config).walk_revisions()][::-1]
        assert steps[0] == FIRST
        for step in steps:
            await asyncio.to_thread(command.upgrade, config, step)
        await asyncio.to_thread(command.check, config)

        fresh, upgraded = await described(owner), await described(stepwise)
        for part in DESCRIBED:
            assert upgraded[part] == fresh[part], part


class TestFrozen:
    @pytest.mark.parametrize("file", sorted(VERSIONS.glob("*.py")), ids=lambda file: file.stem)
    def test_migration_imports_nothing_that_may_change(self, file):
        imported = set()
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Import):
                imported |= {name.name.partition(".")[0] for name in node.names}
            elif isinstance(node, ast.ImportFrom):
                imported.add((node.module or "").partition(".")[0])
        assert imported - LIBRARIES <= sys.stdlib_module_names

    def test_first_schema_is_all_of_its_files(self):
        (first,) = VERSIONS.glob("*_first.py")
        named = {node.value for node in ast.walk(ast.parse(first.read_text())) if isinstance(node, ast.Constant)}
        assert {file.stem for file in (VERSIONS / "first").glob("*.sql")} <= named
