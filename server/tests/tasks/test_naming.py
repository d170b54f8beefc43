"""Chosen updates are called what the tenant's own devices call them, whatever the request says."""

from datetime import UTC, datetime
from uuid import uuid4

import msgspec
import pytest

from bosman_protocol.reports import PendingUpdate, UpdatesReport

GUID = "0f8a7b7e-2a3c-4c8d-9a62-3c1f5b1d2e77"
TITLE = "2026-11 Cumulative Update for Windows 11"


@pytest.fixture
async def owner(people, acme):
    return await people.owner(acme)


@pytest.fixture
def scanned(new_device, eventually, owner):
    """A device that has reported these updates."""

    async def make(tenant, *items):
        device = await new_device(tenant)
        await device.report(UpdatesReport(uuid4(), datetime.now(UTC), 0, True, items))

        async def arrived():
            answer = await owner.get(f"devices/{device.id}")
            return answer.status_code == 404 or answer.json()["last_scan_at"]

        await eventually(arrived)
        return device

    return make


async def order(client, device, *updates):
    body = {"kind": "updates.install", "params": {"select": "chosen", "updates": list(updates)}}
    answer = await client.post(f"devices/{device.id}/tasks", json=body)
    assert answer.status_code == 201, answer.text
    (envelope,) = device.open(await device.lease())
    (asked,) = msgspec.json.decode(envelope.params)["updates"]
    (shown,) = (await client.get(f"tasks/{answer.json()['id']}")).json()["params"]["updates"]
    assert shown == asked
    return shown


async def test_update_has_the_title_that_the_device_reported(scanned, acme, owner):
    device = await scanned(acme, PendingUpdate(GUID, TITLE, "200", "security", kb="KB5068861"))
    shown = await order(owner, device, {"name": GUID, "version": "200"})
    assert shown == {"name": GUID, "version": "200", "title": TITLE, "kb": "KB5068861"}


async def test_words_of_the_request_are_not_believed(scanned, acme, owner):
    device = await scanned(acme, PendingUpdate(GUID, TITLE, "200", "security", kb="KB5068861"))
    shown = await order(owner, device, {"name": GUID, "version": "200", "title": "Harmless", "kb": "KB1"})
    assert (shown["title"], shown["kb"]) == (TITLE, "KB5068861")
    device = await scanned(acme)
    shown = await order(owner, device, {"name": GUID, "version": "200", "title": "Harmless", "kb": "KB1"})
    assert shown == {"name": GUID, "version": "200"}


async def test_other_version_has_no_title(scanned, acme, owner):
    device = await scanned(acme, PendingUpdate(GUID, TITLE, "200", "security"))
    assert await order(owner, device, {"name": GUID, "version": "201"}) == {"name": GUID, "version": "201"}


async def test_words_of_another_tenant_are_not_taken(scanned, acme, globex, owner):
    await scanned(globex, PendingUpdate(GUID, "Words of another tenant", "200", "security"))
    device = await scanned(acme)
    assert await order(owner, device, {"name": GUID, "version": "200"}) == {"name": GUID, "version": "200"}
