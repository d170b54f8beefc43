"""What the API says of members, invitations and API keys."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel

from bosman_server.core.identity.permissions import Permission, Role

InvitationState = Literal["open", "accepted", "revoked", "expired"]
KeyState = Literal["active", "revoked", "expired"]


class RoleOut(BaseModel):
    """A role with what it may do."""

    role: Role
    permissions: list[Permission]


class RolesOut(BaseModel):
    """The whole table, and what memberships limited to sites, API keys and keys for some devices can hold of it."""

    roles: list[RoleOut]
    permissions: list[Permission]
    site_permissions: list[Permission]
    key_permissions: list[Permission]
    device_list_permissions: list[Permission]


class MemberOut(BaseModel):
    """Somebody's membership in a tenant."""

    id: UUID
    tenant_id: UUID
    tenant_name: str
    user_id: UUID
    name: str
    email: str
    role: Role
    site_ids: list[UUID] | None
    has_second_factor: bool
    created_at: datetime
    last_seen_at: datetime | None


class InvitationOut(BaseModel):
    """An invitation and what became of it."""

    id: UUID
    tenant_id: UUID
    tenant_name: str
    email: str
    role: Role
    site_ids: list[UUID] | None
    created_at: datetime
    created_by: UUID
    created_by_name: str
    expires_at: datetime
    accepted_at: datetime | None
    state: InvitationState


class InvitationSent(BaseModel):
    """A fresh invitation. `link` only where no mail server is set up: then whoever made it passes it on by hand."""

    id: UUID
    email: str
    expires_at: datetime
    mailed: bool
    link: str | None


class ApiKeyOut(BaseModel):
    """An API key without its secret."""

    id: UUID
    tenant_id: UUID
    tenant_name: str
    name: str
    hint: str
    scopes: list[Permission]
    site_ids: list[UUID] | None
    device_ids: list[UUID] | None
    per_hour: int
    user_id: UUID
    user_name: str
    created_at: datetime
    expires_at: datetime
    last_used_at: datetime | None
    state: KeyState


class ApiKeyCreated(BaseModel):
    """A fresh key; its secret is in this answer and nowhere else."""

    id: UUID
    tenant_id: UUID
    name: str
    scopes: list[Permission]
    site_ids: list[UUID] | None
    device_ids: list[UUID] | None
    per_hour: int
    expires_at: datetime
    token: str
