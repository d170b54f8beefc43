"""What Windows adds to inventory: installations of single users, facts that older agents do not report."""

from datetime import UTC, datetime
from uuid import uuid4

import msgspec

from bosman_protocol.reports import DeviceFacts, FactsReport, SoftwareItem, SoftwareReport, VolumeEncryption
from bosman_server.kit.db.scope import TenantScope


class TestSoftware:
    async def test_installation_of_a_user_names_the_user(self, people, acme, new_device, eventually):
        client, device = await people.owner(acme), await new_device(acme)
        items = (
            SoftwareItem("7-Zip", "24.09", scope="machine", product_code="{23170F69-40C1-2702-2409-000001000000}"),
            SoftwareItem("Zoom", "6.2", scope="user", user="ACME\\ola\u202e"),
        )
        await device.report(SoftwareReport(uuid4(), datetime.now(UTC), 0, True, items))

        async def arrived():
            return (await client.get(f"devices/{device.id}/software")).json()["items"]

        first, second = await eventually(arrived)
        assert (first["scope"], first["user_name"]) == ("machine", None)
        assert first["product_code"] == "{23170F69-40C1-2702-2409-000001000000}"
        assert (second["scope"], second["user_name"]) == ("user", "ACME\\ola")


class TestFacts:
    async def test_facts_of_windows_are_told(self, people, acme, new_device, eventually):
        client, device = await people.owner(acme), await new_device(acme)
        facts = DeviceFacts(
            "PC", "windows", "Windows 11 Pro", "25H2", os_edition="Professional", update_build_revision=4351,
            domain="corp.example", join_state="hybrid", volume_encryption=(VolumeEncryption("C:", "encrypted"),),
            signed_in_users=("CORP\\ola",),
        )  # fmt: skip
        await device.report(FactsReport(datetime.now(UTC), facts))

        async def arrived():
            return (await client.get(f"devices/{device.id}")).json()["facts"]

        told = await eventually(arrived)
        assert (told["os_edition"], told["update_build_revision"], told["join_state"]) == (
            "Professional",
            4351,
            "hybrid",
        )
        assert told["volume_encryption"] == [{"mount_point": "C:", "state": "encrypted"}]
        assert told["signed_in_users"] == ["CORP\\ola"]

    async def test_facts_that_were_stored_before_have_every_field(self, people, acme, new_device, worker_database):
        client, device = await people.owner(acme), await new_device(acme)
        old = msgspec.to_builtins(DeviceFacts("PC", "windows", "Windows 10 Pro", "22H2"))
        for name in ("os_edition", "domain", "join_state", "volume_encryption", "signed_in_users"):
            del old[name]
        async with worker_database.writing(TenantScope.of([acme.id])) as tx:
            await tx.connection.execute(
                "INSERT INTO inventory_facts (tenant_id, device_id, facts, collected_at) VALUES ($1, $2, $3, now())",
                acme.id, device.id, old,
            )  # fmt: skip
        told = (await client.get(f"devices/{device.id}")).json()["facts"]
        assert (told["join_state"], told["volume_encryption"], told["signed_in_users"]) == (None, [], [])
