"""What the updates that are to be installed are called: for whoever approves the work, or looks at it later.

Windows knows an update by a GUID. The words are those of the tenant's own devices,
never of whoever asks for the work: an approver must not be told of another update.
"""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from bosman_protocol.work import TaskKind
from bosman_server.kit.db.scope import TenantId
from bosman_server.kit.db.transaction import Connection
from bosman_server.updates.service import called

_MOST = 100
"""Updates that are named, the first ones: whatever their words are, the parameters still fit into one message."""
_MOST_LETTERS = 200


async def with_titles(
    connection: Connection, tenant_id: TenantId, kind: TaskKind, params: dict[str, Any], device_ids: Sequence[UUID]
) -> dict[str, Any]:
    """The parameters, with title and KB of each chosen update that one of these devices has reported."""
    if kind is not TaskKind.UPDATES_INSTALL or not params["updates"]:
        return params
    chosen = params["updates"]
    known = await called(connection, tenant_id, device_ids, [choice["name"] for choice in chosen[:_MOST]])
    return {**params, "updates": [_named(choice, known) for choice in chosen]}


def _named(choice: Mapping[str, str], known: Mapping[tuple[str, str], tuple[str, str | None]]) -> dict[str, str]:
    named = {"name": choice["name"], "version": choice["version"]}
    title, kb = known.get((choice["name"], choice["version"]), ("", None))
    if title:
        named["title"] = title[:_MOST_LETTERS]
    if kb:
        named["kb"] = kb
    return named
