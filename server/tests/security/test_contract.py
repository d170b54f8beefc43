"""What the fast paths answer is what OpenAPI promises: every list and object, full of data, fits its model."""

import json
import re
from datetime import UTC, datetime
from typing import get_args
from uuid import UUID, uuid4

import msgspec
import pytest

from bosman_protocol.progress import NoteCode
from bosman_protocol.reports import (
    DeviceFacts,
    Disk,
    FactsReport,
    NetworkInterface,
    PendingUpdate,
    SoftwareItem,
    SoftwareReport,
    UpdatesReport,
)
from bosman_protocol.uplink import TaskProgress
from bosman_protocol.work import RESULTS, RestartReason, TaskKind
from bosman_server.app import create_app
from bosman_server.features.updates.overview_api import UpdateRowOut
from bosman_server.features.updates.schemas import PendingUpdateOut
from bosman_server.fleet.devices.schemas import DeviceOut, ListedDeviceOut
from bosman_server.fleet.enrollment.schemas import TokenRowOut
from bosman_server.fleet.inventory.schemas import SoftwareOut
from bosman_server.fleet.tenancy.schemas import SiteRowOut, TenantRowOut
from bosman_server.kit.live import Topic
from bosman_server.kit.paging import Page
from bosman_server.settings import Settings
from bosman_server.work.approvals.schemas import ApprovalOut, ApprovalRowOut
from bosman_server.work.tasks.schemas import JobOut, OutputOut, TaskOut, TaskRowOut
from testkit.editing import edit


@pytest.fixture
async def scene(people, acme, new_device, eventually):
    """A device that has reported everything, with one task done and one running."""
    client, device = await people.owner(acme), await new_device(acme)
    now = datetime.now(UTC)
    disk = Disk("/dev/sda1", "/", "ext4", 10**12, 10**11)
    card = NetworkInterface("eth0", "00:11:22:33:44:55", ("10.0.0.5", "fe80::1"))
    facts = DeviceFacts(
        "PC-1", "windows", "Windows 11 Pro", "25H2", cpu_cores=8, last_boot_at=now, disks=(disk,),
        network_interfaces=(card,),
    )  # fmt: skip
    await device.report(FactsReport(now, facts))
    await device.report(SoftwareReport(uuid4(), now, 0, True, (SoftwareItem("7-Zip", "24.09", installed_at=now),)))
    update = PendingUpdate(
        "KB5068861", "2026-11 Cumulative Update", "26200.7171", "security", kb="KB5068861", size_bytes=5 * 10**9,
        released_at=now,
    )  # fmt: skip
    reasons = (RestartReason("restart.package", {"package": "linux"}),)
    await device.report(UpdatesReport(uuid4(), now, 0, True, (update,), True, reasons))
    ids = []
    for _ in range(2):
        answer = await client.post(f"devices/{device.id}/tasks", json={"kind": "diagnostics.echo"})
        ids.append(UUID(answer.json()["id"]))
    await device.lease()
    await device.run(ids[0], "hello\n", result=msgspec.Raw(b'{"lines":1}'))
    await device.report(TaskProgress(ids[1], now, 5, "apt.installing", {"package": "bash"}))

    async def arrived():
        row = (await client.get(f"devices/{device.id}")).json()
        done, running = [(await client.get(f"tasks/{number}")).json() for number in ids[:2]]
        reported = row["facts"] and row["pending_updates"] and running["progress_percent"] == 5
        return reported and done["result"] == {"lines": 1}

    await eventually(arrived)
    rules = {"confirm_above": 10, "budgets": [
        {"action_class": name, "per_hour": 0, "on_overflow": "approval"} for name in ("script", "restart", "install")
    ]}  # fmt: skip
    await edit(client, f"tenants/{acme.id}/safety", rules, "PUT")
    held = await client.post(f"devices/{device.id}/tasks", json={"kind": "system.restart"})
    ids += [UUID(held.json()["id"]), UUID(held.json()["approval_id"])]
    await client.post("enrollment-tokens", json={"tenant_id": str(acme.id), "site_id": str(acme.site_id)})
    return client, device, ids


class TestFastPaths:
    @pytest.mark.parametrize(
        ("path", "model"),
        [
            ("devices", Page[ListedDeviceOut]),
            ("devices/{device}", DeviceOut),
            ("devices/{device}/software", Page[SoftwareOut]),
            ("devices/{device}/updates", Page[PendingUpdateOut]),
            ("updates/devices", Page[UpdateRowOut]),
            ("tasks", Page[TaskRowOut]),
            ("tasks/{task}", TaskOut),
            ("tasks/{held}", TaskOut),
            ("tasks/{task}/output", OutputOut),
            ("approvals", Page[ApprovalRowOut]),
            ("approvals/{approval}", ApprovalOut),
            ("jobs", Page[JobOut]),
            ("tenants", Page[TenantRowOut]),
            ("sites", Page[SiteRowOut]),
            ("enrollment-tokens", Page[TokenRowOut]),
        ],
    )
    async def test_answer_fits_its_model_field_by_field(self, scene, path, model):
        client, device, ids = scene
        answer = await client.get(path.format(device=device.id, task=ids[0], held=ids[2], approval=ids[3]))
        assert answer.status_code == 200, answer.text
        parsed = model.model_validate(answer.json())
        assert getattr(parsed, "items", True), "an empty list proves nothing"
        assert fields(answer.json()) == fields(parsed.model_dump(mode="json", by_alias=True))


class TestDescription:
    """What is no model of the api's own stands in its description all the same: the web's types are made from it."""

    def test_live_events_notes_and_results_are_types(self):
        schemas = create_app(Settings()).openapi()["components"]["schemas"]
        assert set(schemas["Change"]["properties"]["topic"]["enum"]) == set(get_args(Topic))
        assert set(schemas["ProgressNote"]["properties"]["code"]["enum"]) == set(get_args(NoteCode))
        results = schemas["TaskResults"]
        assert set(results["required"]) == set(results["properties"]) == set(TaskKind)
        for kind, result in RESULTS.items():
            assert results["properties"][kind] == {"$ref": f"#/components/schemas/{result.__name__}"}

    def test_every_reference_leads_somewhere(self):
        described = json.dumps(create_app(Settings()).openapi())
        schemas = json.loads(described)["components"]["schemas"]
        names = set(re.findall(r"#/components/schemas/(\w+)", described))
        assert names <= schemas.keys() and "x-struct" not in described

    def test_events_say_what_they_carry(self):
        paths = create_app(Settings()).openapi()["paths"]
        for path, name in (("/api/v1/events", "Change"), ("/api/v1/tasks/{task_id}/output/stream", "OutputEnd")):
            content = paths[path]["get"]["responses"]["200"]["content"]["text/event-stream"]
            assert f"#/components/schemas/{name}" in json.dumps(content)


def fields(value):
    """The shape of an answer: names of fields, through and through (free-form objects left alone)."""
    free = {"last_scan_error_params", "params", "result", "error_params", "progress_note"}
    if isinstance(value, dict):
        return {name: None if name in free else fields(item) for name, item in value.items()}
    if isinstance(value, list):
        return [fields(item) for item in value]
    return None
