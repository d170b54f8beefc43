"""Reports of scans."""

from bosman_protocol.reports import UpdatesReport
from bosman_server.kit.live import Change
from bosman_server.tenancy.directory import KnownDevice
from bosman_server.updates import service
from bosman_server.uplink.ingest import Handlers, Ingest


async def on_updates(ingest: Ingest, received: list[tuple[KnownDevice, UpdatesReport]]) -> None:
    """One part of a scan."""
    for device, report in received:
        if await service.store_report(ingest.connection, device.tenant_id, device.id, report):
            ingest.announce(Change("updates", device.tenant_id, device.id, device.id))


HANDLERS: Handlers = {UpdatesReport: on_updates}
