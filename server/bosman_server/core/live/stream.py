"""Changes of everything a user may see, as one stream to the browser."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from uuid import UUID

import msgspec

from bosman_server.core.identity.access import Access, Subject
from bosman_server.core.identity.permissions import Permission
from bosman_server.core.identity.stream_guard import StreamGuard
from bosman_server.kit import live
from bosman_server.kit.db.scope import TenantId, TenantScope
from bosman_server.kit.http.sse import HEARTBEAT, HEARTBEAT_SECONDS, RELOAD, ready, sse
from bosman_server.kit.live_hub import MessagesLostError
from bosman_server.kit.runtime import Runtime

_PLACE_SECONDS = 30.0
_MAX_PLACES = 20_000
_SITE = "SELECT tenant_id, site_id FROM tenancy_device WHERE id = $1"
_decoder = msgspec.json.Decoder(live.Change)


TOPIC_NEEDS: Mapping[live.Topic, Permission] = {
    "api_key": Permission.API_KEY_READ,
    "approval": Permission.APPROVAL_READ,
    "device": Permission.DEVICE_READ,
    "freeze": Permission.TASK_READ,
    "invitation": Permission.MEMBER_READ,
    "job": Permission.TASK_READ,
    "member": Permission.MEMBER_READ,
    "safety": Permission.SAFETY_READ,
    "site": Permission.SITE_READ,
    "task": Permission.TASK_READ,
    "tenant": Permission.TENANT_READ,
    "token": Permission.TOKEN_READ,
    "updates": Permission.DEVICE_READ,
    "window": Permission.WINDOW_READ,
}
"""What one must be able to read in a tenant to hear that something of the kind has changed there."""


class ChangeFilter:
    """What somebody may hear: by topic what their role may read, by site what their membership covers."""

    def __init__(self, runtime: Runtime, subject: Subject, scope: TenantScope) -> None:
        self._runtime = runtime
        self._scope = scope
        self._permissions = {tenant_id: grant.permissions for tenant_id, grant in subject.grants.items()}
        self._places: dict[UUID, tuple[float, bool]] = {}

    async def pass_on(self, data: bytes) -> bytes | None:
        """The message, without what they may not know; None when they may not hear it at all."""
        try:
            change = _decoder.decode(data)
        except msgspec.MsgspecError:
            return None
        if TOPIC_NEEDS[change.topic] not in self._permissions.get(TenantId(change.tenant_id), frozenset()):
            return None
        if not self._scope.is_limited(change.tenant_id):
            return data
        if change.device_id is not None:
            return data if await self._is_mine(change.device_id) else None
        # That something of the kind has changed is enough to read the lists again.
        return live.encode(live.Change(change.topic, change.tenant_id))

    async def _is_mine(self, device_id: UUID) -> bool:
        now = asyncio.get_running_loop().time()
        kept = self._places.get(device_id)
        if kept is not None and now - kept[0] < _PLACE_SECONDS:
            return kept[1]
        async with self._runtime.database.reading(self._scope) as connection:
            row = await connection.fetchrow(_SITE, device_id)
        mine = row is not None and self._scope.covers(row["tenant_id"], row["site_id"])
        if len(self._places) >= _MAX_PLACES:
            self._places.clear()
        self._places[device_id] = (now, mine)
        return mine


class ChangeStream:
    """One browser's stream."""

    def __init__(self, runtime: Runtime, access: Access, guard: StreamGuard, web_version: str) -> None:
        self._runtime = runtime
        self._web_version = web_version
        self._scope = access.scope
        self._guard = guard
        self._filter = ChangeFilter(runtime, access.subject, access.scope)

    async def events(self) -> AsyncIterator[bytes]:
        """Changes until the browser goes or may not listen any more; one too slow to listen is told to re-read."""
        clock = asyncio.get_running_loop().time
        async with self._runtime.hub.listen_changes(self._scope.tenant_ids) as changes:
            yield ready(self._web_version)
            said_at = clock()
            while await self._guard.still_authorized():
                try:
                    data = await changes.take(min(self._guard.every_seconds, HEARTBEAT_SECONDS))
                    passed = None if data is None else await self._filter.pass_on(data)
                    event = None if passed is None else sse("change", passed)
                except MessagesLostError:
                    event = RELOAD
                if event is None and clock() - said_at >= HEARTBEAT_SECONDS:
                    event = HEARTBEAT
                if event is not None:
                    yield event
                    said_at = clock()
