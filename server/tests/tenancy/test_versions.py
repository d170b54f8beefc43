"""What people edit has a version: of two who edit the same at once the second is told so, and takes nothing away."""

import asyncio
import json

import pytest
from pydantic import ValidationError

from bosman_server.core.identity.permissions import Role
from bosman_server.fleet.tenancy.schemas import SiteUpdate
from bosman_server.kit.schemas import PatchModel, left_out
from testkit.editing import edit
from testkit.rules import settable


class Note(PatchModel):
    """A toy: what may be empty, and what may not."""

    text: str | None = None
    """None = no text."""
    title: str = left_out()
    """None is refused."""


class Row:
    text: str | None = "old"
    title = "old"


class TestChanges:
    @pytest.mark.parametrize(
        ("body", "text", "title"),
        [
            ({}, "old", "old"),
            ({"text": None}, None, "old"),
            ({"text": ""}, "", "old"),
            ({"title": ""}, "old", ""),
            ({"text": "new", "title": "new"}, "new", "new"),
        ],
    )
    def test_what_is_named_changes_and_null_empties(self, body, text, title):
        row = Row()
        Note.model_validate(body).apply_to(row)
        assert (row.text, row.title) == (text, title)

    @pytest.mark.parametrize(("model", "body"), [(Note, {"title": None}), (SiteUpdate, {"name": None})])
    def test_what_may_not_be_empty_is_not_emptied(self, model, body):
        with pytest.raises(ValidationError):
            model.model_validate(body)

    def test_the_schema_tells_which_is_which(self):
        schema = Note.model_json_schema()
        assert schema["properties"]["title"]["type"] == "string" and "default" not in schema["properties"]["title"]
        assert {"type": "null"} in schema["properties"]["text"]["anyOf"] and "required" not in schema


@pytest.fixture
async def places(people, acme, new_device):
    """Everything that has a version: its path, how it is changed, and two ways to change it."""
    owner = await people.owner(acme)
    await people.client({acme.id: Role.VIEWER})
    rows = (await owner.get("members", params={"tenant_id": str(acme.id), "role": "viewer"})).json()["items"]
    device = await new_device(acme)
    sites = [
        (await owner.post("sites", json={"tenant_id": str(acme.id), "name": name})).json()["id"] for name in ("A", "B")
    ]
    rules = settable((await owner.get(f"tenants/{acme.id}/safety")).json())
    return owner, {
        "tenant": (f"tenants/{acme.id}", "PATCH", {"agent_updates": False}, {"output_retention_days": 7}),
        "site": (f"sites/{sites[0]}", "PATCH", {"name": "C"}, {"time_zone": "UTC"}),
        "device": (f"devices/{device.id}", "PATCH", {"site_id": sites[0]}, {"site_id": sites[1]}),
        "member": (
            f"members/{rows[0]['id']}",
            "PATCH",
            {"role": "client_view", "sites": "all"},
            {"role": "technician", "sites": "all"},
        ),
        "safety": (f"tenants/{acme.id}/safety", "PUT", rules | {"confirm_above": 3}, rules | {"confirm_above": 4}),
    }


KINDS = ("tenant", "site", "device", "member", "safety")


@pytest.mark.parametrize("kind", KINDS)
class TestTwoEditors:
    async def test_the_second_is_told_so_and_takes_nothing_away(self, kind, places):
        owner, all_places = places
        path, method, first, second = all_places[kind]
        read = await owner.get(path)
        seen = read.headers["etag"]
        assert seen == f'"{read.json()["version"]}"'
        headers = {"if-match": seen}
        done = await owner.request(method, path, json=first, headers=headers)
        assert done.status_code == 200 and done.json()["version"] == read.json()["version"] + 1
        assert done.headers["etag"] == f'"{done.json()["version"]}"'
        late = await owner.request(method, path, json=second, headers=headers)
        assert (late.status_code, late.json()["code"]) == (412, "version.stale")
        assert late.json()["params"] == {"version": done.json()["version"]}
        assert late.headers["etag"] == done.headers["etag"]
        kept = (await owner.get(path)).json()
        assert kept["version"] == done.json()["version"]
        again = await owner.request(method, path, json=second, headers={"if-match": late.headers["etag"]})
        assert again.status_code == 200

    async def test_of_many_at_once_one_wins(self, kind, places):
        owner, all_places = places
        path, method, first, second = all_places[kind]
        headers = {"if-match": (await owner.get(path)).headers["etag"]}
        bodies = [first, second] * 3
        answers = await asyncio.gather(*(owner.request(method, path, json=body, headers=headers) for body in bodies))
        assert sorted(answer.status_code for answer in answers) == [200] + [412] * 5

    @pytest.mark.parametrize("given", [None, "*"])
    async def test_without_a_version_nothing_is_changed(self, kind, places, given):
        owner, all_places = places
        path, method, body, _ = all_places[kind]
        headers = {} if given is None else {"if-match": given}
        answer = await owner.request(method, path, json=body, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (428, "version.required")

    @pytest.mark.parametrize("given", ["1", 'W/"1"', '"x"', '"1", "2"', '"99999999999999999999"'])
    async def test_what_is_no_version_is_not_the_current_one(self, kind, places, given):
        owner, all_places = places
        path, method, body, _ = all_places[kind]
        answer = await owner.request(method, path, json=body, headers={"if-match": given})
        assert (answer.status_code, answer.json()["code"]) == (412, "version.stale")


class TestTrail:
    async def test_before_is_what_the_other_editor_left(self, people, acme, worker_database):
        """Each entry's `before` is the `after` of the one that came first, however they raced."""
        owner = await people.owner(acme)
        path = f"tenants/{acme.id}"

        async def change(days):
            while (answer := await edit(owner, path, {"output_retention_days": days})).status_code == 412:
                pass
            assert answer.status_code == 200

        await asyncio.gather(*(change(days) for days in (11, 12, 13, 14, 15)))
        async with worker_database.unscoped() as connection:
            rows = await connection.fetch(
                "SELECT before, after FROM audit_entry WHERE tenant_id = $1 AND action = 'tenant.update'", acme.id
            )
        steps = {
            json.loads(bytes(row["before"]))["output_retention_days"]: json.loads(bytes(row["after"]))[
                "output_retention_days"
            ]
            for row in rows
        }
        chain, at = [], 90
        while at in steps:
            at = steps.pop(at)
            chain.append(at)
        assert not steps and sorted(chain) == [11, 12, 13, 14, 15]

    async def test_nothing_changed_is_no_change(self, people, acme, worker_database):
        owner = await people.owner(acme)
        for body in ({}, {"name": acme.name}):
            answer = await edit(owner, f"tenants/{acme.id}", body)
            assert answer.status_code == 200 and answer.json()["version"] == 1
        async with worker_database.unscoped() as connection:
            query = "SELECT count(*) FROM audit_entry WHERE tenant_id = $1 AND action = 'tenant.update'"
            assert await connection.fetchval(query, acme.id) == 0


class TestDevice:
    async def test_change_answers_the_device(self, people, acme, new_device):
        owner, device = await people.owner(acme), await new_device(acme)
        site = (await owner.post("sites", json={"tenant_id": str(acme.id), "name": "Sopot"})).json()
        answer = await edit(owner, f"devices/{device.id}", {"site_id": site["id"]})
        assert answer.json()["site_name"] == "Sopot" and answer.json()["id"] == str(device.id)
        assert answer.json().keys() == (await owner.get("devices")).json()["items"][0].keys()
