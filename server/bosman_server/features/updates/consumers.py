"""Reports of scans."""

import msgspec

from bosman_protocol.codes import Code
from bosman_protocol.reports import UpdatesReport
from bosman_protocol.uplink import encoder
from bosman_server.features.updates import service
from bosman_server.fleet.ingest import staging
from bosman_server.fleet.ingest.batch import Handlers, IngestBatch, Received
from bosman_server.fleet.ingest.list_quota import TooManyRowsError
from bosman_server.kit.live import Change

_decoder = msgspec.json.Decoder(UpdatesReport)


async def on_updates(ingest: IngestBatch, received: list[Received]) -> None:
    """One part of a scan; what is known changes once all parts are there, or when the scan failed."""
    for item in received:
        if await _store(ingest, item):
            device = item.device
            ingest.tx.announce(Change("updates", device.tenant_id, device.id, device.id))


async def _store(ingest: IngestBatch, item: Received) -> bool:
    device, report, position = item
    assert isinstance(report, UpdatesReport)
    await staging.lock(ingest.tx.connection, device, "updates")
    if await service.is_overtaken(ingest.tx.connection, device.tenant_id, device.id, position):
        return False
    if report.error is not None:
        await service.store_failure(ingest.tx.connection, device.tenant_id, device.id, report, position)
        return True
    try:
        parts = await staging.gather(
            ingest.tx.connection, device, "updates", report.report_id, report.part,
            is_last=report.last, position=position, payload=encoder.encode(report),
        )  # fmt: skip
    except staging.StagingFullError:
        code = Code.UPLINK_TOO_MANY_PARTS.value
        await ingest.trail.record(device, "device.report", refused=code, tx=ingest.tx)
        return False
    if parts is None:
        return False
    whole = [report] if len(parts) == 1 else [_decoder.decode(part) for part in parts]
    try:
        await service.store_scan(ingest.tx.connection, device.tenant_id, device.id, whole, position)
    except TooManyRowsError:
        await ingest.refuse(device, Code.DEVICE_QUOTA, "updates")
        return False
    return True


HANDLERS: Handlers = {UpdatesReport: on_updates}
