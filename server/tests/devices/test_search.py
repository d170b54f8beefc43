"""One search over all that is known of a device, and filters that say what it is not."""

from datetime import UTC, datetime, timedelta

import pytest

from bosman_protocol.reports import DeviceFacts, FactsReport, NetworkInterface
from bosman_server.core.identity.permissions import Role
from bosman_server.fleet.devices.matches import fold
from bosman_server.kit.db.scope import TenantScope
from testkit.scene import make_scene

FACTS = DeviceFacts(
    "KSG-LAP-07", "windows", "Windows 11 Pro", "23H2", vendor="Dell Inc.", model="Latitude 5440",
    serial_number="7XK2Q14", domain="ksiegowosc.local", signed_in_users=("KSG\\zofia.żak",),
    network_interfaces=(
        NetworkInterface("lo", None, ("127.0.0.1", "::1")),
        NetworkInterface("Ethernet", "AC:DE:48:00:11:22", ("fe80::1", "2001:db8::7", "10.20.30.40")),
    ),
)  # fmt: skip


@pytest.fixture
async def known(people, acme, new_device, eventually):
    """A device that has told what it is, and whoever looks for it."""
    client, device = await people.owner(acme), await new_device(acme)
    await device.report(FactsReport(datetime.now(UTC), FACTS))

    async def told():
        return (await client.get(f"devices/{device.id}")).json()["facts"]

    await eventually(told)
    return client, device


class TestSearch:
    @pytest.mark.parametrize(
        ("typed", "field", "text"),
        [
            ("ksg-lap", "hostname", "KSG-LAP-07"),
            ("10.20.30", "address", "10.20.30.40"),
            ("2001:db8", "address", "2001:db8::7"),
            ("ac:de:48", "mac", "AC:DE:48:00:11:22"),
            ("acde4800", "mac", "AC:DE:48:00:11:22"),
            ("7xk2", "serial_number", "7XK2Q14"),
            ("zofia.zak", "user", "KSG\\zofia.żak"),
            ("ŻAK", "user", "KSG\\zofia.żak"),
            ("latitude", "model", "Latitude 5440"),
            ("dell", "vendor", "Dell Inc."),
            ("ksiegowosc.l", "domain", "ksiegowosc.local"),
            ("windows 11", "os", "Windows 11 Pro 23H2"),
        ],
    )
    async def test_device_is_found_by_what_it_has_told_and_says_why(self, known, typed, field, text):
        client, device = known
        for path in ("devices", "updates/devices"):
            (found,) = (await client.get(path, params={"q": typed})).json()["items"]
            assert (found["id"], found["match"]) == (str(device.id), {"field": field, "text": text})

    async def test_customer_and_site_are_found_without_their_diacritics(self, people, new_device):
        customer = await people.customer("Kancelaria Śliwa, Gżegżółka")
        client, device = await people.owner(customer), await new_device(customer)
        (found,) = (await client.get("devices", params={"q": "gzegzolka"})).json()["items"]
        assert found["id"] == str(device.id) and found["match"]["field"] == "tenant"
        assert (await client.get("tenants", params={"q": "sliwa"})).json()["total"] == 1

    async def test_nothing_is_found_by_what_nothing_holds(self, known):
        client, _ = known
        assert (await client.get("devices", params={"q": "10.20.30.41"})).json()["items"] == []

    async def test_without_a_search_nothing_matched(self, known):
        client, _ = known
        (row,) = (await client.get("devices")).json()["items"]
        assert row["match"] is None
        # What leads nowhere is no address to look for a machine at.
        assert (row["lan_address"], row["user_name"]) == ("10.20.30.40", "KSG\\zofia.żak")

    @pytest.mark.parametrize("text", ["Łódź", "ŻÓŁW Đorđe Øre ıİ", "Straße ﬁ Ⅻ", "Ǆ ẞ ŉ", "Αθήνα ϋ", "", "a\u0301b"])
    async def test_both_sides_fold_alike(self, text, worker_database):
        async with worker_database.unscoped() as connection:
            assert await connection.fetchval("SELECT bosman_fold($1)", text) == fold(text)


class TestFilters:
    @pytest.fixture
    async def scene(self, worker_database):
        return await make_scene(worker_database)

    @pytest.mark.parametrize(
        ("query", "is_found"),
        [
            ({"os_family_not": "linux"}, True),
            ({"os_family_not": "windows"}, False),
            ({"update_class": "security"}, True),
            ({"update_class": ["critical", "security"]}, True),
            ({"update_class": "critical"}, False),
            ({"update_class_not": "critical"}, True),
            ({"update_class_not": "security"}, False),
            ({"kb": "KB7"}, True),
            ({"kb": "KB8"}, False),
            ({"severity": "important"}, True),
            ({"severity": "low"}, False),
            ({"update": "KB1"}, True),
            ({"update_older_days": 30}, True),
            ({"update_older_days": 60}, False),
            ({"seen_older_days": 7}, True),
            ({"seen_older_days": 30}, False),
            ({"scan_older_days": 7}, False),
            ({"disk_verdict": ["failing", "warning"]}, True),
            ({"disk_verdict_not": "failing"}, False),
            ({"disk_verdict_not": "ok"}, True),
        ],
    )
    async def test_filter_finds_what_it_says(self, query, is_found, scene, people, worker_database):
        async with worker_database.writing(TenantScope.of([scene.tenant_id])) as tx:
            now = datetime.now(UTC)
            await tx.connection.execute(
                "UPDATE updates_pending SET kb = 'KB7', severity = 'important', released_at = $2 WHERE tenant_id = $1",
                scene.tenant_id, now - timedelta(days=45),
            )  # fmt: skip
            await tx.connection.execute(
                "UPDATE enrollment_presence SET last_seen_at = $2 WHERE tenant_id = $1",
                scene.tenant_id, now - timedelta(days=10),
            )  # fmt: skip
        client = await people.client({scene.tenant_id: Role.VIEWER})
        assert (await client.get("devices", params=query)).json()["total"] == int(is_found)

    async def test_hidden_update_is_lacked_by_nobody(self, scene, people, worker_database):
        async with worker_database.writing(TenantScope.of([scene.tenant_id])) as tx:
            await tx.connection.execute(
                "UPDATE updates_pending SET is_hidden = true WHERE tenant_id = $1", scene.tenant_id
            )
        client = await people.client({scene.tenant_id: Role.VIEWER})
        assert (await client.get("devices", params={"update_class": "security"})).json()["total"] == 0
