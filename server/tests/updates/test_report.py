"""Reports of scans: what is stored, what counts, what is cleaned."""

import asyncio
from datetime import UTC, datetime
from uuid import uuid4

import pytest

from bosman_protocol.failures import ErrorDetail, ParamValue
from bosman_protocol.reports import PendingUpdate, UpdatePolicy, UpdatesReport
from bosman_protocol.work import RestartReason
from bosman_server.core.audit.device_trail import DeviceTrail
from bosman_server.features.updates.consumers import on_updates
from bosman_server.fleet.devices.directory import KnownDevice
from bosman_server.fleet.devices.models import Device
from bosman_server.fleet.ingest.batch import IngestBatch, Position, Received
from bosman_server.kit.db.scope import TenantScope
from bosman_server.kit.ids import uuid7


def update(name, update_class="security", **changes):
    return PendingUpdate(name, f"Title of {name}", "1.0", update_class, **changes)


@pytest.fixture
def scanned(people, acme, new_device, eventually):
    """Report a scan; returns the device and its updates as the API tells of them."""

    async def report(*items, **changes):
        client, device = await people.owner(acme), await new_device(acme)
        await device.report(UpdatesReport(uuid4(), datetime.now(UTC), 0, True, items, **changes))

        async def arrived():
            found = (await client.get(f"devices/{device.id}")).json()
            return found if found["last_scan_at"] else None

        detail = await eventually(arrived)
        rows = (await client.get(f"devices/{device.id}/updates")).json()["items"]
        return detail, rows

    return report


class TestCounts:
    async def test_neither_definitions_nor_hidden_updates_count_toward_compliance(self, scanned):
        classes = ("security", "critical", "optional", "driver", "feature", "definition")
        shown = [update(name, name) for name in classes]
        hidden = [update(f"hidden {name}", name, is_hidden=True) for name in ("security", "definition")]
        detail, rows = await scanned(*shown, *hidden)
        assert len(rows) == 8
        names = ("security_updates", "critical_updates", "optional_updates", "definition_updates", "pending_updates")
        assert [detail[name] for name in names] == [1, 1, 3, 1, 5]

    async def test_list_begins_with_what_matters_most(self, scanned):
        _, rows = await scanned(
            update("a", "definition"), update("b", "driver"), update("c", "feature"), update("d", "optional"),
            update("e", "critical"), update("f"),
        )  # fmt: skip
        assert [row["class"] for row in rows] == ["security", "critical", "optional", "feature", "driver", "definition"]


class TestDetails:
    async def test_what_windows_says_of_an_update_is_kept(self, scanned):
        _, (row,) = await scanned(
            update(
                "a", severity="important", cve_ids=("CVE-2026-1234", "CVE-2026-99999"), has_eula=True,
                restart_behavior="possible", is_exclusive=True, needs_input=True,
                support_url="https://support.microsoft.com/help/5068861",
            )
        )  # fmt: skip
        assert row["severity"] == "important" and row["cve_ids"] == ["CVE-2026-1234", "CVE-2026-99999"]
        assert row["has_eula"] is row["is_exclusive"] is row["needs_input"] is True
        assert row["restart_behavior"] == "possible" and row["is_hidden"] is False
        assert row["support_url"] == "https://support.microsoft.com/help/5068861"

    async def test_what_is_not_said_is_not_known(self, scanned):
        _, (row,) = await scanned(update("a"))
        assert (row["severity"], row["has_eula"], row["support_url"], row["cve_ids"]) == (None, None, None, [])

    @pytest.mark.parametrize("address", ["javascript:alert(1)", "file:///etc/passwd", "\u202ejavascript:x", ""])
    async def test_address_that_is_none_of_the_web_is_dropped(self, scanned, address):
        _, (row,) = await scanned(update("a", support_url=address))
        assert row["support_url"] is None

    async def test_updates_are_found_by_their_cve(self, scanned, people, acme):
        detail, _ = await scanned(update("a", cve_ids=("CVE-2026-1234",)), update("b"))
        client = await people.owner(acme)
        found = (await client.get(f"devices/{detail['id']}/updates", params={"q": "cve-2026-1234"})).json()["items"]
        assert [row["name"] for row in found] == ["a"]


class TestSummary:
    async def test_policy_warnings_and_severity_of_reasons_are_kept_cleaned(self, scanned):
        policy = UpdatePolicy("wsus", "http://wsus.example\u202e:8530", automatic=True, quality_deferral_days=7)
        warnings = (ErrorDetail("updates.partly", {"hresult": "0x0024\x00"}),)
        reasons = (RestartReason("restart.file_rename", {"count": 2, "first": "C:\\x"}, "soft"),)
        detail, _ = await scanned(
            update("a"), restart_required=False, restart_reasons=reasons, policy=policy, warnings=warnings
        )
        assert detail["update_policy"]["server"] == "http://wsus.example:8530"
        assert detail["update_policy"]["automatic"] is True and detail["update_policy"]["target_version"] is None
        assert detail["scan_warnings"] == [{"code": "updates.partly", "params": {"hresult": "0x0024"}}]
        (reason,) = detail["restart_reasons"]
        assert (reason["severity"], reason["params"]["count"]) == ("soft", 2)

    async def test_scan_without_policy_says_nothing_of_one(self, scanned):
        detail, _ = await scanned(update("a"))
        assert (detail["update_policy"], detail["scan_warnings"]) == (None, [])


class TestFailedScan:
    async def test_failure_keeps_the_list_and_says_what_the_device_said(self, people, acme, new_device, eventually):
        client, device = await people.owner(acme), await new_device(acme)
        await device.report(UpdatesReport(uuid4(), datetime.now(UTC), 0, True, (update("a"),)))
        said: dict[str, ParamValue] = {"hresult": "0x8024402C", "name": "WU_E_PT_WINHTTP_NAME_NOT_RESOLVED\u202e"}
        error = ErrorDetail("updates.wsus_unreachable", said)
        await device.report(UpdatesReport(uuid4(), datetime.now(UTC), 0, True, (), error=error))

        async def failed():
            found = (await client.get(f"devices/{device.id}")).json()
            return found if found["last_scan_error"] else None

        detail = await eventually(failed)
        assert (detail["last_scan_error"], detail["security_updates"]) == ("updates.wsus_unreachable", 1)
        assert detail["last_scan_error_params"] == {
            "hresult": "0x8024402C", "name": "WU_E_PT_WINHTTP_NAME_NOT_RESOLVED",
        }  # fmt: skip
        await device.report(UpdatesReport(uuid4(), datetime.now(UTC), 0, True, (update("b"),)))

        async def worked():
            found = (await client.get(f"devices/{device.id}")).json()
            return found if found["last_scan_error"] is None else None

        assert (await eventually(worked))["last_scan_error_params"] is None


class TestTwoWorkers:
    @pytest.fixture
    async def device(self, acme, worker_database):
        """A device that is in the tables only."""
        known = KnownDevice(uuid7(), acme.id, "pc-1", active=True)
        async with worker_database.writing(TenantScope.of([acme.id])) as tx:
            tx.session.add(
                Device(
                    tenant_id=acme.id, id=known.id, site_id=acme.site_id, hostname="pc-1", os_family="windows",
                    agent_version="1", status="active",
                )
            )  # fmt: skip
        return known

    async def test_older_scan_that_another_worker_stores_meanwhile_does_not_replace_the_newer_one(
        self, acme, device, worker_database, eventually
    ):
        scope = TenantScope.of([acme.id])

        async def publish(_subject, _payload):
            """Nobody listens."""

        worker_database.speak_through(publish)

        async def store(tx, name, seq):
            report = UpdatesReport(uuid4(), datetime.now(UTC), 0, True, (update(name),))
            await on_updates(
                IngestBatch(tx, DeviceTrail(worker_database)), [Received(device, report, Position(1, seq))]
            )

        async def store_older():
            async with worker_database.writing(scope) as tx:
                await store(tx, "older", 1)

        async def waits():
            async with worker_database.unscoped() as connection:
                return await connection.fetchval("SELECT count(*) FROM pg_locks WHERE NOT granted")

        async with worker_database.writing(scope) as tx:
            await store(tx, "newer", 2)
            other = asyncio.create_task(store_older())
            await eventually(waits)
        await other
        async with worker_database.reading(scope) as connection:
            rows = await connection.fetch("SELECT name FROM updates_pending WHERE device_id = $1", device.id)
        assert [row["name"] for row in rows] == ["newer"]
