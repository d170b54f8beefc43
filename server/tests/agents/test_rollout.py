"""Bringing agents to a newer version: one by hand, all by itself, and where it stops."""

from datetime import UTC, datetime

import msgspec
import pytest

from bosman_protocol.failures import ErrorDetail
from bosman_protocol.release import AgentUpdateParams, read_manifest
from bosman_protocol.signing import Purpose, public_part, verify
from bosman_protocol.uplink import AgentStarted, TaskFinished
from bosman_server.core.identity.permissions import Role
from testkit.patience import eventually
from testkit.releases import KEY


async def updates_of(folk, tenant):
    """Tasks that update agents, by device, newest first."""
    client = await folk.owner(tenant)
    rows = (await client.get("tasks", params={"kind": "agent.update", "limit": 100})).json()["items"]
    return [(row["device_id"], row["state"]) for row in rows]


async def finish(device, folk, tenant, state="succeeded", code=None):
    """The device takes its update and ends it."""
    (envelope,) = device.open(await device.lease())
    error = ErrorDetail(code) if code else None
    now = datetime.now(UTC)
    await device.report(TaskFinished(envelope.task_id, state, now, started_at=now, error=error))
    client = await folk.owner(tenant)

    async def arrived():
        return (await client.get(f"tasks/{envelope.task_id}")).json()["finished_at"]

    await eventually(arrived)
    return envelope


async def runs(device, folk, tenant, version):
    """The agent says that it runs a version."""
    await device.report(AgentStarted(datetime.now(UTC), version))
    client = await folk.owner(tenant)

    async def arrived():
        return (await client.get(f"devices/{device.id}")).json()["agent_version"] == version

    await eventually(arrived)


class TestByHand:
    async def test_agent_gets_the_newest_manifest_as_it_was_signed(self, release, folk, tenant, devices):
        await release("1.1.0")
        newest = await release("1.2.0")
        client, device = await folk.owner(tenant), await devices(tenant)
        answer = await client.post(f"devices/{device.id}/agent-update")
        assert answer.status_code == 201 and answer.json()["kind"] == "agent.update"
        (envelope,) = device.open(await device.lease())
        params = msgspec.json.decode(envelope.params, type=AgentUpdateParams)
        key = public_part(KEY)
        payload = verify(params.manifest, {key.key_id: key.public_key}, Purpose.RELEASE)
        assert read_manifest(payload) == newest.manifest and params.allow_older is False

    async def test_older_version_needs_to_be_meant(self, release, folk, tenant, devices):
        await release("0.9.0")
        client, device = await folk.owner(tenant), await devices(tenant)
        path = f"devices/{device.id}/agent-update"
        answer = await client.post(path, json={"version": "0.9.0"})
        assert (answer.status_code, answer.json()["code"]) == (409, "release.not_newer")
        answer = await client.post(path, json={"version": "0.9.0", "allow_older": True})
        assert answer.status_code == 201 and answer.json()["kind"] == "agent.update"

    async def test_going_back_wants_a_fresh_factor_from_one_device_on(self, release, folk, tenant, devices):
        await release("0.9.0")
        stale, device = await folk.client({tenant.id: Role.OWNER}, stepped_up=False), await devices(tenant)
        body = {"version": "0.9.0", "allow_older": True}
        answer = await stale.post(f"devices/{device.id}/agent-update", json=body)
        assert (answer.status_code, answer.json()["code"]) == (403, "session.step_up_required")
        await release("1.2.0")
        assert (await stale.post(f"devices/{device.id}/agent-update")).status_code == 201, "forwards does not"

    async def test_key_goes_back_only_where_it_was_given(self, release, folk, tenant, devices):
        await release("0.9.0")
        owner, device = await folk.owner(tenant), await devices(tenant)
        body = {"version": "0.9.0", "allow_older": True}
        key = {"tenant_id": str(tenant.id), "name": "x", "sites": "all", "devices": "all"}
        for scopes, expected in ((["agent:update"], 403), (["agent:update", "agent:downgrade"], 201)):
            made = await owner.post("api-keys", json=key | {"scopes": [*scopes, "task:create", "device:read"]})
            program = folk.anonymous()
            program.headers["authorization"] = f"Bearer {made.json()['token']}"
            answer = await program.post(f"devices/{device.id}/agent-update", json=body)
            assert answer.status_code == expected, answer.text
            assert expected == 201 or answer.json()["params"] == {"permission": "agent:downgrade"}

    async def test_release_for_another_system_is_unknown(self, release, folk, tenant, devices):
        await release("1.2.0", "linux")
        client, device = await folk.owner(tenant), await devices(tenant)
        for body in ({}, {"version": "1.2.0"}, {"version": "7.0"}):
            answer = await client.post(f"devices/{device.id}/agent-update", json=body)
            assert (answer.status_code, answer.json()["code"]) == (409, "release.unknown")

    async def test_trail_names_the_version_and_not_the_bytes(self, release, folk, tenant, devices, database):
        await release("1.2.0")
        client, device = await folk.owner(tenant), await devices(tenant)
        await client.post(f"devices/{device.id}/agent-update")
        async with database.unscoped() as connection:
            after = await connection.fetchval(
                "SELECT after FROM audit_entry WHERE tenant_id = $1 AND action = 'job.create'", tenant.id
            )
        assert msgspec.json.decode(after)["params"] == {
            "version": "1.2.0", "platform": "windows-amd64", "allow_older": False,
        }  # fmt: skip

    async def test_retry_of_an_update_has_its_own_route(self, release, folk, tenant, devices):
        await release("1.2.0")
        client, device = await folk.owner(tenant), await devices(tenant)
        job_id = (await client.post(f"devices/{device.id}/agent-update")).json()["job_id"]
        await finish(device, folk, tenant, "failed", "release.not_fetched")
        answer = await client.post(f"jobs/{job_id}/retry", json={"expected_count": 1})
        assert (answer.status_code, answer.json()["code"]) == (422, "job.unknown_kind")

    async def test_viewer_is_refused(self, release, folk, tenant, devices):
        await release("1.2.0")
        client, device = await folk.client({tenant.id: Role.VIEWER}), await devices(tenant)
        assert (await client.post(f"devices/{device.id}/agent-update")).status_code == 403


class TestByItself:
    async def test_one_device_goes_first_and_the_others_follow_once_it_runs_the_version(
        self, release, folk, tenant, devices, rollout
    ):
        await release("1.2.0")
        fleet = {str(device.id): device for device in [await devices(tenant) for _ in range(4)]}
        await rollout.run_once()
        await rollout.run_once()
        ((first, _),) = await updates_of(folk, tenant)
        canary = fleet[first]
        # While it still proves the new version, it may go back: that is no proof.
        await runs(canary, folk, tenant, "1.2.0")
        await rollout.run_once()
        assert len(await updates_of(folk, tenant)) == 1
        await finish(canary, folk, tenant)
        await rollout.run_once()
        assert sorted(device_id for device_id, _ in await updates_of(folk, tenant)) == sorted(fleet)

    async def test_tasks_are_the_systems_and_the_device_is_given_them(self, release, folk, tenant, devices, rollout):
        await release("1.2.0")
        device = await devices(tenant)
        await rollout.run_once()
        client = await folk.owner(tenant)
        (row,) = (await client.get("tasks", params={"kind": "agent.update"})).json()["items"]
        assert (row["created_by_name"], row["state"]) == ("bosman", "queued")
        assert [envelope.kind for envelope in device.open(await device.lease())] == ["agent.update"]

    async def test_no_more_than_twenty_are_under_way(self, release, folk, tenant, devices, rollout, database):
        await release("1.2.0")
        proof = await devices(tenant)
        await runs(proof, folk, tenant, "1.2.0")
        for _ in range(2):
            await devices(tenant)
        await more_devices(database, tenant, 25)
        await rollout.run_once()
        await rollout.run_once()
        assert len(await updates_of(folk, tenant)) == 20

    @pytest.mark.parametrize("version", ["1.2.0", "1.3.0", "1.2", "dev", "1.2.0+local"])
    async def test_agent_that_is_not_behind_or_cannot_be_read_is_left_alone(
        self, release, folk, tenant, devices, rollout, version
    ):
        await release("1.2.0")
        await devices(tenant, agent_version=version)
        await rollout.run_once()
        assert await updates_of(folk, tenant) == []

    async def test_tenant_that_does_not_want_it_is_left_alone(self, release, folk, tenant, devices, rollout):
        await release("1.2.0")
        await devices(tenant)
        await (await folk.owner(tenant)).patch(f"tenants/{tenant.id}", json={"agent_updates": False})
        await rollout.run_once()
        assert await updates_of(folk, tenant) == []

    async def test_frozen_tenant_is_left_alone_until_the_freeze_ends(self, release, folk, tenant, devices, rollout):
        await release("1.2.0")
        await devices(tenant)
        owner = await folk.owner(tenant)
        for frozen, expected in ((True, 0), (False, 1)):
            body = {"tenant_id": str(tenant.id), "frozen": frozen, "reason": "test"}
            assert (await owner.post("safety/freeze", json=body)).status_code == 200
            await rollout.run_once()
            assert len(await updates_of(folk, tenant)) == expected

    async def test_offline_and_other_systems_are_left_alone(self, release, folk, tenant, devices, rollout, eventually):
        await release("1.2.0")
        away, _linux = await devices(tenant), await devices(tenant, os_family="linux")
        await away.close()
        client = await folk.owner(tenant)

        async def gone():
            return not (await client.get(f"devices/{away.id}")).json()["online"]

        await eventually(gone)
        await rollout.run_once()
        assert await updates_of(folk, tenant) == []

    async def test_device_where_it_failed_is_tried_again_only_after_a_day(
        self, release, folk, tenant, devices, rollout, database
    ):
        await release("1.2.0")
        device = await devices(tenant)
        await rollout.run_once()
        await finish(device, folk, tenant, "failed", "release.not_fetched")
        await rollout.run_once()
        assert len(await updates_of(folk, tenant)) == 1
        async with database.unscoped() as connection:
            await connection.execute(
                "UPDATE tasks_task SET finished_at = now() - interval '25 hours' WHERE tenant_id = $1", tenant.id
            )
        await rollout.run_once()
        assert len(await updates_of(folk, tenant)) == 2

    async def test_device_that_somebody_took_back_on_purpose_is_left_there(
        self, release, folk, tenant, devices, rollout
    ):
        await release("0.9.0")
        await release("1.2.0")
        client, device = await folk.owner(tenant), await devices(tenant)
        await client.post(f"devices/{device.id}/agent-update", json={"version": "0.9.0", "allow_older": True})
        await finish(device, folk, tenant)
        await runs(device, folk, tenant, "0.9.0")
        await rollout.run_once()
        assert len(await updates_of(folk, tenant)) == 1


class TestHalt:
    async def test_after_three_that_went_back_a_version_goes_no_further_and_that_is_said_once(
        self, release, folk, tenant, devices, rollout, database
    ):
        await release("1.2.0")
        fleet = {str(device.id): device for device in [await devices(tenant) for _ in range(5)]}
        for number in range(3):
            await rollout.run_once()
            open_now = [device_id for device_id, state in await updates_of(folk, tenant) if state == "queued"]
            assert len(open_now) == 1, number
            await finish(fleet[open_now[0]], folk, tenant, "failed", "agent.update_rolled_back")
        await rollout.run_once()
        await rollout.run_once()
        assert len(await updates_of(folk, tenant)) == 3
        async with database.unscoped() as connection:
            rows = await connection.fetch(
                "SELECT after FROM audit_entry WHERE tenant_id = $1 AND action = 'rollout.halt'", tenant.id
            )
        (after,) = [msgspec.json.decode(row["after"]) for row in rows]
        assert after == {"version": "1.2.0", "platform": "windows-amd64", "rolled_back": 3}

    async def test_next_version_is_rolled_out_again(self, release, folk, tenant, devices, rollout, database):
        await release("1.2.0")
        async with database.unscoped() as connection:
            await connection.execute(
                "INSERT INTO rollout_halt (tenant_id, platform, version, at)"
                " VALUES ($1, 'windows-amd64', '1.2.0', now())",
                tenant.id,
            )
        await devices(tenant)
        await rollout.run_once()
        assert await updates_of(folk, tenant) == []
        await release("1.2.1")
        await rollout.run_once()
        assert len(await updates_of(folk, tenant)) == 1


async def more_devices(database, tenant, number):
    """Devices that are there as far as the database knows."""
    async with database.unscoped() as connection:
        await connection.execute(
            "WITH made AS (INSERT INTO tenancy_device (tenant_id, id, site_id, hostname, os_family, agent_version,"
            " status, enrolled_at) SELECT $1, gen_random_uuid(), $2, 'PC', 'windows', '1.0.0', 'active', now()"
            " FROM generate_series(1, $3) RETURNING id) INSERT INTO enrollment_presence (tenant_id, device_id, online,"
            " last_seen_at) SELECT $1, id, true, now() FROM made",
            tenant.id, tenant.site_id, number,
        )  # fmt: skip
