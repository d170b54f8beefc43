"""What a device says of itself: facts, software, pending updates. All hostile text, all bounded."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from msgspec import Meta

from bosman_protocol.completeness import ScanCompleteness
from bosman_protocol.failures import ErrorDetail
from bosman_protocol.limits import MAX_LIST_ITEMS, Count, LongText, ShortText
from bosman_protocol.work import RestartReason

CveId = Annotated[str, Meta(pattern=r"^CVE-[0-9]{4}-[0-9]{4,10}\Z")]


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


class VolumeEncryption(msgspec.Struct, frozen=True):
    """Whether a volume is encrypted (BitLocker)."""

    mount_point: ShortText
    state: Literal["encrypted", "encrypting", "decrypted", "decrypting", "suspended", "unknown"]


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
    os_edition: ShortText | None = None
    """As Windows names it: `Professional`, `ServerStandard`."""
    update_build_revision: Count | None = None
    """Windows' UBR: the last number of 10.0.26100.4351, which tells the cumulative update."""
    domain: ShortText | None = None
    """Of the domain or workgroup."""
    join_state: Literal["workgroup", "domain", "entra", "hybrid"] | None = None
    volume_encryption: Annotated[tuple[VolumeEncryption, ...], Meta(max_length=256)] = ()
    signed_in_users: Annotated[tuple[ShortText, ...], Meta(max_length=256)] = ()


class SoftwareItem(msgspec.Struct, frozen=True):
    """One installed package or product."""

    name: ShortText
    version: ShortText
    publisher: ShortText | None = None
    architecture: ShortText | None = None
    source: ShortText = ""
    installed_at: datetime | None = None
    scope: Literal["machine", "user"] | None = None
    user: ShortText | None = None
    """Whose installation it is, where scope is `user`."""
    product_code: ShortText | None = None
    """The GUID of Windows Installer, or the package's full name."""


UpdateClass = Literal["security", "critical", "optional", "driver", "definition", "feature"]


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
    severity: Literal["critical", "important", "moderate", "low"] | None = None
    """The vendor's word on it; often missing."""
    cve_ids: Annotated[tuple[CveId, ...], Meta(max_length=500)] = ()
    has_eula: bool | None = None
    """Whether terms must be accepted first; the agent accepts them when somebody asks it to install."""
    restart_behavior: Literal["never", "always", "possible"] | None = None
    is_exclusive: bool = False
    """It must be installed alone."""
    is_hidden: bool = False
    """An administrator of the device hid it."""
    needs_input: bool = False
    """Its installer may ask somebody: it is not installed unattended."""
    support_url: ShortText | None = None
    held_by: Literal["hold", "pin", "dependencies"] | None = None
    """What keeps it from being installed with the rest: a mark of the administrator's, a pin, or what it depends on."""


class UpdatePolicy(msgspec.Struct, frozen=True):
    """Who decides what the device is offered, as the device's own policies say."""

    source: Literal["microsoft", "wsus", "wufb"]
    """`wufb`: Windows Update for Business, Microsoft's servers with deferrals."""
    server: ShortText | None = None
    """The WSUS server."""
    automatic: bool | None = None
    """Whether Windows installs by itself beside Bosman."""
    quality_deferral_days: Count | None = None
    feature_deferral_days: Count | None = None
    target_version: ShortText | None = None
    """The feature version that the device is held at."""


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
    policy: UpdatePolicy | None = None
    warnings: Annotated[tuple[ErrorDetail, ...], Meta(max_length=20)] = ()
    """The scan worked, but not in all: what was met."""
    completeness: ScanCompleteness | None = None
    """How much the scan could see; None = the agent does not say."""
