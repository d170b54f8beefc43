"""The health of a device's hardware: its disks by SMART, its sensors. Unknown is None, never 0."""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from bosman_protocol.failures import ErrorDetail
from bosman_protocol.limits import Count, ShortText, Slug


class DiskHealth(msgspec.Struct, frozen=True):
    """One physical disk as SMART describes it."""

    device: ShortText
    model: ShortText | None = None
    serial_number: ShortText | None = None
    protocol: ShortText | None = None
    """`ATA`, `NVMe`, `SCSI`."""
    temperature_celsius: int | None = None
    reallocated: Count | None = None
    """Reallocated sectors, or grown defects."""
    pending: Count | None = None
    media_errors: Count | None = None
    critical_warning: Count | None = None
    """The NVMe bit mask; not 0 = the disk itself gives warning."""
    wear_percent: Count | None = None
    """0 = new, 100 = at the end of its rated life; it may go beyond."""
    power_on_hours: Count | None = None
    passed: bool | None = None
    """The disk's own verdict."""
    verdict: Literal["ok", "warning", "failing", "unknown"] = "unknown"
    """Ours, which also catches disks that say they pass."""
    reasons: Annotated[tuple[Slug, ...], Meta(max_length=32)] = ()
    """Why the verdict is not `ok`: codes."""


class SensorReading(msgspec.Struct, frozen=True):
    """One sensor; `value` None = there is no reading."""

    hardware: ShortText
    name: ShortText
    kind: Literal["temperature", "fan", "voltage", "power", "load"]
    value: float | None
    unit: ShortText


class HealthParams(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Look at disks and sensors."""


class HealthResult(msgspec.Struct, frozen=True):
    """What was found, and what could not be looked at."""

    disks: Annotated[tuple[DiskHealth, ...], Meta(max_length=256)]
    sensors: Annotated[tuple[SensorReading, ...], Meta(max_length=512)]
    problems: Annotated[tuple[ErrorDetail, ...], Meta(max_length=64)] = ()
