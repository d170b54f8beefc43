"""The trail as a page: filters, paging, and who sees what."""

from uuid import uuid4

import pytest

from bosman_server.core.audit import queries
from bosman_server.core.audit.schemas import AuditRowOut
from bosman_server.core.identity.permissions import Role
from bosman_server.kit.crypto.encryption import PLATFORM
from bosman_server.kit.db.scope import TenantScope
from bosman_server.kit.paging import Page, PageRequest

NIL = str(PLATFORM)


@pytest.fixture
async def scene(people, acme, add):
    """Six entries of two people in March 2026, and whatever making the tenant wrote."""
    device = uuid4()
    await add(acme.id, "site.create", minute=0, target=("site", acme.site_id), after={"name": "Kraków"})
    await add(acme.id, "task.cancel", minute=1, target=("task", uuid4()), device_id=device)
    await add(acme.id, "task.finish", minute=2, target=("task", uuid4()), device_id=device, after={"state": "failed"})
    await add(acme.id, "device.revoke", minute=3, target=("device", device), actor="Borys")
    await add(acme.id, "device.connect", minute=4, target=("device", device), refused="certificate.expired")
    await add(acme.id, "site.update", minute=5, before={"name": "Kraków"}, after={"name": "Gdańsk"}, actor="Borys")
    return await people.owner(acme), device


async def actions(client, **params):
    answer = await client.get("audit", params={"to": "2026-06-01T00:00:00Z", **params})
    assert answer.status_code == 200, answer.text
    return [item["action"] for item in answer.json()["items"]]


class TestFilter:
    async def test_without_a_filter_the_newest_comes_first(self, scene):
        client, _ = scene
        found = await actions(client)
        assert found == ["site.update", "device.connect", "device.revoke", "task.finish", "task.cancel", "site.create"]

    async def test_by_whole_actions_and_by_groups(self, scene):
        client, _ = scene
        assert await actions(client, action=["task.", "site.create"]) == ["task.finish", "task.cancel", "site.create"]

    async def test_by_person(self, scene):
        client, _ = scene
        assert await actions(client, actor="00000000-0000-0000-0000-00000000000b") == ["site.update", "device.revoke"]
        assert await actions(client, q="bor") == ["site.update", "device.revoke"]

    async def test_by_device_finds_its_tasks_too(self, scene):
        client, device = scene
        found = await actions(client, device_id=str(device))
        assert found == ["device.connect", "device.revoke", "task.finish", "task.cancel"]

    async def test_by_result(self, scene):
        client, _ = scene
        assert await actions(client, result="refused") == ["device.connect"]

    async def test_by_time_from_inclusive_to_exclusive(self, scene):
        client, _ = scene
        found = await actions(client, **{"from": "2026-03-01T12:01:00Z", "to": "2026-03-01T12:03:00Z"})
        assert found == ["task.finish", "task.cancel"]

    @pytest.mark.parametrize(
        "params",
        [
            {"from": "2026-03-01T12:00:00"},
            {"to": "9999-12-31T23:59:59-14:00"},
            {"from": "0001-01-01T00:00:00+14:00"},
            {"result": "maybe"},
            {"action": "Task."},
            {"actor": "me"},
            {"tenant_id": "all"},
            {"q": "\x00"},
        ],
    )
    async def test_nonsense_is_refused(self, people, acme, params):
        answer = await (await people.owner(acme)).get("audit", params=params)
        assert answer.status_code == 422 and answer.json()["code"] == "request.invalid"


class TestPage:
    async def test_pages_follow_one_another_without_gap_or_repetition(self, people, acme, add):
        for number in range(12):
            await add(acme.id, "site.update", minute=number // 4, after={"number": number})
        client, seen, cursor = await people.owner(acme), [], None
        while True:
            params = {"limit": 5, "to": "2026-06-01T00:00:00Z"} | ({"cursor": cursor} if cursor else {})
            page = (await client.get("audit", params=params)).json()
            seen += [item["params"]["number"] for item in page["items"]]
            cursor = page["next_cursor"]
            if cursor is None:
                break
        assert sorted(seen) == list(range(12)) and seen[0] >= 8

    async def test_row_fits_its_model(self, scene):
        client, _ = scene
        answer = (await client.get("audit")).json()
        assert set(answer["items"][0]) == set(AuditRowOut.model_fields)
        Page[AuditRowOut].model_validate(answer)

    async def test_counting_stops_where_it_would_cost_too_much(self, app_database, scene, acme):
        counting = queries._list(queries._base())
        counting.count_at_most = 3
        async with app_database.reading(TenantScope.of([acme.id])) as connection:
            rows = await counting.fetch(connection, PageRequest(), {"tenant_id": [acme.id]})
        assert rows.total == 4 and len(rows.items) > 4


class TestVisibility:
    async def test_another_tenant_is_not_seen_by_any_filter(self, people, acme, globex, add):
        entry = await add(acme.id, "site.update", after={"name": "secret"})
        stranger = await people.owner(globex)
        for params in ({}, {"tenant_id": str(acme.id)}, {"q": "Anna"}, {"action": "site."}):
            assert entry not in [item["id"] for item in (await stranger.get("audit", params=params)).json()["items"]]
        assert (await stranger.get(f"audit/{entry}")).status_code == 404

    @pytest.mark.parametrize("role", [Role.TECHNICIAN, Role.SCRIPT_RESTRICTED, Role.CLIENT_VIEW, Role.VIEWER])
    async def test_roles_without_the_permission_are_refused(self, people, acme, add, role):
        entry = await add(acme.id, "site.update")
        client = await people.client({acme.id: role})
        for path in ("audit", f"audit/{entry}", "audit/actions", "audit/export"):
            answer = await client.get(path)
            assert answer.status_code == 403, path

    async def test_entry_of_a_tenant_where_the_permission_is_missing_is_403(self, people, acme, globex, add):
        entry = await add(acme.id, "site.update")
        client = await people.client({acme.id: Role.VIEWER, globex.id: Role.OWNER})
        assert (await client.get(f"audit/{entry}")).status_code == 403
        assert entry not in (await client.get("audit")).text

    async def test_the_platforms_trail_is_for_operators(self, people, acme, operator, add):
        entry = await add(PLATFORM, "session.sign_in", refused="session.bad_credentials")
        owner, olga = await people.owner(acme), await operator(acme)
        for params in ({}, {"tenant_id": "platform"}, {"tenant_id": NIL}):
            assert NIL not in [item["tenant_id"] for item in (await owner.get("audit", params=params)).json()["items"]]
        assert (await owner.get(f"audit/{entry}")).status_code == 404
        only = (await olga.get("audit", params={"tenant_id": "platform"})).json()["items"]
        assert {item["tenant_id"] for item in only} == {NIL}
        assert (await olga.get(f"audit/{entry}")).json()["tenant_name"] is None
        tenant = (await olga.get("audit", params={"tenant_id": str(acme.id)})).json()["items"]
        assert {item["tenant_id"] for item in tenant} == {str(acme.id)}


class TestEntry:
    async def test_it_shows_before_after_and_its_place_once_sealed(self, people, acme, add, eventually):
        entry = await add(acme.id, "site.update", before={"name": "Kraków"}, after={"name": "Gdańsk"})
        client = await people.owner(acme)

        async def sealed():
            answer = (await client.get(f"audit/{entry}")).json()
            return answer if answer["chain"] else None

        found = await eventually(sealed)
        assert (found["before"], found["after"]) == ({"name": "Kraków"}, {"name": "Gdańsk"})
        assert found["chain"]["seq"] >= 1 and len(found["chain"]["hash"]) == 64

    async def test_an_unknown_one_is_404(self, people, acme):
        assert (await (await people.owner(acme)).get(f"audit/{uuid4()}")).status_code == 404

    async def test_actions_are_listed(self, people, acme):
        answer = (await (await people.owner(acme)).get("audit/actions")).json()
        assert "task.finish" in answer["items"]
