"""What a device says of itself: facts, software, pending updates. All hostile text, all bounded."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from msgspec import Meta

from bosman_protocol.limits import MAX_LIST_ITEMS, Count, LongText, ShortText
from bosman_protocol.work import ErrorDetail, RestartReason


class Disk(msgspec.Struct, frozen=True):
    """A mounted file system."""

    name: ShortText
    mount_point: ShortText
    file_system: ShortText
    size_bytes: Count
    free_bytes: Count


class NetworkInterface(msgspec.Struct, frozen=True):
    """An interface with its addresses (text as the platform prints them)."""

    name: ShortText
    mac_address: ShortText | None
    addresses: Annotated[tuple[ShortText, ...], Meta(max_length=64)]


class DeviceFacts(msgspec.Struct, frozen=True):
    """Facts about a device; None is "not known", never a made-up value."""

    hostname: ShortText
    os_family: Literal["linux", "windows"]
    os_name: ShortText
    os_version: ShortText
    os_build: ShortText | None = None
    kernel: ShortText | None = None
    architecture: ShortText | None = None
    cpu_model: ShortText | None = None
    cpu_cores: Count | None = None
    memory_bytes: Count | None = None
    vendor: ShortText | None = None
    model: ShortText | None = None
    serial_number: ShortText | None = None
    virtualization: ShortText | None = None
    """Name of the hypervisor or container, None on bare metal."""
    last_boot_at: datetime | None = None
    time_zone: ShortText | None = None
    disks: Annotated[tuple[Disk, ...], Meta(max_length=256)] = ()
    network_interfaces: Annotated[tuple[NetworkInterface, ...], Meta(max_length=256)] = ()


class SoftwareItem(msgspec.Struct, frozen=True):
    """One installed package or product."""

    name: ShortText
    version: ShortText
    publisher: ShortText | None = None
    architecture: ShortText | None = None
    source: ShortText = ""
    installed_at: datetime | None = None


UpdateClass = Literal["security", "critical", "optional"]


class PendingUpdate(msgspec.Struct, frozen=True):
    """An update that the device's own update service offers."""

    name: ShortText
    title: LongText
    available_version: ShortText
    update_class: UpdateClass
    installed_version: ShortText | None = None
    kb: ShortText | None = None
    size_bytes: Count | None = None
    released_at: datetime | None = None
    origin: ShortText | None = None
    requires_restart: bool | None = None


class FactsReport(msgspec.Struct, frozen=True, tag="facts"):
    """Replaces the facts of the device."""

    collected_at: datetime
    facts: DeviceFacts


class SoftwareReport(msgspec.Struct, frozen=True, tag="software"):
    """One part of the list of installed software; the last part closes the report and replaces the old list."""

    report_id: UUID
    collected_at: datetime
    part: Annotated[int, Meta(ge=0, le=1000)]
    last: bool
    items: Annotated[tuple[SoftwareItem, ...], Meta(max_length=MAX_LIST_ITEMS)]


class UpdatesReport(msgspec.Struct, frozen=True, tag="updates"):
    """One part of the list of pending updates, with the restart state at that moment.

    `error` says that the scan failed; then `items` is empty and the old list stays.
    """

    report_id: UUID
    scanned_at: datetime
    part: Annotated[int, Meta(ge=0, le=1000)]
    last: bool
    items: Annotated[tuple[PendingUpdate, ...], Meta(max_length=MAX_LIST_ITEMS)]
    restart_required: bool | None = None
    restart_reasons: Annotated[tuple[RestartReason, ...], Meta(max_length=200)] = ()
    error: ErrorDetail | None = None
