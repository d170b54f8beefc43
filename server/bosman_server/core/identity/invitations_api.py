"""Routes of invitations: sending them, and what whoever got one does with it."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated
from uuid import UUID

import msgspec
from fastapi import APIRouter, Depends, Request, Response

from bosman_protocol.codes import Code
from bosman_server.core.identity import invitations, sessions
from bosman_server.core.identity.access import Access, public, require
from bosman_server.core.identity.api import H
from bosman_server.core.identity.attempts import Counts
from bosman_server.core.identity.members_api import check_sites
from bosman_server.core.identity.members_schemas import InvitationOut, InvitationSent
from bosman_server.core.identity.models import Invitation, User
from bosman_server.core.identity.passwords import check_strength
from bosman_server.core.identity.permissions import Permission
from bosman_server.core.identity.queries import INVITATIONS
from bosman_server.core.identity.rate_limits import RateLimits, limits_of
from bosman_server.core.identity.schemas import (
    InvitationAcceptance,
    InvitationCreate,
    InvitationToken,
    InvitationView,
    SessionState,
)
from bosman_server.core.identity.second_factor import PLATFORM_SCOPE
from bosman_server.core.notifications import service as mail
from bosman_server.fleet.tenancy import service as tenancy
from bosman_server.kit.db.list_query import ListQuery
from bosman_server.kit.db.scope import TenantId, TenantScope
from bosman_server.kit.db.transaction import Transaction
from bosman_server.kit.live import Change
from bosman_server.kit.paging import Page
from bosman_server.kit.problems import Problem, not_found
from bosman_server.kit.runtime import CurrentRuntime, Runtime, runtime_of

router = APIRouter(tags=["members"])
Inviting = Annotated[Access, require(Permission.MEMBER_INVITE)]


@router.get("/invitations", response_model=Page[InvitationOut])
async def list_invitations(
    access: Annotated[Access, require(Permission.MEMBER_READ)],
    runtime: CurrentRuntime,
    query: Annotated[ListQuery, Depends(INVITATIONS.query)],
) -> Response:
    """Invitations to the tenants that the user looks after."""
    scope = access.restricted_to(query.tenant_ids)
    async with runtime.database.reading(scope) as connection:
        return (await INVITATIONS.fetch(connection, scope, query)).response()


@router.get("/invitations/{invitation_id}", response_model=InvitationOut)
async def get_invitation(
    invitation_id: UUID, access: Annotated[Access, require(Permission.MEMBER_READ)], runtime: CurrentRuntime
) -> Response:
    """One invitation and what became of it."""
    async with runtime.database.reading(access.visible) as connection:
        row = await INVITATIONS.one(connection, access.visible, invitation_id)
    if row is None:
        raise not_found()
    access.check(row["tenant_id"])
    return Response(msgspec.json.encode(row), media_type="application/json")


async def _send(
    runtime: Runtime, tx: Transaction, access: Access, invitation: Invitation, token: str, language: str
) -> InvitationSent:
    """Mail the link, or hand it to the inviter where no mail server is set up: never to anybody else."""
    # In the fragment: a browser sends it to nobody, no log and no proxy sees it.
    link = f"{runtime.settings.browser_url}/invitation#{token}"
    mailed = runtime.settings.mail_configured
    if not mailed and invitation.created_by != access.subject.user_id:
        raise Problem(409, Code.INVITATION_NOT_YOURS)
    if mailed:
        tenant = await tenancy.get_tenant(tx.session, invitation.tenant_id)
        params = {
            "inviter": invitation.created_by_name,
            "tenant": tenant.name,
            "role": invitation.role,
            "link": link,
            "valid_until": invitation.expires_at.isoformat(),
        }
        await mail.enqueue(
            tx.session, runtime.cipher, invitation.tenant_id, invitation.email, language, "invitation", params
        )
    change = Change("invitation", invitation.tenant_id, invitation.id)
    tx.announce(change)
    return InvitationSent(
        id=invitation.id,
        email=invitation.email,
        expires_at=invitation.expires_at,
        mailed=mailed,
        link=None if mailed else link,
    )


@router.post("/invitations", status_code=201)
async def create_invitation(data: InvitationCreate, access: Inviting, runtime: CurrentRuntime) -> InvitationSent:
    """Ask somebody by e-mail to join a tenant. Needs a fresh second factor."""
    tenant_id = access.check(data.tenant_id)
    access.check_fresh()
    async with runtime.database.writing(access.scope) as tx:
        await check_sites(tx.session, tenant_id, data.sites)
        invitation, token = await invitations.create(tx, access, tenant_id, data)
        return await _send(runtime, tx, access, invitation, token, data.language)


@router.post("/invitations/{invitation_id}/resend")
async def resend_invitation(invitation_id: UUID, access: Inviting, runtime: CurrentRuntime) -> InvitationSent:
    """A new link for an open invitation; the old link ends. Needs a fresh second factor.

    Where no mail server is set up, only whoever made it can: the link is shown to nobody else.
    """
    async with runtime.database.writing(access.visible) as tx:
        invitation = await invitations.get(tx.session, invitation_id)
        access.check(invitation.tenant_id)
        access.check_fresh()
        token = await invitations.renew(tx, access, invitation)
        return await _send(runtime, tx, access, invitation, token, invitation.language)


@router.post("/invitations/{invitation_id}/revoke", status_code=204)
async def revoke_invitation(invitation_id: UUID, access: Inviting, runtime: CurrentRuntime) -> None:
    """Take an invitation back."""
    async with runtime.database.writing(access.visible) as tx:
        invitation = await invitations.get(tx.session, invitation_id)
        tenant_id = access.check(invitation.tenant_id)
        await invitations.revoke(tx, access, invitation)
        tx.announce(Change("invitation", tenant_id, invitation_id))


def _scope(tenant_id: TenantId) -> TenantScope:
    # Whoever is invited may have an account, and be in no tenant of this scope yet.
    return TenantScope.of([tenant_id, *PLATFORM_SCOPE])


@router.post("/invitations/inspect", dependencies=[public("guarded by the token of the mailed link")])
async def inspect_invitation(data: InvitationToken, runtime: CurrentRuntime, request: Request) -> InvitationView:
    """What an invitation is to, before accepting it."""
    address = limits_of(runtime).hit_address("invitation", sessions.source_ip(request))
    tenant_id = _tenant_of(data.token, request)
    async with runtime.database.writing(_scope(tenant_id)) as tx:
        found = await _find(tx, tenant_id, data.token, request)
        tenant = await tenancy.get_tenant(tx.session, tenant_id)
        account = await invitations.find_account(tx.session, found.email)
    limits_of(runtime).address.refund(address)
    return InvitationView.model_validate(
        {
            "tenant_name": tenant.name,
            "email": found.email,
            "role": found.role,
            "invited_by": found.created_by_name,
            "expires_at": found.expires_at,
            "language": found.language,
            "account_exists": account is not None,
        }
    )


def _tenant_of(token: str, request: Request) -> TenantId:
    with _counted(request):
        return invitations.tenant_of(token)


async def _find(tx: Transaction, tenant_id: TenantId, token: str, request: Request) -> Invitation:
    with _counted(request):
        return await invitations.find(tx.session, tenant_id, token)


@contextmanager
def _counted(request: Request) -> Iterator[None]:
    """Links that open nothing are summed up in the trail of the platform."""
    try:
        yield
    except Problem as problem:
        runtime_of(request).parts.of(Counts).note("access.unknown_link", problem.code, sessions.source_ip(request))
        raise


@router.post("/invitations/accept", dependencies=[public("guarded by the token of the mailed link")])
async def accept_invitation(
    data: InvitationAcceptance, runtime: CurrentRuntime, hasher: H, request: Request, response: Response
) -> SessionState:
    """Join: with a new account, or signed in with the one that the invitation was sent to."""
    address = limits_of(runtime).hit_address("invitation", sessions.source_ip(request))
    tenant_id = _tenant_of(data.token, request)
    scope = _scope(tenant_id)
    async with runtime.database.writing(scope) as tx:
        found = await _find(tx, tenant_id, data.token, request)
        account = await invitations.find_account(tx.session, found.email)
    encoded = None
    if account is None:
        encoded = await _new_password(limits_of(runtime), hasher, data, found.email, address)
    else:
        await _check_signed_in(runtime, request, found)
    async with runtime.database.writing(scope) as tx:
        invitation = await invitations.find(tx.session, tenant_id, data.token, lock=True)
        user = await _user(tx, invitation, account, data, encoded)
        await invitations.accept(tx, invitation, user, sessions.source_ip(request))
        change = Change("member", tenant_id, user.id)
        tx.announce(change)
    if account is not None:
        return SessionState(state="complete")
    async with runtime.database.unscoped() as connection:
        await sessions.begin(runtime, connection, user.id, "totp_enrollment_required", request, response)
    return SessionState(state="totp_enrollment_required")


async def _new_password(limits: RateLimits, hasher: H, data: InvitationAcceptance, email: str, address: str) -> str:
    if data.name is None or data.password is None:
        raise Problem(422, Code.REQUEST_INVALID)
    try:
        check_strength(data.password, email=email, name=data.name)
    except Problem:
        # The link was right, and nothing was hashed: who thinks of another password is no guesser.
        limits.address.refund(address)
        raise
    return await hasher.hash(data.password)


async def _check_signed_in(runtime: Runtime, request: Request, invitation: Invitation) -> None:
    session = await sessions.find(runtime, sessions.token_of(request))
    if session is None or session.state != "complete":
        raise Problem(403, Code.INVITATION_SIGN_IN_FIRST)
    if session.email != invitation.email:
        raise Problem(403, Code.INVITATION_OTHER_PERSON, {"email": invitation.email})


async def _user(
    tx: Transaction, invitation: Invitation, account: User | None, data: InvitationAcceptance, encoded: str | None
) -> User:
    if account is not None:
        return account
    assert encoded is not None
    assert data.name is not None
    return await invitations.new_account(tx.session, invitation, data.name, encoded, data.language)
