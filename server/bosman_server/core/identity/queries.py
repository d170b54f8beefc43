"""Lists of members, invitations and API keys."""

from sqlalchemy import String, case, func, literal
from sqlalchemy.types import DateTime

from bosman_server.core.identity.members_schemas import ApiKeyOut, InvitationOut, InvitationState, KeyState, MemberOut
from bosman_server.core.identity.models import ApiKey, Invitation, Membership, User
from bosman_server.core.identity.permissions import Role
from bosman_server.fleet.tenancy.models import Tenant
from bosman_server.kit.db.list_spec import Join, SortKey, any_of, by_text, search
from bosman_server.kit.db.lists import ListSpec

# Sessions themselves are closed to a tenant's transaction.
_seen = func.identity_last_seen(Membership.user_id, type_=DateTime(timezone=True))
_ever = literal("0001-01-02T00:00:00Z", String()).cast(DateTime(timezone=True))
_RANK = ("owner", "admin", "technician", "script_restricted", "client_view", "viewer")
_rank = case({role: rank for rank, role in enumerate(_RANK)}, value=Membership.role, else_=len(_RANK))

MEMBERS = ListSpec(
    root=Membership,
    row=MemberOut,
    shown={
        "tenant_name": Tenant.name,
        "name": User.name,
        "email": User.email,
        "has_second_factor": User.totp_confirmed_at.is_not(None),
        "last_seen_at": _seen,
    },
    joins=(Join(User, User.id == Membership.user_id, decides=True), Join(Tenant, Tenant.id == Membership.tenant_id)),
    sorts={
        "name": by_text(User.name),
        "email": SortKey(User.email),
        "role": SortKey(_rank),
        "tenant": by_text(Tenant.name),
        "last_seen_at": SortKey(func.coalesce(_seen, _ever), "desc"),
    },
    default_sort="name",
    filters={"role": any_of(Membership.role, Role), "q": search(User.name, User.email)},
)

_invitation_state = case(
    (Invitation.accepted_at.is_not(None), "accepted"),
    (Invitation.revoked_at.is_not(None), "revoked"),
    (Invitation.expires_at <= func.now(), "expired"),
    else_="open",
)

INVITATIONS = ListSpec(
    root=Invitation,
    row=InvitationOut,
    shown={"tenant_name": Tenant.name, "state": _invitation_state},
    joins=(Join(Tenant, Tenant.id == Invitation.tenant_id),),
    sorts={
        "created_at": SortKey(Invitation.created_at, "desc"),
        "expires_at": SortKey(Invitation.expires_at),
        "email": SortKey(Invitation.email),
    },
    default_sort="created_at",
    filters={"state": any_of(_invitation_state, InvitationState), "q": search(Invitation.email)},
)

_key_state = case(
    (ApiKey.revoked_at.is_not(None), "revoked"), (ApiKey.expires_at <= func.now(), "expired"), else_="active"
)

API_KEYS = ListSpec(
    root=ApiKey,
    row=ApiKeyOut,
    shown={"tenant_name": Tenant.name, "user_name": User.name, "state": _key_state},
    joins=(Join(Tenant, Tenant.id == ApiKey.tenant_id), Join(User, User.id == ApiKey.user_id, decides=True)),
    sorts={
        "created_at": SortKey(ApiKey.created_at, "desc"),
        "expires_at": SortKey(ApiKey.expires_at),
        "name": by_text(ApiKey.name),
        "last_used_at": SortKey(func.coalesce(ApiKey.last_used_at, _ever), "desc"),
    },
    default_sort="created_at",
    filters={"state": any_of(_key_state, KeyState), "q": search(ApiKey.name)},
)
