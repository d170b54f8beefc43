"""What the API says of tenants, sites and devices."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field

from bosman_server.kit.schemas import PatchModel, RequestModel, left_out, one_line

Name = Annotated[str, one_line(120)]


class TenantRowOut(BaseModel):
    """A tenant in a list."""

    id: UUID
    name: str
    created_at: datetime
    output_retention_days: int
    agent_updates: bool
    version: int
    site_count: int
    device_count: int


class TenantOut(BaseModel):
    """A tenant."""

    id: UUID
    name: str
    created_at: datetime
    output_retention_days: int
    agent_updates: bool
    version: int


class TenantCreate(RequestModel):
    """A new customer."""

    name: Name


class TenantUpdate(PatchModel):
    """Changes to a tenant."""

    name: Name = left_out()
    """None is refused; left out, it stays as it is."""
    output_retention_days: Annotated[int, Field(ge=1, le=3650)] = left_out()
    """How long the output of finished tasks is kept; None is refused: there is no "for ever"."""
    agent_updates: bool = left_out()
    """Whether Bosman updates the agents here by itself; None is refused."""


class SiteRowOut(BaseModel):
    """A site in a list."""

    id: UUID
    tenant_id: UUID
    tenant_name: str
    name: str
    time_zone: str
    device_count: int
    created_at: datetime
    version: int


class SiteOut(BaseModel):
    """A site."""

    id: UUID
    tenant_id: UUID
    name: str
    time_zone: str
    created_at: datetime
    version: int


class SiteCreate(RequestModel):
    """A new site of a tenant."""

    tenant_id: UUID
    name: Name
    time_zone: Annotated[str, Field(max_length=64)] = "Europe/Warsaw"


class SiteUpdate(PatchModel):
    """Changes to a site."""

    name: Name = left_out()
    """None is refused; left out, it stays as it is."""
    time_zone: Annotated[str, Field(max_length=64)] = left_out()
    """None is refused; left out, it stays as it is."""


class DeviceUpdate(PatchModel):
    """Changes to a device: the site of its tenant where it stands."""

    site_id: UUID = left_out()
    """None is refused; left out, it stays where it is."""


class DevicesMove(RequestModel):
    """Move several devices to one site."""

    device_ids: Annotated[list[UUID], Field(min_length=1, max_length=5000)]
    site_id: UUID


class Moved(BaseModel):
    """How many devices now stand elsewhere."""

    moved: int
