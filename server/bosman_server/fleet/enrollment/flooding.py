"""Devices that ask without end: nothing slows down what is not kept in a stream, so whoever does it is put out.

A question costs the worker a task and queries; half a million of them, that one device says in two seconds, kept
it from everybody else's for half a minute. What is dropped here costs a look at the subject.
"""

import asyncio
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


class QuestionThrottle:
    """Stands before the subscriptions of the connection for questions. Each worker has its own."""

    def __init__(
        self,
        database: Database,
        directory: DeviceDirectory,
        callout: Callout,
        shutout: Shutout,
        *,
        quota: Quota | None = None,
    ) -> None:
        self._database = database
        self._directory = directory
        self._callout = callout
        self._shutout = shutout
        # More than anybody's answers are limited to (work/tasks/dispatch.py): no agent of ours comes near it.
        self._quota = quota or Quota(5000, 200)
        self._dropped: dict[bytes, int] = {}
        """By the id in the subject, of the devices that are being put out."""
        self._tasks: set[asyncio.Task[None]] = set()

    def lets_through(self, subject: bytes) -> bool:
        """Whether a message may reach its subscription; puts out a device that has said far too many."""
        prefix, _, rest = subject.partition(b".")
        if prefix != b"rq":
            return True
        device = rest.partition(b".")[0]
        if device in self._dropped:
            self._dropped[device] += 1
            return False
        if self._quota.take(device):
            return True
        self._dropped[device] = 1
        task = asyncio.create_task(self._put_out(device))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return False

    async def _put_out(self, device: bytes) -> None:
        """Cut the device, and let it wait before it comes in again."""
        try:
            device_id = UUID(device.decode())
            self._callout.turn_away(device_id)
            await self._shutout.cut(device_id)
            await self._tell(device_id, self._dropped[device])
        except Exception:
            # It is tried again with the next question too many.
            log.exception("device_not_put_out", device_id=device)
        else:
            log.warning("device_put_out", device_id=str(device_id), dropped_questions=self._dropped[device])
            # What it said before is still on its way.
            await asyncio.sleep(_ON_THEIR_WAY_SECONDS)
        finally:
            del self._dropped[device]

    async def _tell(self, device_id: UUID, dropped: int) -> None:
        # At once and by itself: how often it can happen is bounded by how long the device has to wait.
        device = await self._directory.find(device_id)
        if device is None:
            return
        actor = Actor("device", device.id, device.hostname)
        after = {"dropped_questions": dropped}
        async with self._database.writing(TenantScope.of([device.tenant_id])) as tx:
            target, code = ("device", device.id), Code.DEVICE_QUOTA.value
            record(tx, device.tenant_id, actor, "device.connect", target=target, after=after, refused=code)
