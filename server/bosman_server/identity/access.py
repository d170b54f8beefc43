"""The one place where a request becomes a subject, and a subject a scope of tenants [R2].

A route states what it needs with `require(Permission.X)`; a route without such a
check, or without `public("why")`, fails a test. Another tenant's object is 404,
a missing permission 403.
"""

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Request

from bosman_protocol.codes import Code
from bosman_server.audit.service import Actor
from bosman_server.identity import sessions
from bosman_server.identity.permissions import ROLE_PERMISSIONS, Permission, Role
from bosman_server.kit.db.scope import TenantId, TenantScope
from bosman_server.kit.problems import Problem, not_found
from bosman_server.kit.runtime import runtime_of


@dataclass(frozen=True, slots=True)
class Subject:
    """A fully signed-in user with what they are in each tenant."""

    user_id: UUID
    name: str
    email: str
    roles: dict[TenantId, Role]
    source_ip: str | None

    @property
    def actor(self) -> Actor:
        """The subject as the audit trail names it."""
        return Actor("user", self.user_id, self.name, self.source_ip)

    def tenants_with(self, permission: Permission) -> TenantScope:
        """The tenants in which the subject has a permission."""
        return TenantScope.of(tid for tid, role in self.roles.items() if permission in ROLE_PERMISSIONS[role])


@dataclass(frozen=True, slots=True)
class Access:
    """A subject that asked for something needing `permission`."""

    subject: Subject
    permission: Permission

    @property
    def scope(self) -> TenantScope:
        """Tenants where the permission holds: what lists and writes may touch."""
        return self.subject.tenants_with(self.permission)

    @property
    def visible(self) -> TenantScope:
        """Tenants that the subject may enter at all: decides between 404 and 403."""
        return TenantScope.of(self.subject.roles)

    @property
    def actor(self) -> Actor:
        """The subject as the audit trail names it."""
        return self.subject.actor

    def check(self, tenant_id: UUID) -> TenantId:
        """The tenant, checked. Raises Problem 404 when it is another's, 403 without the permission."""
        if tenant_id not in self.visible:
            raise not_found()
        if tenant_id not in self.scope:
            raise denied(self.permission)
        return TenantId(tenant_id)

    def check_also(self, tenant_id: UUID, permission: Permission) -> None:
        """A further permission in a tenant already checked. Raises Problem 403."""
        if tenant_id not in self.subject.tenants_with(permission):
            raise denied(permission)

    def narrowed(self, tenant_ids: list[UUID] | None) -> TenantScope:
        """The scope, limited to what a filter asks for; foreign ids simply match nothing."""
        if tenant_ids is None:
            return self.scope
        return TenantScope.of(tid for tid in self.scope if tid in set(tenant_ids))


def denied(permission: Permission) -> Problem:
    """403 naming the permission that is missing."""
    return Problem(403, Code.PERMISSION_DENIED, {"permission": permission.value})


async def current_subject(request: Request) -> Subject:
    """The signed-in user. Raises Problem 401."""
    found = await sessions.find(runtime_of(request), sessions.token_of(request))
    if found is None:
        raise Problem(401, Code.SESSION_REQUIRED)
    if found.state != "complete":
        raise Problem(401, Code.SESSION_TOTP_REQUIRED)
    roles = {TenantId(tenant_id): Role(role) for tenant_id, role in found.memberships}
    return Subject(found.user_id, found.name, found.email, roles, sessions.source_ip(request))


CurrentSubject = Annotated[Subject, Depends(current_subject)]
Check = Callable[..., Coroutine[Any, Any, Any]]
AUTHORIZED: dict[Check, str] = {current_subject: "any signed-in user, about themselves"}
"""Dependencies that count as an authorisation check, with what they check."""


def require(permission: Permission) -> Any:
    """A dependency: signed in, and holding the permission in at least one tenant."""

    async def check(subject: CurrentSubject) -> Access:
        access = Access(subject, permission)
        if not access.scope:
            raise denied(permission)
        return access

    AUTHORIZED[check] = permission.value
    return Depends(check)


def public(reason: str) -> Any:
    """A dependency for a route that anybody may call; the reason is for the reader and the test."""

    async def check() -> None:
        return None

    AUTHORIZED[check] = f"public: {reason}"
    return Depends(check)
