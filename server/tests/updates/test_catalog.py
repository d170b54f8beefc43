"""Pending updates by how many devices miss them."""

from uuid import uuid4

import pytest

from bosman_server.core.identity.permissions import Role
from bosman_server.features.updates.models import PendingUpdate
from bosman_server.kit.db.scope import TenantScope
from testkit.scene import make_scene


@pytest.fixture
async def scenes(worker_database):
    """Two customers with a device each; both miss KB7 and openssl, in one or in two versions."""
    found = [await make_scene(worker_database) for _ in range(2)]
    for number, scene in enumerate(found):
        common = {"tenant_id": scene.tenant_id, "device_id": scene.device_id, "report_id": uuid4()}
        async with worker_database.writing(TenantScope.of([scene.tenant_id])) as tx:
            await tx.connection.execute("DELETE FROM updates_pending WHERE tenant_id = $1", scene.tenant_id)
            for update in (
                {"name": "b7", "title": "Cumulative", "kb": "KB7", "update_class": "security",
                 "available_version": f"20{number}", "severity": ("important", "critical")[number]},
                {"name": "openssl", "title": "openssl", "update_class": "optional", "available_version": f"3.{number}"},
                {"name": "hidden", "title": "hidden", "update_class": "security", "available_version": "1",
                 "is_hidden": True},
            ):  # fmt: skip
                tx.session.add(PendingUpdate(**common, **update))
    return found


@pytest.fixture
async def client(scenes, people):
    return await people.client({scene.tenant_id: Role.VIEWER for scene in scenes})


async def catalog(client):
    return (await client.get("updates")).json()["items"]


class TestCatalog:
    async def test_update_stands_once_with_all_that_miss_it(self, client):
        page = (await client.get("updates")).json()
        first, *others = page["items"]
        assert (first["kb"], first["device_count"], first["tenant_count"]) == ("KB7", 2, 2)
        assert (first["class"], first["severity"]) == ("security", "critical")
        assert [(one["key"], one["device_count"]) for one in others] in (
            [("openssl 3.0", 1), ("openssl 3.1", 1)],
            [("openssl 3.1", 1), ("openssl 3.0", 1)],
        )
        assert (page["total"], page["device_count"]) == (3, 2)

    async def test_device_on_which_it_is_held_is_counted_apart(self, client, scenes, worker_database):
        scene = scenes[0]
        async with worker_database.writing(TenantScope.of([scene.tenant_id])) as tx:
            await tx.connection.execute(
                "UPDATE updates_pending SET held_by = 'hold' WHERE tenant_id = $1 AND kb = 'KB7'", scene.tenant_id
            )

        held = {row["key"]: (row["device_count"], row["held_count"]) for row in (await catalog(client))}

        assert held == {"b7": (2, 1), "openssl 3.0": (1, 0), "openssl 3.1": (1, 0)}

    async def test_its_key_finds_its_devices(self, client):
        for row in (await client.get("updates")).json()["items"]:
            found = (await client.get("updates/devices", params={"update": row["key"]})).json()
            assert found["total"] == row["device_count"]

    @pytest.mark.parametrize("sort", ["devices", "class", "name", "released_at"])
    async def test_pages_hold_each_row_once_both_ways(self, client, sort):
        whole = [row["id"] for row in (await client.get("updates", params={"sort": sort})).json()["items"]]
        seen, query = [], {"limit": 1, "sort": sort}
        while True:
            page = (await client.get("updates", params=query)).json()
            seen += [row["id"] for row in page["items"]]
            assert page["total"] == 3
            if page["next_cursor"] is None:
                break
            query = {"limit": 1, "cursor": page["next_cursor"]}
        assert seen == whole
        before = (await client.get("updates", params={"limit": 1, "cursor": page["prev_cursor"]})).json()
        assert [row["id"] for row in before["items"]] == whole[1:2]

    @pytest.mark.parametrize(
        ("query", "total"),
        [
            ({"update_class": "security"}, 1),
            ({"severity": "critical"}, 1),
            ({"q": "kb7"}, 1),
            ({"q": "OPENSSL"}, 2),
            ({"update_older_days": 1}, 0),
        ],
    )
    async def test_filters_narrow_it(self, client, query, total):
        assert (await client.get("updates", params=query)).json()["total"] == total

    async def test_other_customers_and_sites_count_nowhere(self, scenes, client, people):
        one = (await client.get("updates", params={"tenant_id": str(scenes[0].tenant_id)})).json()
        assert one["items"][0]["device_count"] == 1 and one["device_count"] == 1
        elsewhere = scenes[0].other_site_id
        limited = await people.client({scenes[0].tenant_id: Role.TECHNICIAN}, site_ids=[elsewhere])
        assert (await limited.get("updates")).json()["total"] == 0
        assert (await client.get("updates", params={"site_id": str(elsewhere)})).json()["total"] == 0

    async def test_cursor_of_another_list_is_refused(self, client):
        cursor = (await client.get("devices", params={"limit": 1})).json()["next_cursor"]
        answer = await client.get("updates", params={"cursor": cursor})
        assert (answer.status_code, answer.json()["code"]) == (400, "page.bad_cursor")
