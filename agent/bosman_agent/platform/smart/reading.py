"""What one disk says of itself; None is "it does not say", never 0."""

from typing import Literal

import msgspec


class SmartReading(msgspec.Struct, frozen=True):
    """The values of one report, before anything is made of them."""

    device: str = ""
    model: str | None = None
    serial_number: str | None = None
    unit_id: str | None = None
    """The number that makers give to no two units (WWN, logical unit, EUI-64), in hexadecimal digits."""
    capacity_bytes: int | None = None
    protocol: str | None = None
    temperature_celsius: int | None = None
    temperature_limit: int | None = None
    """What the disk itself calls the end of its operating range, in °C."""
    reallocated: int | None = None
    pending: int | None = None
    uncorrectable: int | None = None
    """What could not be read or came out changed, as ATA (attributes 184, 187 and 198) and SCSI count it."""
    media_errors: int | None = None
    critical_warning: int | None = None
    wear_percent: int | None = None
    spare_percent: int | None = None
    spare_threshold: int | None = None
    power_on_hours: int | None = None
    passed: bool | None = None
    rotates: bool | None = None
    prefail: Literal["now", "past"] | None = None
    """Whether an attribute that warns of failure is, or once was, at its threshold."""
    fresh_errors: bool = False
    """A failed self-test, or an entry of the error log that is not old."""
    exit_status: int = 0
    """The bit mask of smartctl(8), EXIT STATUS."""
    messages: tuple[str, ...] = ()
