"""Every table says what becomes of its rows, and what is past its time goes."""

from datetime import timedelta

import pytest

from bosman_server.kit.db import pruner
from bosman_server.kit.db.base import Base
from bosman_server.kit.db.retention import Retention
from bosman_server.kit.ids import uuid7
from bosman_server.models import RETENTIONS, metadata
from bosman_server.settings import Settings

MODELS = {mapper.class_.__tablename__: mapper.class_ for mapper in Base.registry.mappers}
LONG_AGO = timedelta(days=401)


def is_found_by_index(table: str, retention: Retention) -> bool:
    """Whether old rows are found without looking through the table."""
    wanted = ["tenant_id", retention.by] if retention.per_tenant else [retention.by]
    indexes = [list(index.columns.keys()) for index in metadata.tables[table].indexes]
    return any(columns[: len(wanted)] == wanted for columns in indexes)


class TestDeclarations:
    def test_every_table_says_what_becomes_of_its_rows(self):
        said = {
            name: [one for one in (model.grows, model.goes_with, model.kept_because) if one]
            for name, model in MODELS.items()
        }
        assert set(said) == set(metadata.tables)
        unclear = {name: words for name, words in said.items() if len(words) != 1}
        assert unclear == {}, "its class says one of `grows`, `goes_with`, `kept_because`"

    def test_what_goes_with_another_row_is_deleted_by_a_cascade(self):
        for name, model in MODELS.items():
            if model.goes_with:
                keys = metadata.tables[name].foreign_key_constraints
                parents = {key.referred_table.name for key in keys if key.ondelete == "CASCADE"}
                assert model.goes_with in parents, name

    def test_old_rows_are_found_by_an_index(self):
        assert [name for name, retention in RETENTIONS.items() if not is_found_by_index(name, retention)] == []

    def test_every_time_is_known(self):
        assert all(one.time_kept(Settings()) >= timedelta(hours=1) for one in RETENTIONS.values())


@pytest.fixture
async def ended(people, acme, new_device, worker_database):
    """Make a task and its end, both so long ago."""
    client, device = await people.owner(acme), await new_device(acme)

    async def make(age: timedelta, *, state: str = "succeeded", output_bytes: int = 0):
        task = (await client.post(f"devices/{device.id}/tasks", json={"kind": "diagnostics.echo"})).json()
        async with worker_database.unscoped() as connection:
            await connection.execute(
                "UPDATE tasks_task SET state = $3::text, created_at = now() - $2::interval, output_bytes = $4,"
                " finished_at = CASE WHEN $3::text = 'succeeded' THEN now() - $2::interval END WHERE id = $1",
                task["id"], age, state, output_bytes,
            )  # fmt: skip
            await connection.execute(
                "UPDATE tasks_job SET created_at = now() - $2::interval WHERE id = $1", task["job_id"], age
            )
        return task

    return make


class TestTasks:
    @pytest.fixture
    def is_there(self, worker_database):
        async def look(task):
            async with worker_database.unscoped() as connection:
                tasks = await connection.fetchval("SELECT count(*) FROM tasks_task WHERE id = $1", task["id"])
                jobs = await connection.fetchval("SELECT count(*) FROM tasks_job WHERE id = $1", task["job_id"])
            return tasks, jobs

        return look

    async def test_task_that_ended_long_ago_goes_and_its_job_with_it(self, ended, is_there, prune):
        old, recent = await ended(LONG_AGO), await ended(timedelta(days=399))
        await prune()
        assert await is_there(old) == (0, 0)
        assert await is_there(recent) == (1, 1)

    async def test_task_that_has_not_ended_stays_however_old(self, ended, is_there, prune):
        task = await ended(LONG_AGO, state="waiting")
        await prune()
        assert await is_there(task) == (1, 1)

    async def test_task_whose_output_is_kept_stays(self, ended, is_there, prune, worker_database, acme):
        async with worker_database.unscoped() as connection:
            await connection.execute("UPDATE tenancy_tenant SET output_retention_days = 3650 WHERE id = $1", acme.id)
        task = await ended(LONG_AGO, output_bytes=5)
        await prune()
        assert await is_there(task) == (1, 1)


class TestParts:
    async def test_many_rows_go_in_parts(self, worker_database, prune, monkeypatch):
        monkeypatch.setattr(pruner, "_PART", 2)
        actor = uuid7()
        async with worker_database.unscoped() as connection:
            await connection.executemany(
                "INSERT INTO tasks_act (id, actor_id, action_class, device_count, at)"
                " VALUES ($1, $2, 'script', 1, now() - $3::interval)",
                [(uuid7(), actor, timedelta(hours=2)) for _ in range(5)] + [(uuid7(), actor, timedelta(minutes=50))],
            )
        await prune()
        async with worker_database.unscoped() as connection:
            assert await connection.fetchval("SELECT count(*) FROM tasks_act WHERE actor_id = $1", actor) == 1
