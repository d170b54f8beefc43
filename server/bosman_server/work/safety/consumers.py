"""What devices say of the freeze: that they obey."""

from bosman_protocol.codes import Code
from bosman_protocol.uplink import FreezeAcknowledged
from bosman_server.fleet.ingest.batch import Handlers, IngestBatch, Received, device_time
from bosman_server.kit.live import Change
from bosman_server.kit.metrics import UPLINK_REFUSED
from bosman_server.work.safety.rules import FLEET

# A version that was never given is a lie or a leftover of another database: not believed.
_OBEYED = """
INSERT INTO safety_obedience (tenant_id, device_id, scope_id, version, at)
SELECT e.tenant_id, e.device_id, e.scope_id, max(e.version), max(e.at)
FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::bigint[], $5::timestamptz[])
    AS e (tenant_id, device_id, scope_id, version, at)
JOIN safety_freeze f ON f.tenant_id = e.scope_id AND f.version >= e.version
JOIN tenancy_device d ON d.tenant_id = e.tenant_id AND d.id = e.device_id
GROUP BY e.tenant_id, e.device_id, e.scope_id
ON CONFLICT (tenant_id, device_id, scope_id) DO UPDATE SET version = excluded.version, at = excluded.at
WHERE safety_obedience.version < excluded.version
"""


async def on_acknowledged(ingest: IngestBatch, received: list[Received]) -> None:
    """Note who obeys; an order for another tenant is none that a device could obey."""
    good = []
    for device, message, _ in received:
        if message.scope in {None, device.tenant_id}:
            good.append((device.tenant_id, device.id, message.scope or FLEET, message.version, device_time(message.at)))
            continue
        UPLINK_REFUSED.labels(Code.FREEZE_OTHER_TENANT.value).inc()
        code = Code.FREEZE_OTHER_TENANT.value
        await ingest.trail.record(device, "device.report", refused=code, tx=ingest.tx)
    if good:
        columns = [list(column) for column in zip(*good, strict=True)]
        await ingest.tx.connection.execute(_OBEYED, *columns)
        for tenant_id in {item[0] for item in good}:
            ingest.tx.announce(Change("freeze", tenant_id))


HANDLERS: Handlers = {FreezeAcknowledged: on_acknowledged}
