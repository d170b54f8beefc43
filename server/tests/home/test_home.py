"""What Home counts, and for whom."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import httpx
import pytest

from bosman_protocol.uplink import TaskStarted
from bosman_server.core.identity.permissions import Role
from bosman_server.core.identity.sessions import COOKIE
from bosman_server.features.updates.models import Scan
from bosman_server.fleet.devices.models import Device, Presence
from bosman_server.fleet.inventory.models import Facts, Health
from bosman_server.kit.db.scope import TenantScope
from bosman_server.kit.ids import uuid7
from bosman_server.work.tasks.models import Job, Task
from testkit.api_here import api_here
from testkit.patience import patient
from testkit.statements import noted_statements

ECHO = {"kind": "diagnostics.echo"}
MOST_STATEMENTS = 18
DISK = {"name": "sda1", "mount_point": "/", "file_system": "ext4", "size_bytes": 1000, "free_bytes": 50}
SNAP = {"name": "loop0", "mount_point": "/snap/x", "file_system": "squashfs", "size_bytes": 1000, "free_bytes": 0}


def ago(**spans):
    return datetime.now(UTC) - timedelta(**spans)


@pytest.fixture
def add_device(worker_database):
    """A device as the tables have it: with its presence, and with a scan and facts where they are given."""

    async def add(customer, *, seen=None, online=False, scan=None, disks=None, health=None, status="active"):
        device_id = uuid7()
        key = {"tenant_id": customer.id, "device_id": device_id}
        async with worker_database.writing(TenantScope.of([customer.id])) as tx:
            tx.session.add(
                Device(
                    tenant_id=customer.id, id=device_id, site_id=customer.site_id, hostname=f"PC-{device_id}"[:20],
                    os_family="windows", agent_version="1", status=status,
                )
            )  # fmt: skip
            await tx.session.flush()
            tx.session.add(Presence(**key, online=online, last_seen_at=seen or ago(minutes=1)))
            if scan is not None:
                tx.session.add(Scan(**key, attempted_at=ago(hours=1), scanned_at=ago(hours=1), **scan))
            if disks is not None:
                tx.session.add(Facts(**key, facts={"disks": disks}, collected_at=ago(hours=1)))
            if health is not None:
                tx.session.add(Health(**key, task_id=uuid7(), checked_at=ago(hours=1), disk_verdict=health, result={}))
        return device_id

    return add


@pytest.fixture
def add_task(worker_database):
    """A finished or waiting task of a job of its own."""

    async def add(customer, device_id, **values):
        job_id, params = uuid7(), values.pop("params", {})
        common = {"tenant_id": customer.id, "kind": "diagnostics.echo", "created_by_name": "Ola"}
        common |= {"expires_at": ago(days=-1), "created_at": values.pop("created_at", ago(hours=2))}
        common["not_before"] = values.pop("not_before", None)
        async with worker_database.writing(TenantScope.of([customer.id])) as tx:
            tx.session.add(Job(**common, id=job_id, params=params))
            await tx.session.flush()
            task = Task(**common, id=uuid7(), job_id=job_id, device_id=device_id, timeout_seconds=60, **values)
            tx.session.add(task)
        return task

    return add


async def home(client, **params):
    answer = await client.get("home", params=params)
    assert answer.status_code == 200, answer.text
    return answer.json()


class TestAttention:
    async def test_counts_devices_by_what_is_wrong_with_them(self, people, acme, add_device):
        await add_device(acme, online=True, scan={"security_count": 2, "critical_count": 1})
        await add_device(acme, seen=ago(days=8), scan={"restart_required": True})
        await add_device(acme, seen=ago(days=6), disks=[DISK, SNAP])
        found = await home(await people.owner(acme))
        counts = found["attention"]
        assert found["devices"] == 3
        assert (counts["security_updates"], counts["critical_updates"], counts["restart_required"]) == (1, 1, 1)
        assert (counts["away"], counts["low_disk"], counts["unscanned"]) == (1, 1, 1)

    async def test_what_devices_have_not_told_is_unknown_and_no_zero(self, people, acme, add_device):
        await add_device(acme)
        await add_device(acme, disks=[SNAP])
        await add_device(acme, disks=[DISK | {"free_bytes": 900}])
        counts = (await home(await people.owner(acme)))["attention"]
        assert (counts["low_disk"], counts["disk_unknown"]) == (0, 2)

    async def test_devices_that_are_shut_out_are_nobodys_work(self, people, acme, add_device):
        await add_device(acme, status="revoked", seen=ago(days=30), scan={"security_count": 2})
        found = await home(await people.owner(acme))
        assert found["devices"] == 0 and found["attention"]["security_updates"] == 0

    async def test_failed_tasks_of_today_stand_beside_those_of_the_day_before(self, people, acme, add_device, add_task):
        device_id = await add_device(acme)
        for hours in (1, 2, 30, 60):
            await add_task(acme, device_id, state="failed", finished_at=ago(hours=hours), created_at=ago(hours=61))
        counts = (await home(await people.owner(acme)))["attention"]
        assert counts["failed_tasks"] == {"now": 2, "day_ago": 1}

    async def test_numbers_are_those_of_the_lists_behind_them(self, people, acme, add_device):
        await add_device(acme, disks=[DISK], seen=ago(days=9))
        await add_device(acme, scan={"security_count": 1, "restart_required": True}, health="failing")
        client = await people.owner(acme)
        counts = (await home(client))["attention"]
        for number, filters in (
            ("low_disk", {"disk_room": "low"}),
            ("disk_unknown", {"disk_room": "unknown"}),
            ("failing_disks", {"disk_verdict": "failing"}),
            ("away", {"seen_older_days": 7}),
            ("security_updates", {"pending": "security"}),
            ("restart_required", {"restart_required": True}),
        ):
            assert (await client.get("devices", params=filters)).json()["total"] == counts[number] == 1, number


class TestQueue:
    async def test_tasks_with_the_same_error_are_one_group(self, people, acme, add_device, add_task):
        for code in ("agent.disk_full", "agent.disk_full", "agent.internal"):
            ended = {"state": "failed", "finished_at": ago(hours=1), "error_code": code}
            await add_task(acme, await add_device(acme), **ended)
        first, second = (await home(await people.owner(acme)))["failed"]
        assert (first["error_code"], first["device_count"], first["job_count"]) == ("agent.disk_full", 2, 2)
        assert (second["error_code"], second["task_count"], len(second["hostnames"])) == ("agent.internal", 1, 1)

    async def test_what_was_tried_again_is_left_out(self, people, acme, add_device, add_task):
        device_id = await add_device(acme)
        await add_task(acme, device_id, state="failed", finished_at=ago(hours=1))
        await add_task(acme, device_id, state="queued", created_at=ago(minutes=1))
        assert (await home(await people.owner(acme)))["failed"] == []

    async def test_other_work_of_the_kind_leaves_it_there(self, people, acme, add_device, add_task):
        device_id = await add_device(acme)
        await add_task(acme, device_id, state="failed", finished_at=ago(hours=1))
        await add_task(acme, device_id, state="queued", created_at=ago(minutes=1), params={"text": "other"})
        assert len((await home(await people.owner(acme)))["failed"]) == 1

    async def test_what_failed_before_yesterday_is_left_out(self, people, acme, add_device, add_task):
        await add_task(acme, await add_device(acme), state="expired", finished_at=ago(hours=25))
        assert (await home(await people.owner(acme)))["failed"] == []


class TestWork:
    async def test_job_that_runs_is_told_with_its_counts(self, people, acme, new_device, eventually):
        client, device = await people.owner(acme), await new_device(acme)
        target = {"device_ids": [str(device.id)]}
        job = (await client.post("jobs", json=ECHO | {"target": target})).json()
        (envelope,) = device.open(await device.lease())
        await device.report(TaskStarted(envelope.task_id, datetime.now(UTC)))

        async def running():
            found = (await home(client))["running"]
            return found[0] if found and found[0]["counts"]["running"] == 1 else None

        assert (await eventually(running))["id"] == job["id"]

    async def test_what_begins_within_a_day_is_planned(self, people, acme, add_device, add_task):
        device_id = await add_device(acme)
        waiting = {"state": "waiting", "waiting_for": "time"}
        soon = await add_task(acme, device_id, **waiting, not_before=ago(hours=-3))
        await add_task(acme, device_id, **waiting, not_before=ago(hours=-30))
        found = await home(await people.owner(acme))
        assert [job["id"] for job in found["planned"]] == [str(soon.job_id)] and found["running"] == []

    async def test_long_parameters_are_cut_to_what_a_title_needs(self, people, acme, enroll_device):
        client, device = await people.owner(acme), await enroll_device(acme)
        body = {"kind": "script.run", "params": {"shell": "powershell", "source": "x" * 50_000}}
        body["not_before"] = ago(hours=-1).isoformat()
        assert (await client.post(f"devices/{device.id}/tasks", json=body)).status_code == 201
        answer = await client.get("home")
        assert len(answer.json()["planned"][0]["params"]["source"]) == 120 and len(answer.content) < 30_000


class TestCustomers:
    async def test_worst_comes_first(self, people, acme, globex, add_device):
        await add_device(acme, scan={})
        await add_device(globex, scan={"critical_count": 1})
        found = await home(await people.owner(acme, globex))
        assert [row["tenant_name"] for row in found["customers"]] == [globex.name, acme.name]
        assert [row["patched"] for row in found["customers"]] == [0, 1]

    async def test_customer_without_devices_is_there(self, people, acme):
        found = await home(await people.owner(acme))
        assert (found["customers"][0]["devices"], found["customers"][0]["away"]) == (0, 0)


class TestScope:
    async def test_narrowed_to_a_customer_nothing_of_another_is_counted(self, people, acme, globex, add_device):
        await add_device(acme)
        await add_device(globex)
        found = await home(await people.owner(acme, globex), tenant_id=str(acme.id))
        assert found["devices"] == 1 and [row["tenant_id"] for row in found["customers"]] == [str(acme.id)]

    async def test_narrowed_to_a_site_nothing_of_another_is_counted(self, people, acme, add_device, add_task):
        device_id = await add_device(acme)
        await add_task(acme, device_id, state="failed", finished_at=ago(hours=1))
        found = await home(await people.owner(acme), tenant_id=str(acme.id), site_id=str(uuid4()))
        assert (found["devices"], found["failed"]) == (0, [])
        assert found["attention"]["failed_tasks"] == {"now": 0, "day_ago": 0}

    async def test_member_of_another_site_sees_none_of_it(self, people, acme, add_device, add_task):
        await add_task(acme, await add_device(acme), state="failed", finished_at=ago(hours=1))
        elsewhere = await people.client({acme.id: Role.TECHNICIAN}, site_ids=[uuid4()])
        found = await home(elsewhere)
        assert (found["devices"], found["failed"]) == (0, []) and found["people"] is None

    async def test_customers_own_view_is_told_of_no_work(self, people, acme, add_device, add_task):
        await add_task(acme, await add_device(acme), state="failed", finished_at=ago(hours=1))
        found = await home(await people.client({acme.id: Role.CLIENT_VIEW}))
        assert found["devices"] == 1 and found["failed"] == [] and found["people"] is None
        assert found["attention"]["failed_tasks"] is None and found["attention"]["approvals"] is None


class TestPeople:
    async def test_only_what_people_did_is_listed(self, people, acme, enroll_device):
        client = await people.owner(acme)
        await enroll_device(acme)
        body = {"tenant_id": str(acme.id), "name": "Gdynia", "time_zone": "Europe/Warsaw"}
        await client.post("sites", json=body)
        found = (await home(client))["people"]
        assert found[0]["action"] == "site.create" and {entry["actor_kind"] for entry in found} == {"user"}


class TestSetup:
    async def test_steps_are_done_one_after_the_other(self, people, acme, add_device):
        client = await people.owner(acme)
        steps = (await home(client))["setup"]
        assert steps["has_tenant"] and steps["has_site"] and not steps["has_device"] and not steps["has_scan"]
        await add_device(acme, scan={})
        steps = (await home(client))["setup"]
        assert steps["has_device"] and steps["has_scan"] and not steps["has_team"]
        await people.client({acme.id: Role.VIEWER})
        assert (await home(client))["setup"]["has_team"]


class TestCost:
    async def test_statements_do_not_grow_with_the_fleet(self, stack, people, acme, add_device, add_task):
        client = await people.owner(acme)
        asked = []
        with noted_statements() as statements:
            async with api_here(stack) as url, httpx.AsyncClient(base_url=url, timeout=patient()) as here:
                for _ in range(2):
                    for _ in range(3):
                        device_id = await add_device(acme, scan={"security_count": 1}, disks=[DISK])
                        await add_task(acme, device_id, state="failed", finished_at=ago(hours=1))
                        await add_task(acme, device_id, state="running", leased_at=ago(hours=1))
                    for _ in range(2):
                        statements.forget()
                        answer = await here.get("home", headers={"cookie": f"{COOKIE}={client.cookies[COOKIE]}"})
                    assert answer.status_code == 200, answer.text
                    asked.append(len(statements.run))
        assert asked[0] == asked[1] <= MOST_STATEMENTS
