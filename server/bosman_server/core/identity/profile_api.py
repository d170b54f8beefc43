"""The signed-in user: who they are, and what they may do where."""

from uuid import UUID

from fastapi import APIRouter

from bosman_server.core.identity import service
from bosman_server.core.identity.access import CurrentPerson, CurrentSubject
from bosman_server.core.identity.models import User
from bosman_server.core.identity.schemas import Me, MembershipOut, MeUpdate
from bosman_server.core.identity.second_factor import PLATFORM_SCOPE
from bosman_server.fleet.tenancy import service as tenancy
from bosman_server.kit.db.scope import TenantScope
from bosman_server.kit.runtime import CurrentRuntime

router = APIRouter(tags=["profile"])


@router.get("/me")
async def get_me(subject: CurrentSubject, runtime: CurrentRuntime) -> Me:
    """The signed-in user with their permissions per tenant."""
    scope = subject.scope_of(subject.grants)
    async with runtime.database.writing(scope) as tx:
        user = await service.read_me(tx.session, subject.user_id)
        names = await tenancy.tenant_names(tx.session)
    return _me(user, subject, names)


@router.patch("/me")
async def update_me(data: MeUpdate, subject: CurrentPerson, runtime: CurrentRuntime) -> Me:
    """Change name, language or theme. A program changes nothing about its owner."""
    scope = TenantScope.of([*subject.grants, *PLATFORM_SCOPE])
    async with runtime.database.writing(scope) as tx:
        user = await service.update_me(tx, subject.user_id, data, subject.actor)
        names = await tenancy.tenant_names(tx.session)
    return _me(user, subject, names)


def _me(user: User, subject: CurrentSubject, names: dict[UUID, str]) -> Me:
    memberships = [
        MembershipOut(
            tenant_id=tenant_id,
            tenant_name=names[tenant_id],
            role=grant.role,
            site_ids=None if grant.site_ids is None else sorted(grant.site_ids),
            permissions=sorted(grant.permissions),
        )
        for tenant_id, grant in subject.grants.items()
        if tenant_id in names
    ]
    memberships.sort(key=lambda item: item.tenant_name.casefold())
    return Me.model_validate(
        {
            "id": user.id,
            "email": user.email,
            "name": user.name,
            "language": user.language,
            "theme": user.theme,
            "is_operator": user.is_operator,
            "memberships": memberships,
        }
    )
