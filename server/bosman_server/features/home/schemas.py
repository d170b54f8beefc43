"""What Home says: numbers with a list behind each, never the lists themselves."""

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel

from bosman_protocol.codes import Code
from bosman_protocol.work import TaskKind
from bosman_server.core.audit.schemas import AuditRowOut
from bosman_server.kit.values import JsonObject
from bosman_server.work.tasks.schemas import Counts


class Trend(BaseModel):
    """A number, and what it was a day ago."""

    now: int
    day_ago: int


class Attention(BaseModel):
    """How many devices are in which trouble. What there is no history of has no `Trend`."""

    away: int
    """Not connected for more than seven days."""
    critical_updates: int
    """Devices that miss a critical one."""
    security_updates: int
    """Devices that miss one, critical or not."""
    restart_required: int
    low_disk: int
    """Devices with a file system that is less than a tenth free."""
    disk_unknown: int
    """Devices that have not said yet how full their disks are."""
    failing_disks: int
    """Devices with a disk that has to be replaced."""
    health_unknown: int
    """Devices of whose disks nobody knows how they are."""
    unscanned: int
    """Devices whose missing updates nobody knows."""
    failed_tasks: Trend | None
    """Tasks that failed, timed out or expired within 24 hours; null for whoever may not read tasks."""
    approvals: Trend | None
    """Requests that wait for a second person; null for whoever may not read them."""


class FailedGroup(BaseModel):
    """Tasks of one kind that ended in the same error within 24 hours, and were not asked for again."""

    kind: TaskKind
    error_code: Code | str | None
    error_params: JsonObject | None
    """Of the last of them."""
    task_count: int
    device_count: int
    last_at: datetime
    task_id: UUID
    """The last of them."""
    job_id: UUID
    job_count: int
    """To how many jobs they belong; with one, it can be tried again as a whole."""
    hostnames: list[str]
    """Some of the devices, the last one first."""


class HomeJob(BaseModel):
    """A job that runs or is planned."""

    id: UUID
    kind: TaskKind
    params: JsonObject
    """Enough of it to give the job a title: long texts and lists are cut."""
    created_by_name: str
    not_before: datetime | None
    task_count: int
    counts: Counts


class CustomerHealth(BaseModel):
    """How a customer's devices are."""

    tenant_id: UUID
    tenant_name: str
    devices: int
    online: int
    away: int
    patched: int
    """Scanned, and neither critical nor security updates are missing."""
    unscanned: int
    critical_updates: int
    security_updates: int
    restart_required: int
    low_disk: int
    failing_disks: int


class Setup(BaseModel):
    """How far the first hour has come."""

    has_tenant: bool
    has_site: bool
    has_device: bool
    has_scan: bool
    has_team: bool
    """Whether anybody but oneself is there."""


class HomeOut(BaseModel):
    """Home, as far as the scope goes."""

    devices: int
    attention: Attention
    failed: list[FailedGroup]
    """The most widespread first."""
    running: list[HomeJob]
    planned: list[HomeJob]
    """What begins within 24 hours, the next first."""
    customers: list[CustomerHealth]
    """The worst first; not all of them."""
    customer_count: int
    people: list[AuditRowOut] | None
    """What people have done last; null for whoever may not read the trail."""
    setup: Setup
