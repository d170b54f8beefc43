"""The migrations make exactly the schema that the models describe."""

import asyncio

from alembic import command

from bosman_server.kit.db.migrate import alembic_config, upgrade


class TestMigrations:
    async def test_models_and_schema_do_not_drift_apart(self, stack):
        config = alembic_config(stack.about()["database_urls"]["owner"])
        await asyncio.to_thread(command.check, config)

    async def test_running_them_again_changes_nothing(self, stack):
        await upgrade(stack.about()["database_urls"]["owner"])
