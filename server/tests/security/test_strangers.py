"""What strangers send: it keeps nobody out, leaves a trail, and takes nobody's name."""

import asyncio
import secrets
from uuid import uuid4

import httpx
import pytest

from bosman_protocol.codes import Code
from bosman_server.core.audit.service import PLATFORM_TENANT
from bosman_server.core.identity import attempts
from bosman_server.core.identity.permissions import Role
from bosman_server.core.identity.sessions import COOKIE
from testkit.patience import patient
from testkit.second_api import second_api

KEY = {"name": "script", "scopes": ["device:read"], "sites": "all", "devices": "all"}
TRAIL = """
SELECT action, code, after, target_id, source_ip FROM audit_entry
WHERE tenant_id = $1 AND action = ANY ($2::text[]) AND at > now() - interval '2 minutes'
"""
HOSTILE = ["Ewa\u202eteL", "Ewa\u200b\u2060Lis", "Ewa\nLis", "Ewa\r\n\tLis", "\ufeffEwa Lis", "Ewa\u2028Lis", "E\x07wa"]


def bearer(token):
    return {"authorization": f"Bearer {token}"}


def made_up(token):
    """Keys that look as if: no key at all, another secret, another stamp, none."""
    body, _, stamp = token.rpartition(".")
    tenant = body.partition(".")[0]
    yield f"{tenant}.{secrets.token_urlsafe(32)}.{stamp}"
    yield f"{body}.{secrets.token_urlsafe(9)}"
    yield body
    yield f"bsk_{secrets.token_urlsafe(32)}"


class TestKeysInAFlood:
    @pytest.mark.slow(reason="five hundred wrong keys are tried")
    async def test_good_keys_get_in_whether_used_before_or_not_after_a_restart_from_the_same_address(
        self, stack, people, acme
    ):
        owner = await people.owner(acme)
        tokens = [
            (await owner.post("api-keys", json=KEY | {"tenant_id": str(acme.id)})).json()["token"] for _ in range(10)
        ]
        for token in tokens[:5]:
            assert (await people.anonymous().get("devices", headers=bearer(token))).status_code == 200
        with second_api(stack) as url:
            limits = httpx.Limits(max_connections=40)
            async with httpx.AsyncClient(base_url=f"{url}/api/v1/", timeout=patient(), limits=limits) as client:
                wrong = [one for token in tokens for one in made_up(token)] * 12
                flood = await asyncio.gather(*(client.get("devices", headers=bearer(one)) for one in wrong))
                good = [(await client.get("devices", headers=bearer(one))).status_code for one in tokens * 3]
        assert {answer.status_code for answer in flood} == {401, 429}
        assert good == [200] * 30


class TestTrail:
    async def test_wrong_keys_links_and_foreign_pages_are_summed_up(self, stack, people, acme, worker_database):
        person = await people.client({acme.id: Role.VIEWER})
        user_id = (await person.get("me")).json()["id"]
        actions = ["access.unknown_key", "access.unknown_link", "access.foreign_origin"]
        async with worker_database.unscoped() as connection:
            # Other tests on this stack have been strangers, too.
            before = [str(row["target_id"]) for row in await connection.fetch(TRAIL, PLATFORM_TENANT, actions)]
        with second_api(stack) as url:
            async with httpx.AsyncClient(base_url=f"{url}/api/v1/", timeout=patient()) as client:
                for _ in range(7):
                    await client.get("devices", headers=bearer("bsk_x.y"))
                for _ in range(3):
                    await client.post("invitations/inspect", json={"token": "x" * 40})
                    await client.post(
                        "password-reset/complete", json={"token": "x" * 40, "password": "Osiem-zielonych-lodzi"}
                    )
                cookie = f"{COOKIE}={person.cookies[COOKIE]}"
                for value in (cookie, f"{COOKIE}=made-up", ""):
                    for _ in range(4):
                        headers = {"origin": "https://evil.example", "cookie": value}
                        assert (await client.get("me", headers=headers)).status_code == 403
        async with worker_database.unscoped() as connection:
            rows = await connection.fetch(TRAIL, PLATFORM_TENANT, actions)
        found = {(row["action"], row["code"], str(row["target_id"]), bytes(row["after"])) for row in rows}
        assert ("access.unknown_key", "api_key.unknown", "None", b'{"attempts": 7}') in found
        assert ("access.unknown_link", "invitation.unknown", "None", b'{"attempts": 3}') in found
        assert ("access.unknown_link", "password.bad_link", "None", b'{"attempts": 3}') in found
        foreign = [
            row for row in rows if row["action"] == "access.foreign_origin" and str(row["target_id"]) not in before
        ]
        assert [str(row["target_id"]) for row in foreign] == [user_id], "a cookie that opens nothing tells nothing"
        assert b'"attempts": 4' in bytes(foreign[0]["after"]) and b"evil.example" in bytes(foreign[0]["after"])

    async def test_many_senders_share_one_entry(self, app_database, worker_database):
        counts = attempts.Counts()
        for number in range(500):
            counts.note("access.unknown_key", Code.API_KEY_UNKNOWN, f"198.18.{number // 250}.{number % 250}")
        async with worker_database.unscoped() as connection:
            before = len(await connection.fetch(TRAIL, PLATFORM_TENANT, ["access.unknown_key"]))
            await counts.flush(app_database)
            rows = await connection.fetch(TRAIL, PLATFORM_TENANT, ["access.unknown_key"])
        assert len(rows) - before == 51
        assert b'{"attempts": 450}' in [bytes(row["after"]) for row in rows if row["source_ip"] is None]

    async def test_downloads_of_output_name_who_took_it(self, people, acme, new_device, eventually):
        owner, device = await people.owner(acme), await new_device(acme)
        task = (await owner.post(f"devices/{device.id}/tasks", json={"kind": "diagnostics.echo"})).json()
        reader = await people.client({acme.id: Role.VIEWER})
        assert (await reader.get(f"tasks/{task['id']}/output.txt")).status_code == 200
        (entry,) = (await owner.get("audit", params={"action": "task.output_download"})).json()["items"]
        assert entry["actor_id"] == (await reader.get("me")).json()["id"]
        assert (entry["target_id"], entry["device_id"]) == (task["id"], str(device.id))
        stranger = await people.owner(await people.customer("Elsewhere"))
        assert (await stranger.get(f"tasks/{task['id']}/output.txt")).status_code == 404
        assert (await owner.get("audit", params={"action": "task.output_download"})).json()["total"] == 1


class TestNames:
    @pytest.mark.parametrize("name", HOSTILE)
    async def test_names_of_people_hold_nothing_that_is_not_seen(self, people, acme, name):
        client = await people.owner(acme)
        answer = await client.patch("me", json={"name": name})
        assert answer.status_code == 200
        assert answer.json()["name"].isprintable() and answer.json()["name"] in {"Ewa Lis", "EwaLis", "EwateL", "Ewa"}

    @pytest.mark.parametrize("name", ["\u202e\u200b", " \n ", "", "x" * 121])
    async def test_name_of_nothing_or_of_too_much_is_refused(self, people, acme, name):
        client = await people.owner(acme)
        assert (await client.patch("me", json={"name": name})).status_code == 422

    async def test_keys_tokens_tenants_and_sisters_are_cleaned_alike(self, people, acme):
        client = await people.client({acme.id: Role.OWNER}, operator=True)
        hostile = "Ewa\u202e\nLis"
        where = {"tenant_id": str(acme.id)}
        key = await client.post("api-keys", json=KEY | where | {"name": hostile})
        site = {"site_id": str(acme.site_id), "label": hostile}
        token = await client.post("enrollment-tokens", json=where | site)
        tenant = await client.post("tenants", json={"name": f"{hostile} {uuid4()}"})
        freeze = await client.post("safety/freeze", json=where | {"frozen": True, "reason": hostile})
        texts = (key.json()["name"], token.json()["label"], tenant.json()["name"], freeze.json()["reason"])
        assert all(text.startswith("Ewa Lis") and text.isprintable() for text in texts), texts

    async def test_program_does_not_rename_its_owner(self, people, acme):
        owner = await people.owner(acme)
        token = (await owner.post("api-keys", json=KEY | {"tenant_id": str(acme.id)})).json()["token"]
        answer = await people.anonymous().patch("me", json={"name": "Anna"}, headers=bearer(token))
        assert (answer.status_code, answer.json()["code"]) == (403, "api_key.not_allowed")


class TestTenants:
    async def test_names_of_other_customers_are_not_learned(self, people, acme, globex):
        owner = await people.owner(acme)
        for name in (globex.name, f"{globex.name} x"):
            answer = await owner.patch(f"tenants/{acme.id}", json={"name": name})
            assert (answer.status_code, answer.json()["name"]) == (200, name)

    async def test_operator_learns_no_more(self, people, acme, globex):
        operator = await people.client({acme.id: Role.OWNER}, operator=True)
        assert (await operator.post("tenants", json={"name": globex.name})).status_code == 201
        assert (await operator.post("tenants", json={"name": acme.name})).status_code == 409, "their own they know"

    async def test_owner_makes_none(self, people, acme):
        answer = await (await people.owner(acme)).post("tenants", json={"name": "Mine"})
        assert (answer.status_code, answer.json()["params"]) == (403, {"permission": "operator"})
