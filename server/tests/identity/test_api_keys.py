"""API keys: what they open, what they never open, and how they end."""

import pytest

from bosman_server.core.identity.permissions import Role


async def new_key(client, tenant, *scopes, **changes):
    everything = {"sites": "all", "devices": "all"}
    body = {"tenant_id": str(tenant.id), "name": "script", "scopes": list(scopes), **everything, **changes}
    return await client.post("api-keys", json=body)


class TestUse:
    async def test_key_opens_its_scopes_in_its_tenant_and_nothing_else(self, people, acme, globex):
        owner = await people.owner(acme, globex)
        answer = await new_key(owner, acme, "device:read", "site:read")
        program = people.anonymous()
        program.headers["authorization"] = f"Bearer {answer.json()['token']}"
        assert (await program.get("devices")).status_code == 200
        assert {row["tenant_id"] for row in (await program.get("sites")).json()["items"]} == {str(acme.id)}
        assert (await program.get("tenants")).status_code == 403
        assert (await program.get("members")).status_code == 403

    async def test_acts_are_audited_in_the_keys_name(self, people, acme, worker_database):
        owner = await people.owner(acme)
        token = (await new_key(owner, acme, "site:create")).json()["token"]
        body = {"tenant_id": str(acme.id), "name": "Nowa", "time_zone": "Europe/Warsaw"}
        headers = {"authorization": f"Bearer {token}"}
        assert (await people.anonymous().post("sites", json=body, headers=headers)).status_code == 201
        async with worker_database.unscoped() as connection:
            row = await connection.fetchrow(
                "SELECT actor_kind, actor_name FROM audit_entry WHERE tenant_id = $1 AND action = 'site.create'"
                " AND actor_kind <> 'system'",
                acme.id,
            )
        assert tuple(row) == ("api_key", "script (Test Person)")

    @pytest.mark.parametrize(
        ("method", "path"),
        [("post", "me/password"), ("get", "me/sessions"), ("post", "session/step-up"), ("patch", "me")],
    )
    async def test_key_is_no_person(self, people, acme, method, path):
        token = (await new_key(await people.owner(acme), acme, "device:read")).json()["token"]
        body = {
            "me/password": {"current_password": "x", "new_password": "y"},
            "session/step-up": {"code": "000000"},
            "me": {"name": "Intruder"},
        }.get(path)
        answer = await people.anonymous().request(method, path, json=body, headers={"authorization": f"Bearer {token}"})
        assert (answer.status_code, answer.json()["code"]) == (403, "api_key.not_allowed")

    async def test_key_ends_with_its_owners_rights(self, people, acme):
        owner, admin = await people.owner(acme), await people.client({acme.id: Role.ADMIN})
        token = (await new_key(admin, acme, "audit:read", "device:read")).json()["token"]
        me = (await admin.get("me")).json()
        row = (await owner.get("members", params={"q": me["email"]})).json()["items"][0]["id"]
        await owner.patch(f"members/{row}", json={"role": "viewer", "sites": "all"})
        program = people.anonymous()
        program.headers["authorization"] = f"Bearer {token}"
        assert (await program.get("devices")).json()["code"] == "api_key.unknown"
        await owner.patch(f"members/{row}", json={"role": "admin", "sites": "all"})
        assert (await program.get("devices")).json()["code"] == "api_key.unknown", "not even when they come back"


class TestCreate:
    @pytest.mark.parametrize("scope", ["member:update", "api_key:create", "tenant:delete", "approval:decide"])
    async def test_what_no_key_may_do_is_refused(self, people, acme, scope):
        answer = await new_key(await people.owner(acme), acme, scope)
        assert (answer.status_code, answer.json()["params"]) == (403, {"permission": scope})

    async def test_secret_is_shown_once(self, people, acme):
        owner = await people.owner(acme)
        token = (await new_key(owner, acme, "device:read")).json()["token"]
        listed = await owner.get("api-keys")
        assert token not in listed.text and listed.json()["items"][0]["hint"] == token[-4:]


class TestEnd:
    async def test_revoked_and_expired_keys_open_nothing(self, people, acme, worker_database):
        owner = await people.owner(acme)
        made = [(await new_key(owner, acme, "device:read")).json() for _ in range(2)]
        assert (await owner.post(f"api-keys/{made[0]['id']}/revoke")).status_code == 204
        async with worker_database.unscoped() as connection:
            await connection.execute(
                "UPDATE identity_api_key SET expires_at = now() WHERE tenant_id = $1 AND id = $2::uuid",
                acme.id,
                made[1]["id"],
            )
        for key in made:
            headers = {"authorization": f"Bearer {key['token']}"}
            answer = await people.anonymous().get("devices", headers=headers)
            assert (answer.status_code, answer.json()["code"]) == (401, "api_key.unknown")

    @pytest.mark.parametrize("token", ["x", "bsk_", "bsk_zzz.x", "bsk_" + "A" * 22 + ".x", "é" * 10, "x" * 5000])
    async def test_made_up_keys_are_refused_alike(self, people, token):
        headers = {"authorization": b"Bearer " + token.encode("latin-1")}
        answer = await people.anonymous().get("devices", headers=headers)
        assert answer.status_code in {401, 431}
