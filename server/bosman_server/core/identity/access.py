"""The one place where a request becomes a subject, and a subject a scope of tenants and sites [R2].

A route states what it needs with `require(Permission.X)`; a route without such a
check, or without `public("why")`, fails a test. Another tenant's object is 404,
so is one of a site that the membership leaves out; a missing permission is 403.
"""

from collections.abc import Callable, Coroutine, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import Depends, Request

from bosman_protocol.codes import Code
from bosman_server.core.audit.service import Actor
from bosman_server.core.identity import api_key_auth, sessions
from bosman_server.core.identity.permissions import Permission, Role, granted
from bosman_server.kit.clock import utc_now
from bosman_server.kit.db.scope import TenantId, TenantScope
from bosman_server.kit.problems import Problem, not_found
from bosman_server.kit.runtime import runtime_of

STEP_UP_VALID = timedelta(minutes=5)
"""How long a fresh second factor counts for dangerous acts [R5]."""


@dataclass(frozen=True, slots=True)
class Grant:
    """What somebody is in a tenant; `site_ids` None = in all of it."""

    role: Role
    site_ids: frozenset[UUID] | None = None
    only: frozenset[Permission] | None = None
    """The scopes of an API key; None = whatever the role allows."""
    device_ids: frozenset[UUID] | None = None
    """The devices that an API key makes work for; None = all at its sites."""

    @property
    def permissions(self) -> frozenset[Permission]:
        """What it allows."""
        allowed = granted(self.role, limited_to_sites=self.site_ids is not None)
        return allowed if self.only is None else allowed & self.only


@dataclass(frozen=True, slots=True)
class Subject:
    """A fully signed-in user, or an API key in its owner's name, with what they are in each tenant."""

    user_id: UUID
    name: str
    email: str
    grants: dict[TenantId, Grant]
    source_ip: str | None
    session_id: UUID | None
    """None for an API key."""
    stepped_up_at: datetime | None = None
    is_operator: bool = False
    """Looks after the installation as a whole."""
    key: tuple[UUID, str] | None = None
    """Id and name of the API key that speaks in the user's name."""
    key_per_hour: int = 0
    """How many devices the guarded work of that key may reach within an hour."""
    _scopes: dict[Permission, TenantScope] = field(default_factory=dict, init=False, repr=False, compare=False)

    @property
    def key_id(self) -> UUID | None:
        """The API key that speaks in the user's name, if one does."""
        return None if self.key is None else self.key[0]

    @property
    def actor(self) -> Actor:
        """The subject as the audit trail names it."""
        if self.key is not None:
            return Actor("api_key", self.key[0], f"{self.key[1]} ({self.name})", self.source_ip)
        return Actor("user", self.user_id, self.name, self.source_ip)

    def scope_of(self, tenant_ids: Iterable[TenantId]) -> TenantScope:
        """Tenants out of the subject's own, with the limits of their memberships."""
        sites = {tid: grant.site_ids for tid, grant in self.grants.items() if grant.site_ids is not None}
        return TenantScope.of((tid for tid in tenant_ids if tid in self.grants), sites)

    def tenants_with(self, permission: Permission) -> TenantScope:
        """The tenants in which the subject has a permission; worked out once."""
        found = self._scopes.get(permission)
        if found is None:
            found = self.scope_of(tid for tid, grant in self.grants.items() if permission in grant.permissions)
            self._scopes[permission] = found
        return found


@dataclass(frozen=True)
class Access:
    """A subject that asked for something needing `permission`; lives as long as the request."""

    subject: Subject
    permission: Permission

    @property
    def scope(self) -> TenantScope:
        """Tenants where the permission holds: what lists and writes may touch."""
        return self.subject.tenants_with(self.permission)

    @cached_property
    def visible(self) -> TenantScope:
        """Tenants that the subject may enter at all: decides between 404 and 403."""
        return self.subject.scope_of(self.subject.grants)

    @property
    def actor(self) -> Actor:
        """The subject as the audit trail names it."""
        return self.subject.actor

    def check(self, tenant_id: UUID) -> TenantId:
        """The tenant, checked. Raises Problem 404 when it is another's, 403 without the permission."""
        if tenant_id not in self.visible:
            raise not_found()
        if tenant_id not in self.scope:
            raise Denied(self.permission, tenant_id)
        return TenantId(tenant_id)

    def check_site(self, tenant_id: UUID, site_id: UUID) -> TenantId:
        """The tenant of something at a site. Raises Problem 404 when the site is not the subject's, 403."""
        if not self.visible.covers(tenant_id, site_id):
            raise not_found()
        return self.check(tenant_id)

    def check_sites(self, places: Iterable[tuple[UUID, UUID]]) -> None:
        """The tenants of many things and the sites where they are, each place once. Raises what `check_site` raises."""
        for tenant_id, site_id in dict.fromkeys(places):
            self.check_site(tenant_id, site_id)

    def check_also(self, tenant_id: UUID, permission: Permission) -> None:
        """A further permission in a tenant already checked. Raises Problem 403."""
        if tenant_id not in self.subject.tenants_with(permission):
            raise Denied(permission, tenant_id)

    def check_fresh(self) -> None:
        """A second factor within the last five minutes. Raises Problem 403 `session.step_up_required`."""
        check_fresh(self.subject)

    def restricted_to(self, tenant_ids: list[UUID] | None) -> TenantScope:
        """The scope, limited to what a filter asks for; foreign ids simply match nothing."""
        if tenant_ids is None:
            return self.scope
        wanted = set(tenant_ids)
        return self.subject.scope_of(tid for tid in self.scope if tid in wanted)


class Denied(Problem):
    """403 naming the permission that is missing; a refusal in a tenant is audited there [R6]."""

    def __init__(self, permission: Permission | Literal["operator"], tenant_id: UUID | None = None) -> None:
        super().__init__(403, Code.PERMISSION_DENIED, {"permission": str(permission)})
        self.permission = permission
        self.tenant_id = tenant_id


async def current_subject(request: Request) -> Subject:
    """The signed-in user, or an API key in its owner's name. Raises Problem 401."""
    token = api_key_auth.token_of(request)
    subject = await _by_cookie(request) if token is None else await _by_key(request, token)
    request.state.subject = subject
    return subject


async def _by_key(request: Request, token: str) -> Subject:
    found = await api_key_auth.find(runtime_of(request), token, request)
    return Subject(
        user_id=found.user_id,
        name=found.user_name,
        email=found.email,
        grants={TenantId(found.tenant_id): key_grant(found)},
        source_ip=sessions.source_ip(request),
        session_id=None,
        key=(found.id, found.name),
        key_per_hour=found.per_hour,
    )


def key_grant(found: api_key_auth.FoundKey) -> Grant:
    """What a key may do: what it was given and its owner still has, where both are."""
    only = frozenset(Permission(scope) for scope in found.scopes if scope in _KNOWN)
    sites, own = _sites(found.key_site_ids), _sites(found.site_ids)
    within = own if sites is None else sites if own is None else sites & own
    return Grant(Role(found.role), within, only, _sites(found.device_ids))


_KNOWN = frozenset(Permission)


async def _by_cookie(request: Request) -> Subject:
    found = await sessions.find(runtime_of(request), sessions.token_of(request))
    if found is None:
        raise Problem(401, Code.SESSION_REQUIRED)
    if found.state != "complete":
        raise Problem(401, Code.SESSION_TOTP_REQUIRED)
    grants = {TenantId(tid): Grant(Role(role), _sites(site_ids)) for tid, role, site_ids in found.memberships}
    subject = Subject(
        user_id=found.user_id,
        name=found.name,
        email=found.email,
        grants=grants,
        source_ip=sessions.source_ip(request),
        session_id=found.id,
        stepped_up_at=found.stepped_up_at,
        is_operator=found.is_operator,
    )
    # For whoever handles what goes wrong later in this request.
    request.state.subject = subject
    return subject


def _sites(site_ids: list[UUID] | None) -> frozenset[UUID] | None:
    return None if site_ids is None else frozenset(site_ids)


async def require_person(request: Request) -> Subject:
    """A dependency: a person, about themselves. Raises Problem 401, 403 `api_key.not_allowed` for a key."""
    subject = await current_subject(request)
    if subject.session_id is None:
        raise Problem(403, Code.API_KEY_NOT_ALLOWED)
    return subject


def check_fresh(subject: Subject) -> None:
    """A second factor within the last five minutes. Raises Problem 403 `session.step_up_required`.

    An API key can give none: what needs it stays with people.
    """
    if subject.session_id is None:
        raise Problem(403, Code.API_KEY_NOT_ALLOWED)
    given = subject.stepped_up_at
    if given is None or utc_now() - given > STEP_UP_VALID:
        raise Problem(403, Code.SESSION_STEP_UP_REQUIRED)


CurrentPerson = Annotated[Subject, Depends(require_person)]
CurrentSubject = Annotated[Subject, Depends(current_subject)]
Check = Callable[..., Coroutine[object, None, object]]
AUTHORIZED: dict[Check, str] = {
    current_subject: "any signed-in user, about themselves",
    require_person: "any signed-in person, about themselves; no API key",
}
"""Dependencies that count as an authorisation check, with what they check."""


def require(permission: Permission) -> Any:
    """A dependency: signed in, and holding the permission in at least one tenant."""

    async def check(subject: CurrentSubject) -> Access:
        access = Access(subject, permission)
        if not access.scope:
            raise Denied(permission)
        return access

    AUTHORIZED[check] = permission.value
    return Depends(check)


async def require_operator(subject: CurrentSubject) -> Subject:
    """A dependency: whoever looks after the installation as a whole. Raises Problem 403."""
    if not subject.is_operator:
        raise Denied("operator")
    return subject


AUTHORIZED[require_operator] = "operator"
CurrentOperator = Annotated[Subject, Depends(require_operator)]


def public(reason: str) -> Any:
    """A dependency for a route that anybody may call; the reason is for the reader and the test."""

    async def check() -> None:
        return None

    AUTHORIZED[check] = f"public: {reason}"
    return Depends(check)
