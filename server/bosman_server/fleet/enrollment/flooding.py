"""Devices that flood: whoever asks or reports far beyond what any agent does is cut, and waits before it comes back.

A question costs the worker a task and queries; half a million of them, that one device says in two seconds, kept
it from everybody else's for half a minute. What is dropped here costs a look at the subject. What is reported waits
in a stream, but the bus itself has to take it in: its cores are everybody's.
"""

import asyncio
from collections.abc import Mapping
from uuid import UUID

import structlog

from bosman_protocol.codes import Code
from bosman_server.core.audit.service import Actor, record
from bosman_server.fleet.devices.directory import DeviceDirectory
from bosman_server.fleet.enrollment.callout import Callout
from bosman_server.fleet.enrollment.shutout import Shutout
from bosman_server.kit.db.database import Database
from bosman_server.kit.db.scope import TenantScope
from bosman_server.kit.quota import Quota

log = structlog.get_logger()
_ON_THEIR_WAY_SECONDS = 30.0


class Eviction:
    """Cuts devices that flood, one at a time each, and tells the trail. Each worker has its own."""

    def __init__(self, database: Database, directory: DeviceDirectory, callout: Callout, shutout: Shutout) -> None:
        self._database = database
        self._directory = directory
        self._callout = callout
        self._shutout = shutout
        self._tasks: dict[UUID, asyncio.Task[None]] = {}

    def evict(self, device_id: UUID, why: Mapping[str, object]) -> "asyncio.Task[None]":
        """Cut the device soon, and let it wait; the task ends when what it said before has come in.

        `why` goes into the trail. Does nothing more while it is being cut already.
        """
        task = self._tasks.get(device_id)
        if task is None:
            task = self._tasks[device_id] = asyncio.create_task(self._evict(device_id, why))
            task.add_done_callback(lambda _: self._tasks.pop(device_id, None))
        return task

    async def _evict(self, device_id: UUID, why: Mapping[str, object]) -> None:
        try:
            self._callout.turn_away(device_id)
            await self._shutout.cut(device_id)
            await self._tell(device_id, why)
        except Exception:
            # It is tried again with what it says next.
            log.exception("device_not_evicted", device_id=str(device_id))
        else:
            log.warning("device_evicted", device_id=str(device_id), **why)
            await asyncio.sleep(_ON_THEIR_WAY_SECONDS)

    async def _tell(self, device_id: UUID, why: Mapping[str, object]) -> None:
        # At once and by itself: how often it can happen is bounded by how long the device has to wait.
        device = await self._directory.find(device_id)
        if device is None:
            return
        actor = Actor("device", device.id, device.hostname)
        async with self._database.writing(TenantScope.of([device.tenant_id])) as tx:
            target, code = ("device", device.id), Code.DEVICE_QUOTA.value
            record(tx, device.tenant_id, actor, "device.connect", target=target, after=why, refused=code)


class QuestionThrottle:
    """Stands before the subscriptions of the connection for questions. Each worker has its own."""

    def __init__(self, eviction: Eviction, *, quota: Quota | None = None) -> None:
        self._eviction = eviction
        # More than anybody's answers are limited to (work/tasks/dispatch.py): no agent of ours comes near it.
        self._quota = quota or Quota(5000, 200)
        self._dropped: dict[bytes, int] = {}
        """By the id in the subject, of the devices that are being cut."""

    def lets_through(self, subject: bytes) -> bool:
        """Whether a message may reach its subscription; has a device cut that has said far too many."""
        prefix, _, rest = subject.partition(b".")
        if prefix != b"rq":
            return True
        device = rest.partition(b".")[0]
        if device in self._dropped:
            self._dropped[device] += 1
            return False
        if self._quota.take(device):
            return True
        try:
            device_id = UUID(device.decode())
        except ValueError:
            return False
        self._dropped[device] = 1
        task = self._eviction.evict(device_id, {"dropped": "questions"})
        task.add_done_callback(lambda _: self._forget(device))
        return False

    def _forget(self, device: bytes) -> None:
        count = self._dropped.pop(device, 0)
        log.info("questions_dropped", device_id=device.decode(errors="replace"), count=count)
