"""What agents say of themselves: starts, envelopes that they refused, trouble of their own."""

from bosman_protocol.text import clean_text
from bosman_protocol.uplink import AgentStarted, AgentTrouble, EnvelopeRefused
from bosman_server.audit.service import Actor, record_raw
from bosman_server.kit.live import Change
from bosman_server.tenancy import service as tenancy
from bosman_server.tenancy.directory import KnownDevice
from bosman_server.uplink.ingest import Handlers, Ingest

_MOST_PARAMS = 20


async def on_agent_started(ingest: Ingest, received: list[tuple[KnownDevice, AgentStarted]]) -> None:
    """A start of the agent, with what it had to break off."""
    for device, message in received:
        await tenancy.set_agent_version(
            ingest.connection, device.tenant_id, device.id, clean_text(message.agent_version, 64)
        )
        actor = Actor("device", device.id, device.hostname)
        after = {"agent_version": message.agent_version, "interrupted_tasks": message.interrupted_tasks}
        await record_raw(
            ingest.connection, device.tenant_id, actor, "agent.start", target=("device", device.id), after=after
        )
        ingest.announce(Change("device", device.tenant_id, device.id, device.id))


async def on_envelope_refused(ingest: Ingest, received: list[tuple[KnownDevice, EnvelopeRefused]]) -> None:
    """Somebody offered an agent work that it must not run: a fault or an attack [R9]."""
    for device, message in received:
        actor = Actor("device", device.id, device.hostname)
        after = {"task_id": message.task_id, "key_id": message.key_id}
        await record_raw(
            ingest.connection, device.tenant_id, actor, "task.envelope",
            target=("device", device.id), after=after, refused=clean_text(message.code, 64),
        )  # fmt: skip


async def on_agent_trouble(ingest: Ingest, received: list[tuple[KnownDevice, AgentTrouble]]) -> None:
    """Something went wrong with the agent itself: in the trail, so that nobody wonders."""
    for device, message in received:
        params = {
            clean_text(key, 64): clean_text(value, 256) if isinstance(value, str) else value
            for key, value in list(message.error.params.items())[:_MOST_PARAMS]
        }
        after = {"error_code": clean_text(message.error.code, 64), "params": params, "at": message.at}
        if message.error.detail:
            after["detail"] = clean_text(message.error.detail, 1000, multiline=True)
        actor = Actor("device", device.id, device.hostname)
        await record_raw(
            ingest.connection, device.tenant_id, actor, "agent.trouble", target=("device", device.id), after=after
        )


HANDLERS: Handlers = {
    AgentStarted: on_agent_started,
    EnvelopeRefused: on_envelope_refused,
    AgentTrouble: on_agent_trouble,
}
