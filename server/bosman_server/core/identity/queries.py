"""Lists of members, invitations and API keys."""

from datetime import datetime

from sqlalchemy import String, Uuid, any_, case, func, literal, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import DateTime

from bosman_server.core.identity.models import ApiKey, Invitation, Membership, User
from bosman_server.fleet.tenancy.models import Tenant
from bosman_server.kit.db.lists import FastList, Filter, SortKey

# Sessions themselves are closed to a tenant's transaction.
_seen = func.identity_last_seen(Membership.user_id, type_=DateTime(timezone=True))
_ever = literal("0001-01-02T00:00:00Z", String()).cast(DateTime(timezone=True))
_RANK = ("owner", "admin", "technician", "script_restricted", "client_view", "viewer")
_rank = case({role: rank for rank, role in enumerate(_RANK)}, value=Membership.role, else_=len(_RANK))

MEMBERS = FastList(
    base=select(
        Membership.id,
        Membership.tenant_id,
        Tenant.name.label("tenant_name"),
        Membership.user_id,
        User.name,
        User.email,
        Membership.role,
        Membership.site_ids,
        User.totp_confirmed_at.is_not(None).label("has_second_factor"),
        Membership.created_at,
        _seen.label("last_seen_at"),
    )
    .select_from(Membership)
    .join(User, User.id == Membership.user_id)
    .join(Tenant, Tenant.id == Membership.tenant_id),
    row_id=Membership.id,
    sorts={
        "name": SortKey(func.lower(User.name), str),
        "email": SortKey(User.email, str),
        "role": SortKey(_rank, int),
        "tenant": SortKey(func.lower(Tenant.name), str),
        "last_seen_at": SortKey(func.coalesce(_seen, _ever), datetime, "desc"),
    },
    default_sort="name",
    filters={
        "tenant_id": Filter(ARRAY(Uuid()), lambda value: Membership.tenant_id == any_(value)),
        "id": Filter(Uuid(), lambda value: Membership.id == value),
        "role": Filter(ARRAY(String()), lambda value: Membership.role == any_(value)),
        "q": Filter(
            String(), lambda value: func.strpos(func.lower(User.name + " " + User.email), func.lower(value)) > 0
        ),
    },
)

_invitation_state = case(
    (Invitation.accepted_at.is_not(None), "accepted"),
    (Invitation.revoked_at.is_not(None), "revoked"),
    (Invitation.expires_at <= func.now(), "expired"),
    else_="open",
)

INVITATIONS = FastList(
    base=select(
        Invitation.id,
        Invitation.tenant_id,
        Tenant.name.label("tenant_name"),
        Invitation.email,
        Invitation.role,
        Invitation.site_ids,
        Invitation.created_at,
        Invitation.created_by,
        Invitation.created_by_name,
        Invitation.expires_at,
        Invitation.accepted_at,
        _invitation_state.label("state"),
    ).join(Tenant, Tenant.id == Invitation.tenant_id),
    row_id=Invitation.id,
    sorts={
        "created_at": SortKey(Invitation.created_at, datetime, "desc"),
        "email": SortKey(Invitation.email, str),
    },
    default_sort="created_at",
    filters={
        "tenant_id": Filter(ARRAY(Uuid()), lambda value: Invitation.tenant_id == any_(value)),
        "state": Filter(ARRAY(String()), lambda value: any_(value) == _invitation_state),
        "q": Filter(String(), lambda value: func.strpos(Invitation.email, func.lower(value)) > 0),
    },
)

_key_state = case(
    (ApiKey.revoked_at.is_not(None), "revoked"), (ApiKey.expires_at <= func.now(), "expired"), else_="active"
)

API_KEYS = FastList(
    base=select(
        ApiKey.id,
        ApiKey.tenant_id,
        Tenant.name.label("tenant_name"),
        ApiKey.name,
        ApiKey.hint,
        ApiKey.scopes,
        ApiKey.site_ids,
        ApiKey.device_ids,
        ApiKey.per_hour,
        ApiKey.user_id,
        User.name.label("user_name"),
        ApiKey.created_at,
        ApiKey.expires_at,
        ApiKey.last_used_at,
        _key_state.label("state"),
    )
    .join(Tenant, Tenant.id == ApiKey.tenant_id)
    .join(User, User.id == ApiKey.user_id),
    row_id=ApiKey.id,
    sorts={
        "created_at": SortKey(ApiKey.created_at, datetime, "desc"),
        "expires_at": SortKey(ApiKey.expires_at, datetime),
        "name": SortKey(func.lower(ApiKey.name), str),
        "last_used_at": SortKey(func.coalesce(ApiKey.last_used_at, _ever), datetime, "desc"),
    },
    default_sort="created_at",
    filters={
        "tenant_id": Filter(ARRAY(Uuid()), lambda value: ApiKey.tenant_id == any_(value)),
        "state": Filter(ARRAY(String()), lambda value: any_(value) == _key_state),
        "q": Filter(String(), lambda value: func.strpos(func.lower(ApiKey.name), func.lower(value)) > 0),
    },
)
