"""What agents say of themselves: starts, and envelopes that they refused."""

from bosman_protocol.text import clean_text
from bosman_protocol.uplink import AgentStarted, EnvelopeRefused
from bosman_server.audit.service import Actor, record_raw
from bosman_server.kit.live import Change
from bosman_server.tenancy import service as tenancy
from bosman_server.tenancy.directory import KnownDevice
from bosman_server.uplink.ingest import Handlers, Ingest


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


HANDLERS: Handlers = {AgentStarted: on_agent_started, EnvelopeRefused: on_envelope_refused}
