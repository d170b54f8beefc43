"""How complete a scan was: stored, told, filtered by; "up to date" is said of a complete and recent one alone."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from bosman_protocol.completeness import SourceState, completeness
from bosman_protocol.reports import PendingUpdate, UpdatesReport

ANSWERED = SourceState("http://a.example stable", "answered", list_at=datetime(2026, 1, 2, tzinfo=UTC))
FAILED = SourceState("http://b.example stable", "failed", "apt.source_expired", "E: expired")
WHOLE = completeness((ANSWERED,), lists_at=datetime(2026, 1, 3, tzinfo=UTC))
PARTLY = completeness((ANSWERED, FAILED), unread=("Inst ?",), missed=2)


@pytest.fixture
def scanned(people, acme, new_device, eventually):
    """Report a scan; returns a client and the device as the API tells of it."""

    async def report(seen, *items, age=timedelta(0)):
        client, device = await people.owner(acme), await new_device(acme)
        at = datetime.now(UTC) - age
        await device.report(UpdatesReport(uuid4(), at, 0, last=True, items=items, completeness=seen))

        async def arrived():
            found = (await client.get(f"devices/{device.id}")).json()
            return found if found["last_scan_at"] else None

        return client, await eventually(arrived)

    return report


class TestDevice:
    async def test_complete_scan_that_finds_nothing_is_up_to_date(self, scanned):
        _, device = await scanned(WHOLE)

        assert (device["scan_completeness"], device["up_to_date"]) == ("complete", True)
        assert device["lists_fetched_at"].startswith("2026-01-03")
        assert device["scan_sources"][0]["list_at"].startswith("2026-01-02")

    async def test_incomplete_scan_says_what_it_did_not_see_and_is_never_up_to_date(self, scanned):
        _, device = await scanned(PARTLY)

        assert (device["scan_completeness"], device["up_to_date"]) == ("incomplete", False)
        assert (device["failed_sources"], device["unread_lines"]) == (1, 3)
        assert device["unread_examples"] == ["Inst ?"]
        failed = device["scan_sources"][0]
        assert (failed["name"], failed["reason"]) == (FAILED.name, "apt.source_expired")

    @pytest.mark.parametrize("seen", [None, WHOLE])
    async def test_silent_agent_and_old_scan_are_not_up_to_date(self, scanned, seen):
        _, device = await scanned(seen, age=timedelta(days=8))

        assert device["scan_completeness"] == ("unknown" if seen is None else "complete")
        assert device["up_to_date"] is False


class TestLists:
    async def test_incomplete_ones_are_filtered_for_and_lead(self, scanned):
        client, device = await scanned(PARTLY)
        _, whole = await scanned(WHOLE)

        async def names(**query):
            return [row["id"] for row in (await client.get("updates/devices", params=query)).json()["items"]]

        assert await names(scan_completeness="incomplete") == [device["id"]]
        assert await names(pending="none") == [whole["id"]]
        assert await names(sort="scan_completeness") == [device["id"], whole["id"]]

    async def test_held_update_says_who_holds_it(self, scanned):
        held = PendingUpdate("unzip", "Unzip", "2", "security", "1", held_by="hold")
        client, device = await scanned(WHOLE, held)

        (row,) = (await client.get(f"devices/{device['id']}/updates")).json()["items"]
        assert row["held_by"] == "hold" and device["up_to_date"] is False
