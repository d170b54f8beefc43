"""The kind of task that brings an agent to another version: the only one that nobody needs to ask for."""

from collections.abc import Mapping

import msgspec

from bosman_protocol.release import AgentUpdateParams, read_manifest
from bosman_protocol.work import TaskKind
from bosman_server.core.identity.permissions import Permission
from bosman_server.core.specs.kind_spec import KindSpec, Params, declare
from bosman_server.kit.db.scope import TenantId
from bosman_server.kit.db.transaction import Connection

_WANTS_UPDATES = "SELECT agent_updates FROM tenancy_tenant WHERE id = $1"


def _downgrade(params: Mapping[str, object]) -> tuple[Permission, ...]:
    return (Permission.AGENT_DOWNGRADE,) if params.get("allow_older") else ()


def _for_audit(params: Params) -> Params:
    typed = msgspec.convert(params, AgentUpdateParams)
    manifest = read_manifest(typed.manifest.payload)
    return {"version": manifest.version, "platform": manifest.platform, "allow_older": typed.allow_older}


async def _tenant_wants_updates(connection: Connection, tenant_id: TenantId, params: Mapping[str, object]) -> bool:
    """Going forward, where the tenant consents."""
    return not params.get("allow_older") and bool(await connection.fetchval(_WANTS_UPDATES, tenant_id))


KINDS = declare(
    KindSpec(
        kind=TaskKind.AGENT_UPDATE,
        timeout_seconds=3600,
        permission=Permission.AGENT_UPDATE,
        also_needs=_downgrade,
        fresh="many",
        audit_view=_for_audit,
        wished_by_people=False,
        wanted_by_system=_tenant_wants_updates,
    ),
)
