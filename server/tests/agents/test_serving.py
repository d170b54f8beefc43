"""Bundles at the gateway, installers at the api: whole, in ranges, by hash, whatever the disk holds."""

import shutil
import ssl

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bosman_server.core.identity.permissions import Role
from bosman_server.features.agents.cache import ReleaseCache
from bosman_server.features.agents.releases import StoredFile
from bosman_server.features.agents.serving import DownloadLimiter, serve
from bosman_server.kit.db.database import Database
from testkit.patience import patient

MIB = 1024 * 1024


@pytest.fixture
async def gateway(own_stack):
    """The agents' door, as an agent sees it."""
    context = ssl.create_default_context(cafile=own_stack.state_dir / "keys" / "ca.pem")
    async with httpx.AsyncClient(
        base_url=own_stack.about()["gateway_url"], verify=context, timeout=patient()
    ) as client:
        yield client


@pytest.fixture
async def door(own_stack):
    """The api without an account."""
    async with httpx.AsyncClient(base_url=own_stack.url, timeout=patient()) as client:
        yield client


class TestBundle:
    async def test_bundle_of_several_parts_comes_whole(self, release, gateway):
        built = await release("1.2.0", size=3 * MIB + 17)
        answer = await gateway.get(f"/agent/v1/releases/{built.manifest.sha256}")
        assert answer.status_code == 200 and answer.content == built.bundle
        assert answer.headers["content-length"] == str(len(built.bundle))

    async def test_download_goes_on_where_it_was_cut_off(self, release, gateway):
        built = await release("1.2.0", size=2 * MIB)
        path = f"/agent/v1/releases/{built.manifest.sha256}"
        etag = (await gateway.get(path)).headers["etag"]
        headers = {"range": f"bytes={MIB + 5}-", "if-range": etag}
        answer = await gateway.get(path, headers=headers)
        assert answer.status_code == 206 and answer.content == built.bundle[MIB + 5 :]
        assert answer.headers["content-range"] == f"bytes {MIB + 5}-{2 * MIB - 1}/{2 * MIB}"

    async def test_lost_cache_is_filled_again(self, release, gateway, own_stack):
        built = await release("1.2.0")
        path = f"/agent/v1/releases/{built.manifest.sha256}"
        await gateway.get(path)
        shutil.rmtree(own_stack.state_dir / "cache")
        assert (await gateway.get(path)).content == built.bundle

    async def test_removed_release_is_not_served_from_the_cache(self, release, gateway, bosman):
        built = await release("1.2.0")
        path = f"/agent/v1/releases/{built.manifest.sha256}"
        await gateway.get(path)
        await bosman("remove", "1.2.0")
        answer = await gateway.get(path)
        assert (answer.status_code, answer.json()["code"]) == (404, "object.not_found")

    async def test_damaged_parts_are_never_served(self, release, gateway, database):
        built = await release("1.2.0")
        async with database.unscoped() as connection:
            await connection.execute("UPDATE releases_part SET data = 'x' WHERE sha256 = $1", built.manifest.sha256)
        answer = await gateway.get(f"/agent/v1/releases/{built.manifest.sha256}")
        assert (answer.status_code, answer.json()["code"]) == (500, "server.error")

    @pytest.mark.parametrize("name", ["0" * 64, "x", "..%2f..%2fkeys%2fca.key", "A" * 64])
    async def test_unknown_bundle_is_a_problem(self, release, gateway, name):
        answer = await gateway.get(f"/agent/v1/releases/{name}")
        assert answer.status_code == 404 and answer.headers["content-type"] == "application/problem+json"

    async def test_installer_is_no_bundle(self, release, gateway):
        built = await release("1.2.0")
        assert (await gateway.get(f"/agent/v1/releases/{built.installer_sha256}")).status_code == 404


class TestInstaller:
    async def test_installer_is_downloaded_without_an_account(self, release, door):
        built = await release("1.2.0")
        answer = await door.get(f"/downloads/{built.installer_name}")
        assert answer.status_code == 200 and answer.content == built.installer
        assert answer.headers["content-disposition"] == f'attachment; filename="{built.installer_name}"'
        assert answer.headers["etag"] == f'"{built.installer_sha256}"'
        assert answer.headers["content-length"] == str(len(built.installer))

    async def test_known_installer_is_not_sent_again(self, release, door):
        built = await release("1.2.0")
        headers = {"if-none-match": f'"{built.installer_sha256}"'}
        answer = await door.get(f"/downloads/{built.installer_name}", headers=headers)
        assert (answer.status_code, answer.content) == (304, b"")

    async def test_older_installers_stay(self, release, door):
        old, _new = await release("1.2.0"), await release("1.10.0")
        assert (await door.get(f"/downloads/{old.installer_name}")).content == old.installer

    @pytest.mark.parametrize("name", ["nothing.exe", "..%2fup.json", "bosman-agent-1.2.0-windows-amd64.zip"])
    async def test_what_is_no_installer_is_not_found(self, release, door, name):
        await release("1.2.0")
        answer = await door.get(f"/downloads/{name}")
        assert answer.status_code in {200, 404} and b"bosman" not in answer.content[:4]
        assert answer.status_code == 404 or "text/html" in answer.headers["content-type"]


class TestList:
    async def test_releases_are_listed_newest_first(self, release, folk, tenant):
        await release("1.9.0")
        await release("1.10.0")
        await release("1.9.1", "linux")
        client = await folk.client({tenant.id: Role.CLIENT_VIEW})
        rows = (await client.get("agent-releases")).json()
        assert [(row["version"], row["platform"], row["is_newest"]) for row in rows] == [
            ("1.10.0", "windows-amd64", True), ("1.9.1", "linux", True), ("1.9.0", "windows-amd64", False),
        ]  # fmt: skip
        assert all(row["can_update"] and row["installer"]["size_bytes"] == 20_000 for row in rows)


class TestSlots:
    async def test_downloads_beyond_the_limit_are_told_to_come_back_and_each_gives_its_place_back(self, tmp_path):
        file = StoredFile("a" * 64, "bundle.zip", "bundle", "1.0.0", "linux", 3)
        (tmp_path / file.sha256).write_bytes(b"zip")
        limiter = DownloadLimiter(1)
        cache = ReleaseCache(tmp_path, Database("postgresql://nobody@localhost/none"))

        async def endpoint(request: Request) -> Response:
            return await serve(request, cache, limiter, file, "application/zip")

        transport = httpx.ASGITransport(app=Starlette(routes=[Route("/", endpoint)]))
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
            for _ in range(3):
                assert (await client.get("/")).content == b"zip"
            limiter.free = 0
            answer = await client.get("/")
        assert (answer.status_code, answer.json()["code"]) == (503, "server.unavailable")
        assert answer.headers["retry-after"] == "20" and limiter.free == 0
