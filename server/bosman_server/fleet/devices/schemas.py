"""A device in lists and in full."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel

from bosman_protocol.health import HealthResult
from bosman_server.kit.http.openapi import is_struct
from bosman_server.kit.values import JsonObject

OsFamily = Literal["linux", "windows"]
DeviceStatus = Literal["active", "revoked"]
DiskVerdict = Literal["failing", "warning", "unknown", "ok"]
MatchedField = Literal[
    "hostname", "address", "mac", "serial_number", "user", "vendor", "model", "domain", "os", "site", "tenant", "source"
]
ScanCompleteness = Literal["complete", "incomplete", "unknown"]


class DeviceRowOut(BaseModel):
    """A device in a list."""

    id: UUID
    tenant_id: UUID
    tenant_name: str
    site_id: UUID
    site_name: str
    hostname: str
    os_family: OsFamily
    os_name: str | None
    os_version: str | None
    agent_version: str
    online: bool
    last_seen_at: datetime | None
    enrolled_at: datetime
    status: DeviceStatus
    version: int
    ip_address: str | None
    """Where its connection comes from: often a router's address."""
    lan_address: str | None
    """The first address of its own that leads somewhere."""
    user_name: str | None
    """Who is signed in; the first of several."""
    pending_updates: int | None
    security_updates: int | None
    critical_updates: int | None
    optional_updates: int | None
    restart_required: bool | None
    last_scan_at: datetime | None
    last_scan_error: str | None
    disk_verdict: DiskVerdict | None
    """Of its worst disk, when somebody last looked; null = nobody did, or it has none."""

    scan_completeness: ScanCompleteness
    """Of the last scan that worked; `unknown` before the first, and where the agent does not say."""
    failed_sources: int | None
    """Sources of updates that gave no list, so that theirs may be missing."""
    unread_lines: int | None
    """What the device's own tool said and the agent did not understand."""
    up_to_date: bool
    """Nothing is pending by a scan that was complete and is no older than a week."""


class MatchOut(BaseModel):
    """Why a search found a device: the field that holds the text, and all that stands in it."""

    field: MatchedField
    text: str


class ListedDeviceOut(DeviceRowOut):
    """A device in a list that can be searched."""

    match: MatchOut | None
    """Null where nothing was searched for."""


class DiskOut(BaseModel):
    """A mounted file system."""

    name: str
    mount_point: str
    file_system: str
    size_bytes: int
    free_bytes: int


class NetworkInterfaceOut(BaseModel):
    """An interface with its addresses."""

    name: str
    mac_address: str | None
    addresses: list[str]


class VolumeEncryptionOut(BaseModel):
    """Whether a volume is encrypted."""

    mount_point: str
    state: Literal["encrypted", "encrypting", "decrypted", "decrypting", "suspended", "unknown"]


class FactsOut(BaseModel):
    """Facts about a device; null is "not known"."""

    hostname: str
    os_family: OsFamily
    os_name: str
    os_version: str
    os_build: str | None
    kernel: str | None
    architecture: str | None
    cpu_model: str | None
    cpu_cores: int | None
    memory_bytes: int | None
    vendor: str | None
    model: str | None
    serial_number: str | None
    virtualization: str | None
    last_boot_at: datetime | None
    time_zone: str | None
    disks: list[DiskOut]
    network_interfaces: list[NetworkInterfaceOut]
    os_edition: str | None
    update_build_revision: int | None
    domain: str | None
    join_state: Literal["workgroup", "domain", "entra", "hybrid"] | None
    volume_encryption: list[VolumeEncryptionOut]
    signed_in_users: list[str]


class RestartReasonOut(BaseModel):
    """Why a restart is pending: a code with values."""

    code: str
    params: dict[str, object] = {}
    severity: Literal["hard", "soft"] = "hard"
    """`soft`: it would like a restart, but it alone demands none."""


class UpdatePolicyOut(BaseModel):
    """Who decides what the device is offered."""

    source: Literal["microsoft", "wsus", "wufb"]
    server: str | None
    automatic: bool | None
    """Whether the system installs by itself beside Bosman."""
    quality_deferral_days: int | None
    feature_deferral_days: int | None
    target_version: str | None


class WarningOut(BaseModel):
    """What a scan that worked met all the same: a code with values."""

    code: str
    params: dict[str, object] = {}


class HealthOut(BaseModel):
    """What the last look at disks and sensors found."""

    task_id: UUID
    checked_at: datetime
    result: Annotated[JsonObject, is_struct(HealthResult)]


class ScanSourceOut(BaseModel):
    """A source of updates that the last scan asked."""

    name: str
    outcome: Literal["answered", "failed"]
    reason: str | None
    """Why it failed: a code."""
    detail: str | None
    list_at: datetime | None
    """As of when the list is that is in use."""


class DeviceOut(DeviceRowOut):
    """A device in full."""

    certificate_expires_at: datetime | None
    clone_seen_at: datetime | None
    """When two machines were last seen to use this device's identity."""
    locked_until: datetime | None
    """Nobody gets in as this device before: two machines were using its identity in turns."""
    facts: FactsOut | None
    facts_at: datetime | None
    restart_reasons: list[RestartReasonOut]
    update_policy: UpdatePolicyOut | None
    last_scan_error_params: dict[str, object] | None
    scan_warnings: list[WarningOut]
    health: HealthOut | None
    """Null = nobody has looked yet."""
    definition_updates: int | None
    """Signatures and the like that are offered; no part of `pending_updates`."""
    scan_sources: list[ScanSourceOut]
    unread_examples: list[str]
    lists_fetched_at: datetime | None
    """When the device last fetched its lists; null where its update service is asked anew each time."""
