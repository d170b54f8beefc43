"""Facts and software as reports, for tasks and for the daily report alike."""

from collections.abc import Awaitable, Callable
from uuid import uuid4

from bosman_agent.clock import utc_now
from bosman_agent.outbox.messages import parts
from bosman_agent.platform.base import Providers
from bosman_protocol.reports import FactsReport, SoftwareReport
from bosman_protocol.uplink import UplinkMessage

Send = Callable[[UplinkMessage], Awaitable[None]]


async def send_inventory(providers: Providers, send: Send) -> int:
    """Send facts and all parts of the software list; the number of products. Raises ProviderError."""
    await send(FactsReport(utc_now(), await providers.facts.collect()))
    items = await providers.software.collect()
    report_id, collected_at = uuid4(), utc_now()
    for number, (part, last) in enumerate(parts(items)):
        await send(SoftwareReport(report_id, collected_at, number, last, part))
    return len(items)
