"""Views of lists that somebody has saved: theirs alone."""

import pytest

from bosman_server.core.identity import list_views
from bosman_server.core.identity.permissions import Role

VIEW = {"list": "devices", "name": "Failing disks", "query": {"disk": "failing", "limit": 50}}


@pytest.fixture
async def me(people, acme):
    return await people.client({acme.id: Role.VIEWER})


async def saved(client, **changes):
    answer = await client.post("me/views", json=VIEW | changes)
    assert answer.status_code == 201, answer.text
    return answer.json()


class TestViews:
    async def test_view_is_kept_as_it_was_given(self, me):
        view = await saved(me)
        assert {name: view[name] for name in VIEW} == VIEW
        assert (await me.get("me/views")).json() == [view]

    async def test_list_opens_with_one_of_them_at_most(self, me):
        first, second = await saved(me, is_default=True), await saved(me, name="Second", is_default=True)
        other = await saved(me, list="updates", is_default=True)
        defaults = [view["id"] for view in (await me.get("me/views")).json() if view["is_default"]]
        assert defaults == [second["id"], other["id"]]
        path = f"me/views/{first['id']}"
        stale = await me.patch(path, json={"is_default": True}, headers={"if-match": f'"{first["version"]}"'})
        assert stale.status_code == 412
        fresh = next(view for view in (await me.get("me/views")).json() if view["id"] == first["id"])
        changed = await me.patch(path, json={"is_default": True}, headers={"if-match": f'"{fresh["version"]}"'})
        assert changed.json()["is_default"]

    async def test_what_is_not_named_stays(self, me):
        view = await saved(me)
        path = f"me/views/{view['id']}"
        changed = (await me.patch(path, json={"name": "Disks"}, headers={"if-match": '"1"'})).json()
        assert changed == view | {"name": "Disks", "version": 2}

    async def test_another_person_neither_sees_nor_changes_it(self, me, people, acme):
        view, other = await saved(me), await people.client({acme.id: Role.OWNER})
        path = f"me/views/{view['id']}"
        assert (await other.get("me/views")).json() == []
        assert (await other.patch(path, json={"name": "x"}, headers={"if-match": '"1"'})).status_code == 404
        assert (await other.delete(path)).status_code == 404
        assert (await me.delete(path)).status_code == 204 and (await me.get("me/views")).json() == []

    async def test_there_is_an_end_to_them(self, me):
        for _ in range(list_views.MOST):
            await saved(me)
        answer = await me.post("me/views", json=VIEW)
        assert (answer.status_code, answer.json()["code"]) == (409, "view.limit_reached")

    @pytest.mark.parametrize(
        "query", [{"x" * 41: "1"}, {"q": "x" * 501}, {"q": None}, {"q": {"deep": 1}}, {str(n): "1" for n in range(41)}]
    )
    async def test_address_is_bounded(self, me, query):
        assert (await me.post("me/views", json=VIEW | {"query": query})).status_code == 422
