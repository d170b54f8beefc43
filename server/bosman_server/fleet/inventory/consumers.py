"""Reports of facts and software."""

import msgspec

from bosman_protocol.codes import Code
from bosman_protocol.reports import FactsReport, SoftwareReport
from bosman_protocol.uplink import encoder
from bosman_server.fleet.devices import service as device_service
from bosman_server.fleet.ingest import staging
from bosman_server.fleet.ingest.batch import Handlers, IngestBatch, Received
from bosman_server.fleet.ingest.list_quota import TooManyRowsError
from bosman_server.fleet.inventory import service
from bosman_server.kit.live import Change

_decoder = msgspec.json.Decoder(SoftwareReport)


async def on_facts(ingest: IngestBatch, received: list[Received]) -> None:
    """Facts also say what the device is called and which system it runs."""
    for device, report, position in received:
        assert isinstance(report, FactsReport)
        facts = await service.store_facts(ingest.tx.connection, device.tenant_id, device.id, report, position)
        if facts is None:
            continue
        await device_service.describe_device(
            ingest.tx.connection, device.tenant_id, device.id, facts["hostname"], facts["os_name"], facts["os_version"]
        )
        ingest.tx.announce(Change("device", device.tenant_id, device.id, device.id))


async def on_software(ingest: IngestBatch, received: list[Received]) -> None:
    """One part of the list; the list changes once all parts are there."""
    for device, report, position in received:
        assert isinstance(report, SoftwareReport)
        await staging.lock(ingest.tx.connection, device, "software")
        try:
            parts = await staging.gather(
                ingest.tx.connection, device, "software", report.report_id, report.part,
                is_last=report.last, position=position, payload=encoder.encode(report),
            )  # fmt: skip
        except staging.StagingFullError:
            code = Code.UPLINK_TOO_MANY_PARTS.value
            await ingest.trail.record(device, "device.report", refused=code, tx=ingest.tx)
            continue
        if parts is None:
            continue
        whole = [report] if len(parts) == 1 else [_decoder.decode(part) for part in parts]
        try:
            await service.store_software(ingest.tx.connection, device.tenant_id, device.id, whole, position)
        except TooManyRowsError:
            await ingest.refuse(device, Code.DEVICE_QUOTA, "software")
            continue
        ingest.tx.announce(Change("device", device.tenant_id, device.id, device.id))


HANDLERS: Handlers = {FactsReport: on_facts, SoftwareReport: on_software}
