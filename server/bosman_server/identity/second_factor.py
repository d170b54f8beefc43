"""The second factor: enrolment, codes, recovery codes, and proving it anew for dangerous acts."""

from uuid import UUID

from fastapi import Request, Response
from sqlalchemy import delete, update
from sqlalchemy.ext.asyncio import AsyncSession

from bosman_protocol.codes import Code
from bosman_server.audit.service import PLATFORM_TENANT, Actor, record
from bosman_server.identity import browsers, limits, sessions, totp
from bosman_server.identity.access import Subject
from bosman_server.identity.models import RecoveryCode, Session, User
from bosman_server.identity.proof import secrets_of
from bosman_server.identity.schemas import State, TotpRequest
from bosman_server.kit.clock import utc_now
from bosman_server.kit.db.scope import EMPTY_SCOPE, TenantId, TenantScope
from bosman_server.kit.problems import Problem
from bosman_server.kit.runtime import Runtime
from bosman_server.kit.vault import PLATFORM

PLATFORM_SCOPE = TenantScope.of([TenantId(PLATFORM_TENANT)])


async def pending(runtime: Runtime, request: Request, *states: str) -> sessions.FoundSession:
    """The caller's session in one of the states. Raises Problem 401."""
    found = await sessions.find(runtime, sessions.token_of(request))
    if found is None or found.state not in states:
        raise Problem(401, Code.SESSION_REQUIRED)
    return found


def _seed_context(user_id: UUID) -> str:
    return f"identity_user.totp_sealed:{user_id}"


async def _accepts(runtime: Runtime, session: AsyncSession, user: User, data: TotpRequest) -> bool:
    if data.recovery_code is not None:
        return await _use_recovery_code(session, user.id, data.recovery_code)
    return await _use_totp(runtime, session, user, data.code or "")


async def _use_totp(runtime: Runtime, session: AsyncSession, user: User, code: str) -> bool:
    sealed = (await secrets_of(session, user.id)).totp_sealed
    if sealed is None:
        return False
    secret = (await runtime.vault.unseal(PLATFORM, sealed, _seed_context(user.id))).decode()
    step = totp.accepted_step(secret, code, user.totp_last_step)
    if step is None:
        return False
    user.totp_last_step = step
    return True


async def _use_recovery_code(session: AsyncSession, user_id: UUID, code: str) -> bool:
    row = await session.get(RecoveryCode, (user_id, totp.hash_recovery_code(code)))
    if row is None or row.used_at is not None:
        return False
    row.used_at = utc_now()
    return True


async def check(runtime: Runtime, data: TotpRequest, request: Request, response: Response) -> State:
    """Second factor of a sign-in. Raises Problem 401 `session.bad_code`; a code works once."""
    found = await pending(runtime, request, "totp_required")
    bucket = await _bucket(runtime, found, request)
    limits.SECOND_FACTOR.hit(bucket)
    async with runtime.database.unit(_with_tenants(found)) as unit:
        user = await unit.session.get_one(User, found.user_id, with_for_update=True)
        accepted = await _accepts(runtime, unit.session, user, data)
        actor = Actor("user", user.id, user.name, sessions.source_ip(request))
        action = "session.recovery_code" if data.recovery_code else "session.totp"
        refused = None if accepted else Code.SESSION_BAD_CODE
        record(unit.session, PLATFORM_TENANT, actor, action, target=("user", user.id), refused=refused)
        # Successes only: somebody who guesses must not write an entry per tenant and guess.
        if accepted:
            _tell_tenants(unit.session, found, actor)
    if not accepted:
        raise Problem(401, Code.SESSION_BAD_CODE)
    limits.SECOND_FACTOR.forgive(bucket)
    await _complete(runtime, found.user_id, request, response)
    return "complete"


def _with_tenants(found: sessions.FoundSession) -> TenantScope:
    return TenantScope.of([*PLATFORM_SCOPE, *(TenantId(tenant_id) for tenant_id, *_ in found.memberships)])


def _tell_tenants(session: AsyncSession, found: sessions.FoundSession, actor: Actor) -> None:
    """The platform's own trail is not for tenants: they learn of their members' sign-ins from entries of their own."""
    for tenant_id, *_ in found.memberships:
        record(session, tenant_id, actor, "member.sign_in", target=("user", found.user_id))


async def _bucket(runtime: Runtime, found: sessions.FoundSession, request: Request) -> str:
    async with runtime.database.pool.acquire() as connection:
        known = await browsers.is_known(connection, found.user_id, request)
    return f"{found.email}:{browsers.token_of(request)}" if known else found.email


async def _complete(runtime: Runtime, user_id: UUID, request: Request, response: Response) -> None:
    async with runtime.database.pool.acquire() as connection:
        await sessions.begin(runtime, connection, user_id, "complete", request, response)
        await browsers.remember(runtime, connection, user_id, request, response)


async def step_up(runtime: Runtime, subject: Subject, data: TotpRequest) -> None:
    """A fresh second factor for dangerous acts. Raises Problem 401 `session.bad_code`."""
    bucket = f"{subject.email}:{subject.session_id}"
    limits.SECOND_FACTOR.hit(bucket)
    async with runtime.database.unit(PLATFORM_SCOPE) as unit:
        user = await unit.session.get_one(User, subject.user_id, with_for_update=True)
        accepted = await _accepts(runtime, unit.session, user, data)
        refused = None if accepted else Code.SESSION_BAD_CODE
        record(
            unit.session, PLATFORM_TENANT, subject.actor, "session.step_up", target=("user", user.id), refused=refused
        )
        if accepted:
            await unit.session.execute(
                update(Session).where(Session.id == subject.session_id).values(stepped_up_at=utc_now())
            )
    if not accepted:
        raise Problem(401, Code.SESSION_BAD_CODE)
    limits.SECOND_FACTOR.forgive(bucket)


async def begin_enrollment(runtime: Runtime, request: Request) -> tuple[str, str]:
    """A fresh seed for a user who has none confirmed: the secret and its otpauth URI."""
    found = await pending(runtime, request, "totp_enrollment_required")
    secret = totp.new_secret()
    sealed = await runtime.vault.seal(PLATFORM, secret.encode(), _seed_context(found.user_id))
    async with runtime.database.unit(EMPTY_SCOPE) as unit:
        user = await unit.session.get_one(User, found.user_id, with_for_update=True)
        if user.totp_confirmed_at is not None:
            raise Problem(401, Code.SESSION_REQUIRED)
        user.totp_sealed = sealed
    return secret, totp.otpauth_uri(secret, found.email)


async def confirm_enrollment(runtime: Runtime, code: str, request: Request, response: Response) -> list[str]:
    """The app has the secret: the session is complete. Returns recovery codes, shown once."""
    found = await pending(runtime, request, "totp_enrollment_required")
    limits.SECOND_FACTOR.hit(found.email)
    async with runtime.database.unit(_with_tenants(found)) as unit:
        user = await unit.session.get_one(User, found.user_id, with_for_update=True)
        if user.totp_confirmed_at is not None or not await _use_totp(runtime, unit.session, user, code):
            raise Problem(401, Code.SESSION_BAD_CODE)
        user.totp_confirmed_at = utc_now()
        codes = await _renew_recovery_codes(unit.session, user.id)
        actor = Actor("user", user.id, user.name, sessions.source_ip(request))
        record(unit.session, PLATFORM_TENANT, actor, "session.totp_enrolled", target=("user", user.id))
        _tell_tenants(unit.session, found, actor)
    await _complete(runtime, found.user_id, request, response)
    return codes


async def _renew_recovery_codes(session: AsyncSession, user_id: UUID) -> list[str]:
    codes = totp.new_recovery_codes()
    await session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user_id))
    session.add_all(RecoveryCode(user_id=user_id, code_hash=totp.hash_recovery_code(value)) for value in codes)
    return codes


async def new_recovery_codes(runtime: Runtime, subject: Subject) -> list[str]:
    """Ten fresh recovery codes; the old ones end."""
    async with runtime.database.unit(PLATFORM_SCOPE) as unit:
        codes = await _renew_recovery_codes(unit.session, subject.user_id)
        record(unit.session, PLATFORM_TENANT, subject.actor, "user.recovery_codes", target=("user", subject.user_id))
    return codes


async def forget_totp(session: AsyncSession, user_id: UUID) -> None:
    """The authenticator is gone or replaced: the next sign-in enrols a new one. Every session ends."""
    user = await session.get_one(User, user_id, with_for_update=True)
    user.totp_sealed = user.totp_confirmed_at = user.totp_last_step = None
    await session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user_id))
    await session.execute(delete(Session).where(Session.user_id == user_id))


async def replace_totp(runtime: Runtime, subject: Subject, request: Request, response: Response) -> State:
    """A new phone: the old seed ends at once, this browser goes on to enrol the new one."""
    async with runtime.database.unit(PLATFORM_SCOPE) as unit:
        await forget_totp(unit.session, subject.user_id)
        record(unit.session, PLATFORM_TENANT, subject.actor, "user.totp_replace", target=("user", subject.user_id))
    async with runtime.database.pool.acquire() as connection:
        await sessions.begin(runtime, connection, subject.user_id, "totp_enrollment_required", request, response)
    return "totp_enrollment_required"
