"""Installers are built where somebody wants one: who may ask, what is told, and what becomes of it."""

import asyncio
import os

import pytest

from bosman_server.cli.release_builder import ReleaseBuilder, builder_root
from bosman_server.core.identity.permissions import Role
from bosman_server.features.agents import builds

pytestmark = pytest.mark.xdist_group("releases")


@pytest.fixture
async def no_builds(worker_database):
    async def forget():
        async with worker_database.unscoped() as connection:
            await connection.execute("DELETE FROM releases_build")

    await forget()
    yield
    await forget()


async def state_of(client, platform):
    return next(row for row in (await client.get("agent-builds")).json() if row["platform"] == platform)


@pytest.mark.usefixtures("no_builds")
class TestWish:
    async def test_it_is_asked_once_and_stands_in_the_trail(self, people, acme, worker_database, monkeypatch):
        client = await people.owner(acme)
        body = {"tenant_id": str(acme.id), "platform": "linux"}
        async with worker_database.unscoped() as connection:
            assert await builds.want(connection, "linux")
            assert not await builds.want(connection, "linux"), "whoever asks again waits with the others"
            assert await builds.take(connection) == "linux"
            assert await builds.take(connection) is None
            assert not await builds.want(connection, "linux"), "nor while it is built"
            assert (await state_of(client, "linux"))["state"] == "building"
            await builds.end(connection, "linux", "x" * 5000 + "why")
        row = await state_of(client, "linux")
        assert (row["state"], len(row["detail"]), row["detail"][-3:]) == ("failed", 2000, "why")
        if row["can_build"]:
            assert (await client.post("agent-builds", json=body)).status_code == 202
            trail = (await client.get("audit")).json()["items"]
            assert any(entry["action"] == "release.build" for entry in trail)

    async def test_who_was_building_and_is_gone_is_followed_by_the_next(self, worker_database):
        async with worker_database.unscoped() as connection:
            await builds.want(connection, "windows-amd64")
            await builds.take(connection)
            await builds.resume(connection)
            assert await builds.take(connection) == "windows-amd64"

    async def test_viewer_may_neither_ask_nor_look(self, people, acme):
        client = await people.client({acme.id: Role.CLIENT_VIEW})
        body = {"tenant_id": str(acme.id), "platform": "linux"}
        assert (await client.post("agent-builds", json=body)).status_code == 403
        assert (await client.get("agent-builds")).status_code == 403


@pytest.mark.usefixtures("no_builds")
class TestBuilder:
    @pytest.fixture
    def clone(self, tmp_path):
        """A stand-in for the build itself, which takes a minute and is tested with the packages (e2e, Wine)."""
        package = tmp_path / "releasing"
        package.mkdir()
        (package / "__init__.py").touch()
        return package

    async def test_its_failure_is_kept_in_its_own_words(self, worker_database, clone, people, acme, eventually):
        (clone / "linux.py").write_text("import sys\nsys.exit('makensis is not installed')\n")
        await self._build(worker_database, clone, "linux")
        client = await people.owner(acme)

        async def failed():
            row = await state_of(client, "linux")
            return row if row["state"] == "failed" else None

        assert (await eventually(failed))["detail"] == "makensis is not installed"

    async def test_it_sees_no_secret_and_what_it_left_is_checked(self, worker_database, clone, monkeypatch):
        monkeypatch.setenv("BOSMAN_MASTER_KEY", "secret")
        (clone / "linux.py").write_text(
            "import os, sys\nassert 'BOSMAN_MASTER_KEY' not in os.environ and os.nice(0) >= 10\n"
        )
        failure = await self._build(worker_database, clone, "linux")
        assert failure is not None and "no manifest and no installer" in failure
        assert os.environ["BOSMAN_MASTER_KEY"] == "secret"

    @staticmethod
    async def _build(database, clone, platform):
        async with database.unscoped() as connection:
            await builds.want(connection, platform)
        running = asyncio.create_task(ReleaseBuilder(database, clone.parent).run())
        try:
            while True:
                async with database.unscoped() as connection:
                    row = (await builds.read_all(connection))[platform]
                if row["state"] in {"done", "failed"}:
                    return row["detail"]
                await asyncio.sleep(0.1)
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)

    def test_clone_knows_how_to_build(self):
        root = builder_root()
        assert root is not None and (root / "releasing" / "windows.py").is_file()
