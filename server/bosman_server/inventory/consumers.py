"""Reports of facts and software."""

from bosman_protocol.reports import FactsReport, SoftwareReport
from bosman_server.inventory import service
from bosman_server.kit.live import Change
from bosman_server.tenancy import service as tenancy
from bosman_server.tenancy.directory import KnownDevice
from bosman_server.uplink.ingest import Handlers, Ingest


async def on_facts(ingest: Ingest, received: list[tuple[KnownDevice, FactsReport]]) -> None:
    """Facts also say what the device is called and which system it runs."""
    for device, report in received:
        facts = await service.store_facts(ingest.connection, device.tenant_id, device.id, report)
        await tenancy.describe_device(
            ingest.connection, device.tenant_id, device.id, facts["hostname"], facts["os_name"], facts["os_version"]
        )
        ingest.announce(Change("device", device.tenant_id, device.id, device.id))


async def on_software(ingest: Ingest, received: list[tuple[KnownDevice, SoftwareReport]]) -> None:
    """One part of the list."""
    for device, report in received:
        await service.store_software(ingest.connection, device.tenant_id, device.id, report)
        if report.last:
            ingest.announce(Change("device", device.tenant_id, device.id, device.id))


HANDLERS: Handlers = {FactsReport: on_facts, SoftwareReport: on_software}
