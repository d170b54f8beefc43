"""Checks of the bus: the device's certificate, and a connection made just as the agent makes it."""

import asyncio

from bosman_agent.clock import utc_now
from bosman_agent.config import AgentConfig
from bosman_agent.doctor.subject import Subject
from bosman_agent.folder import DataDir
from bosman_agent.identity import IdentityBrokenError, read_validity
from bosman_agent.providers.checkup.finding import Finding, finding
from bosman_agent.runtime.bus import BusUnreachableError, connect
from bosman_protocol.text import clean_text

DETAIL_CHARS = 300


async def check_bus(subject: Subject) -> list[Finding]:
    """Certificate and every address of the bus. Never raises."""
    if subject.config is None:
        return [
            finding("certificate", "skipped", "doctor.needs_enrolment"),
            finding("bus", "skipped", "doctor.needs_enrolment"),
        ]
    config = subject.config
    found = await asyncio.gather(*(_reach(url, config, subject.data) for url in config.bus_urls))
    return [_certificate(subject.data), *found]


def _certificate(data: DataDir) -> Finding:
    try:
        validity = read_validity(data.identity)
    except (IdentityBrokenError, OSError) as error:
        return finding("certificate", "problem", "doctor.certificate_broken", detail=str(error))
    now, until = utc_now(), validity.not_after.isoformat(timespec="seconds")
    if now >= validity.not_after:
        return finding("certificate", "problem", "doctor.certificate_expired", until=until)
    if validity.due_for_renewal(now):
        return finding("certificate", "warning", "doctor.certificate_due", until=until)
    return finding("certificate", "ok", "doctor.certificate_valid", until=until)


async def _reach(url: str, config: AgentConfig, data: DataDir) -> Finding:
    try:
        connection = await connect(url, device_id=config.device_id, authority=data.authority, identity=data.identity)
    except BusUnreachableError as error:
        detail = clean_text(str(error), DETAIL_CHARS)
        return finding("bus", "problem", "doctor.bus_failed", url=url, code=error.code, detail=detail)
    await connection.close()
    return finding("bus", "ok", "doctor.bus_reached", url=url)
