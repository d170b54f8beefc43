"""Which release an agent is brought to, and that a task is to do so."""

from collections.abc import Sequence

import msgspec

from bosman_protocol.codes import Code
from bosman_protocol.release import AgentUpdateParams
from bosman_protocol.version import Platform, Version, version_key
from bosman_server.features.agents import releases
from bosman_server.features.agents.releases import StoredRelease
from bosman_server.fleet.devices.targeting import TargetDevice
from bosman_server.kit.db.transaction import Connection, Record, fetch_one
from bosman_server.kit.problems import Problem
from bosman_server.work.tasks.service import Created

_NOTE = """
INSERT INTO rollout_attempt (tenant_id, id, device_id, platform, version)
SELECT t.tenant_id, t.id, t.device_id, $3, $4 FROM unnest($1::uuid[], $2::uuid[]) AS w (tenant_id, id)
JOIN tasks_task t ON t.tenant_id = w.tenant_id AND t.id = w.id
"""

_INSTALLED = "SELECT os_family, agent_version FROM tenancy_device WHERE tenant_id = $1 AND id = $2"


async def installed_agent(connection: Connection, device: TargetDevice) -> Record:
    """The `os_family` and `agent_version` of a device that is there. Raises what the database raises."""
    return await fetch_one(connection, _INSTALLED, device.tenant_id, device.id)


def is_older(version: str, than: str) -> bool:
    """Whether an agent's version comes before another; one that cannot be read is left alone."""
    try:
        msgspec.convert(version, Version)
    except msgspec.ValidationError:
        return False
    return version_key(version) < version_key(than)


def choose(stored: Sequence[StoredRelease], platform: Platform, version: str | None) -> StoredRelease:
    """The release to bring an agent to; `stored` newest first. Raises Problem 409 `release.unknown`."""
    if version is None:
        found = releases.newest_update(stored, platform)
    else:
        found = releases.newest_update([one for one in stored if one.version == version], platform)
    if found is None:
        raise Problem(409, Code.RELEASE_UNKNOWN, {"version": version, "platform": platform})
    return found


def params_for(release: StoredRelease, *, allow_older: bool = False) -> AgentUpdateParams:
    """What the agent is told: the manifest as the release key signed it."""
    envelope = release.envelope
    assert envelope is not None, "chosen among those that agents can update to"
    return AgentUpdateParams(envelope, allow_older)


async def note(connection: Connection, created: Created, release: StoredRelease) -> None:
    """Remember which version the tasks are to bring."""
    tenants = [task.device.tenant_id for task in created.tasks]
    ids = [task.id for task in created.tasks]
    await connection.execute(_NOTE, tenants, ids, release.platform, release.version)
