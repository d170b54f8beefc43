"""What agents say of their own trouble: in the trail, cleaned and bounded."""

from datetime import UTC, datetime

import msgspec

from bosman_protocol.failures import ErrorDetail
from bosman_protocol.uplink import AgentIncident


async def troubles(worker_database, tenant_id):
    async with worker_database.unscoped() as connection:
        rows = await connection.fetch(
            "SELECT result, device_id, after FROM audit_entry WHERE tenant_id = $1 AND action = 'agent.incident'",
            tenant_id,
        )
    return [(row["result"], row["device_id"], msgspec.json.decode(row["after"])) for row in rows]


class TestAgentIncident:
    async def test_trouble_is_audited_cleaned(self, acme, new_device, worker_database, eventually):
        device = await new_device(acme)
        error = ErrorDetail("agent.runtime_hung", {"seconds": 90, "na\u202eme": "a\x00b\u202ec"}, "line 1\nline\x07 2")
        await device.report(AgentIncident(datetime.now(UTC), error))
        ((result, device_id, after),) = await eventually(lambda: troubles(worker_database, acme.id))
        assert (result, device_id) == ("ok", device.id)
        assert after["error_code"] == "agent.runtime_hung"
        assert after["params"] == {"seconds": 90, "name": "abc"}
        assert after["detail"] == "line 1\nline 2"

    async def test_a_flood_of_values_is_cut_off(self, acme, new_device, worker_database, eventually):
        device = await new_device(acme)
        error = ErrorDetail("agent.internal", {f"k{number}": "x" * 300 for number in range(500)})
        await device.report(AgentIncident(datetime.now(UTC), error))
        ((_, _, after),) = await eventually(lambda: troubles(worker_database, acme.id))
        assert len(after["params"]) == 20 and {len(value) for value in after["params"].values()} == {256}
