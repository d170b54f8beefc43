"""What the API says of tenants, sites and devices."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field

from bosman_server.kit.schemas import RequestModel, one_line

Name = Annotated[str, one_line(120)]


class TenantRowOut(BaseModel):
    """A tenant in a list."""

    id: UUID
    name: str
    created_at: datetime
    output_retention_days: int
    agent_updates: bool
    site_count: int
    device_count: int


class TenantOut(BaseModel):
    """A tenant."""

    id: UUID
    name: str
    created_at: datetime
    output_retention_days: int
    agent_updates: bool


class TenantCreate(RequestModel):
    """A new customer."""

    name: Name


class TenantUpdate(RequestModel):
    """Changes to a tenant."""

    name: Name | None = None
    """None leaves it as it is."""
    output_retention_days: Annotated[int | None, Field(ge=1, le=3650)] = None
    """How long the output of finished tasks is kept; None leaves it as it is, there is no "for ever"."""
    agent_updates: bool | None = None
    """Whether Bosman updates the agents here by itself; None leaves it as it is."""


class SiteRowOut(BaseModel):
    """A site in a list."""

    id: UUID
    tenant_id: UUID
    tenant_name: str
    name: str
    time_zone: str
    device_count: int
    created_at: datetime


class SiteOut(BaseModel):
    """A site."""

    id: UUID
    tenant_id: UUID
    name: str
    time_zone: str
    created_at: datetime


class SiteCreate(RequestModel):
    """A new site of a tenant."""

    tenant_id: UUID
    name: Name
    time_zone: Annotated[str, Field(max_length=64)] = "Europe/Warsaw"


class SiteUpdate(RequestModel):
    """Changes to a site."""

    name: Name | None = None
    """None leaves it as it is."""
    time_zone: Annotated[str, Field(max_length=64)] | None = None
    """None leaves it as it is."""


class DeviceUpdate(RequestModel):
    """Move a device to another site of its tenant."""

    site_id: UUID


class DevicesMove(RequestModel):
    """Move several devices to one site."""

    device_ids: Annotated[list[UUID], Field(min_length=1, max_length=5000)]
    site_id: UUID


class Moved(BaseModel):
    """How many devices now stand elsewhere."""

    moved: int
