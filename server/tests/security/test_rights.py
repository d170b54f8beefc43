"""What the api's role may do: one table in code, compared with the live database."""

from pathlib import Path
from typing import Any

import pytest

from bosman_protocol.work import ACTION_CLASSES, ActionClass, TaskKind, class_of
from bosman_server.core.identity.permissions import ROLE_PERMISSIONS
from bosman_server.kit.db.rls import APP_ROLE
from bosman_server.migrations.rights import ALL, APP_FUNCTIONS, APP_RIGHTS, CLOSE_SYSTEM_FUNCTIONS, Rights
from bosman_server.models import metadata
from bosman_server.work.tasks.models import CLASS_BY_KIND

ROOT = Path(__file__).parents[3]
_TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
_COLUMNS = """
SELECT c.relname AS table, a.attname AS column, privilege,
       has_column_privilege($1, c.oid, a.attnum, privilege) AS held
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
CROSS JOIN unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'REFERENCES']) AS privilege
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm')
"""
_WHOLE = """
SELECT c.relname AS table, privilege FROM pg_class c
CROSS JOIN unnest(ARRAY['DELETE', 'TRUNCATE', 'TRIGGER']) AS privilege
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm')
  AND has_table_privilege($1, c.oid, privilege)
"""
_WORDS = """
SELECT column_name FROM information_schema.columns
WHERE table_schema = 'public' AND table_name = $1 AND data_type IN ('character varying', 'text', 'jsonb', 'ARRAY')
"""
_IS_BOUNDED = "SELECT EXISTS (SELECT FROM pg_constraint WHERE conname = $1 AND contype = 'c')"
_FUNCTIONS = """
SELECT p.oid::regprocedure::text FROM pg_proc p
WHERE p.pronamespace = 'public'::regnamespace AND p.prorettype <> 'trigger'::regtype
  AND has_function_privilege($1, p.oid, 'EXECUTE')
"""


def declared(rights: Rights, columns: set[str]) -> set[tuple[str, str]]:
    wanted = {"SELECT": rights.select, "INSERT": rights.insert, "UPDATE": rights.update}
    return {(name, one) for name, some in wanted.items() for one in (columns if some == ALL else some)}


class TestRights:
    async def test_every_table_is_declared(self, worker_database):
        async with worker_database.unscoped() as connection:
            live = {row["tablename"] for row in await connection.fetch(_TABLES)}
        assert live == set(metadata.tables) | {"alembic_version"}, "a model has no migration, or a table no model"
        assert live == set(APP_RIGHTS), "what the api may do there stands in APP_RIGHTS of migrations/rights.py"

    @pytest.mark.parametrize("table", sorted(name for name, rights in APP_RIGHTS.items() if rights.insert))
    async def test_words_that_the_api_may_write_are_bounded_by_the_table(self, table, worker_database):
        async with worker_database.unscoped() as connection:
            rows = await connection.fetch(_WORDS, table)
            bounded = await connection.fetchval(_IS_BOUNDED, f"ck_{table}_bounds")
        may_write = APP_RIGHTS[table].insert
        words = {row["column_name"] for row in rows if may_write == ALL or row["column_name"] in may_write}
        assert bounded or not words, f"its migration needs a CHECK ck_{table}_bounds about {sorted(words)}"

    async def test_the_role_holds_what_is_declared_and_nothing_else(self, worker_database):
        columns: dict[str, set[str]] = {}
        held: dict[str, set[tuple[str, str]]] = {}
        async with worker_database.unscoped() as connection:
            for row in await connection.fetch(_COLUMNS, APP_ROLE):
                columns.setdefault(row["table"], set()).add(row["column"])
                found = held.setdefault(row["table"], set())
                if row["held"]:
                    found.add((row["privilege"], row["column"]))
            whole = {(row["table"], row["privilege"]) for row in await connection.fetch(_WHOLE, APP_ROLE)}
        assert held == {table: declared(rights, columns[table]) for table, rights in APP_RIGHTS.items()}
        assert whole == {(table, "DELETE") for table, rights in APP_RIGHTS.items() if rights.delete}

    async def test_functions_are_those_that_are_declared(self, worker_database):
        async with worker_database.unscoped() as connection:
            found = {row[0].replace(",", ", ") for row in await connection.fetch(_FUNCTIONS, APP_ROLE)}
        assert found == set(APP_FUNCTIONS)

    async def test_schema_and_database_are_closed(self, worker_database):
        async with worker_database.unscoped() as connection:
            for question in (
                "has_schema_privilege($1, 'public', 'CREATE')",
                "has_database_privilege($1, current_database(), 'CREATE')",
                "has_database_privilege($1, current_database(), 'TEMPORARY')",
            ):
                assert not await connection.fetchval(f"SELECT {question}", APP_ROLE), question

    async def test_roles_in_the_database_are_those_of_the_code(self, worker_database):
        async with worker_database.unscoped() as connection:
            rows = await connection.fetch("SELECT role, permission FROM identity_role_permission")
        assert {(row["role"], row["permission"]) for row in rows} == {
            (role.value, one.value) for role, held in ROLE_PERMISSIONS.items() for one in held
        }

    def test_what_a_superuser_runs_by_hand_is_in_the_documents(self):
        page = (ROOT / "docs" / "operations" / "running.md").read_text("utf-8")
        assert CLOSE_SYSTEM_FUNCTIONS.strip() in page


class TestClassOfKind:
    """The database's CHECK, the model's and the protocol's table say the same."""

    @pytest.mark.parametrize("kind", [*TaskKind, "no.such_kind"])
    async def test_kind_decides_the_class(self, kind, worker_database):
        async with worker_database.unscoped() as connection:
            live = await connection.fetchval(
                "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = 'ck_tasks_task_action_class'"
            )
            for expression in (live.removeprefix("CHECK "), CLASS_BY_KIND):
                fitting = await _fitting(connection, expression, str(kind))
                assert fitting == [class_of(kind)], expression

    def test_unknown_kinds_count_as_harmful(self):
        assert class_of("no.such_kind") is ActionClass.SCRIPT
        assert {kind: class_of(kind) for kind in TaskKind} == ACTION_CLASSES


async def _fitting(connection: Any, expression: str, kind: str) -> list[str | None]:
    query = f"SELECT ({expression}) FROM (VALUES ($1::varchar, $2::varchar)) AS t (kind, action_class)"
    return [one for one in (None, *ActionClass) if await connection.fetchval(query, kind, one)]
