"""What agents say of themselves: starts, envelopes that they refused, trouble of their own."""

from bosman_protocol.text import clean_text
from bosman_protocol.uplink import AgentIncident, AgentStarted, EnvelopeRefused
from bosman_server.fleet.devices import service as device_service
from bosman_server.fleet.ingest.batch import Handlers, IngestBatch, Received, clean_params
from bosman_server.kit.live import Change

_MOST_TASKS = 20
"""An agent takes in no more at once, and the trail keeps them for ever."""


async def on_agent_started(ingest: IngestBatch, received: list[Received]) -> None:
    """A start of the agent, with what it had to break off."""
    for device, message, _ in received:
        await device_service.set_agent_version(
            ingest.tx.connection, device.tenant_id, device.id, clean_text(message.agent_version, 64)
        )
        interrupted = message.interrupted_tasks[:_MOST_TASKS]
        after = {"agent_version": message.agent_version, "interrupted_tasks": interrupted}
        await ingest.trail.record(device, "agent.start", after=after, tx=ingest.tx)
        ingest.tx.announce(Change("device", device.tenant_id, device.id, device.id))


async def on_envelope_refused(ingest: IngestBatch, received: list[Received]) -> None:
    """Somebody offered an agent work that it must not run: a fault or an attack [R9]."""
    for device, message, _ in received:
        after = {"task_id": message.task_id, "key_id": clean_text(message.key_id or "", 256) or None}
        code = clean_text(message.code, 64)
        await ingest.trail.record(device, "task.envelope", after=after, refused=code, tx=ingest.tx)


async def on_agent_incident(ingest: IngestBatch, received: list[Received]) -> None:
    """Something went wrong with the agent itself: in the trail, so that nobody wonders."""
    for device, message, _ in received:
        params = clean_params(message.error.params)
        after = {"error_code": clean_text(message.error.code, 64), "params": params, "at": message.at}
        if message.error.detail:
            after["detail"] = clean_text(message.error.detail, 1000, multiline=True)
        await ingest.trail.record(device, "agent.incident", after=after, tx=ingest.tx)


HANDLERS: Handlers = {
    AgentStarted: on_agent_started,
    EnvelopeRefused: on_envelope_refused,
    AgentIncident: on_agent_incident,
}
