"""What the API says of updates."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from bosman_server.features.updates.models import Severity, UpdateClass


class PendingUpdateOut(BaseModel):
    """One update that the device's own update service offers."""

    id: UUID
    name: str
    title: str
    kb: str | None
    class_: Annotated[UpdateClass, Field(alias="class")]
    installed_version: str | None
    available_version: str
    size_bytes: int | None
    released_at: datetime | None
    origin: str | None
    requires_restart: bool | None
    severity: Severity | None
    """The vendor's word on it."""
    cve_ids: list[str]
    has_eula: bool | None
    restart_behavior: Literal["never", "always", "possible"] | None
    is_exclusive: bool
    """It must be installed alone."""
    is_hidden: bool
    """An administrator of the device hid it: it counts nowhere."""
    needs_input: bool
    """Its installer may ask somebody: it is not installed unattended."""
    support_url: str | None
    held_by: Literal["hold", "pin", "dependencies"] | None
    """What keeps it from being installed with the rest: an administrator's hold, a pin, or what it depends on."""


class CatalogRowOut(BaseModel):
    """One update, whatever device misses it."""

    id: UUID
    """Of this row alone: made from `key`."""
    key: str
    """What the filter `update` of lists of devices takes."""
    name: str
    """With `available_version` what an installation of chosen updates takes."""
    available_version: str
    title: str
    kb: str | None
    class_: Annotated[UpdateClass, Field(alias="class")]
    severity: Severity | None
    released_at: datetime | None
    size_bytes: int | None
    requires_restart: bool | None
    support_url: str | None
    device_count: int
    """How many devices miss it."""
    held_count: int
    """On how many of these it is held: by an administrator, a pin, or what it depends on."""
    tenant_count: int
    """Of how many customers they are."""


class CatalogOut(BaseModel):
    """A page of updates."""

    items: list[CatalogRowOut]
    total: int
    total_capped: bool
    next_cursor: str | None
    prev_cursor: str | None
    device_count: int
    """All active devices of the scope, whatever they miss."""
