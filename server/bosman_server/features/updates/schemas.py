"""What the API says of updates."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, Field

UpdateClass = Literal["security", "critical", "optional", "driver", "definition", "feature"]


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
    severity: Literal["critical", "important", "moderate", "low"] | None
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
