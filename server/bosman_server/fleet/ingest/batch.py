"""What a slice's consumer is given: a transaction, and where to tell of what was refused."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from bosman_protocol.codes import Code
from bosman_protocol.text import clean_text
from bosman_protocol.uplink import UplinkMessage
from bosman_server.core.audit.device_trail import DeviceTrail
from bosman_server.fleet.devices.directory import KnownDevice
from bosman_server.kit.clock import utc_now
from bosman_server.kit.db.transaction import Transaction
from bosman_server.kit.metrics import UPLINK_REFUSED
from bosman_server.kit.values import JsonObject, JsonView

_EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
_AHEAD = timedelta(minutes=5)
_MOST_PARAMS = 20
_LARGEST = 2**53


class Position(NamedTuple):
    """Where a message stood in its stream: what orders reports of one device. Its own clock orders nothing.

    `epoch` is when the stream was made (microseconds since 1970): a new stream counts from 1 again.
    """

    epoch: int
    seq: int


class Received(NamedTuple):
    """A message, who said it, and where it stood in the stream."""

    device: KnownDevice
    message: Any
    position: Position


@dataclass(frozen=True, slots=True)
class IngestBatch:
    """One batch in one transaction."""

    tx: Transaction
    trail: DeviceTrail
    batch: Sequence[Received] = ()
    """All that is stored together, of every kind."""

    async def refuse(self, device: KnownDevice, code: Code, detail: str) -> None:
        """Tell the trail, in the batch's transaction, that a report was not stored."""
        UPLINK_REFUSED.labels(code.value).inc()
        await self.trail.record(device, "device.report", after={"detail": detail}, refused=code.value, tx=self.tx)


Handler = Callable[[IngestBatch, list[Received]], Awaitable[None]]
Handlers = dict[type[UplinkMessage], Handler]


def device_time(at: datetime) -> datetime:
    """A time that a device gave, for display: never later than in five minutes, never before 2000."""
    return max(_EARLIEST, min(at, utc_now() + _AHEAD))


def clean_params(params: JsonView, most: int = _MOST_PARAMS) -> JsonObject:
    """Values for a translation as a device gave them: few, short, and without what hides or breaks."""
    return {clean_text(key, 64): _clean_value(value) for key, value in list(params.items())[:most]}


def _clean_value(value: object) -> object:
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, int | float) and -_LARGEST <= value <= _LARGEST:
        return value
    return clean_text(value if isinstance(value, str) else "?", 256)
