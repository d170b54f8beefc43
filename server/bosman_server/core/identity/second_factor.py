"""The second factor: enrolment, codes, recovery codes, and proving it anew for dangerous acts."""

from datetime import timedelta
from uuid import UUID

from fastapi import Request, Response
from sqlalchemy import delete, update
from sqlalchemy.ext.asyncio import AsyncSession

from bosman_protocol.codes import Code
from bosman_server.core.audit.actions import Action
from bosman_server.core.audit.service import PLATFORM_TENANT, Actor, record
from bosman_server.core.identity import notices, rate_limits, second_factor_guesses, sessions, totp, trusted_browsers
from bosman_server.core.identity.access import Subject
from bosman_server.core.identity.models import PendingFactor, RecoveryCode, Session, User
from bosman_server.core.identity.proof import secrets_of
from bosman_server.core.identity.schemas import State, TotpRequest
from bosman_server.kit.clock import utc_now
from bosman_server.kit.crypto.encryption import PLATFORM
from bosman_server.kit.db.scope import EMPTY_SCOPE, TenantId, TenantScope
from bosman_server.kit.db.transaction import Transaction
from bosman_server.kit.problems import Problem
from bosman_server.kit.runtime import Runtime

PENDING_VALID = timedelta(minutes=10)
"""How long another authenticator may take to prove that it has its seed."""
PLATFORM_SCOPE = TenantScope.of([TenantId(PLATFORM_TENANT)])


async def pending(runtime: Runtime, request: Request, *states: str) -> sessions.FoundSession:
    """The caller's session in one of the states. Raises Problem 401."""
    found = await sessions.find(runtime, sessions.token_of(request))
    if found is None or found.state not in states:
        raise Problem(401, Code.SESSION_REQUIRED)
    return found


def _seed_context(user_id: UUID) -> str:
    return f"identity_user.totp_sealed:{user_id}"


async def _accepts(
    runtime: Runtime, session: AsyncSession, user: User, data: TotpRequest, source_ip: str | None
) -> bool:
    """The one place where a second factor is judged; the user's row is locked. Raises Problem 429."""
    await second_factor_guesses.check_open(session, user)
    if data.recovery_code is not None:
        accepted = await _use_recovery_code(session, user.id, data.recovery_code)
    else:
        accepted = await _use_totp(runtime, session, user, data.code or "")
    if not accepted:
        await second_factor_guesses.wrong(session, runtime.cipher, user, source_ip)
        return False
    await second_factor_guesses.right(session, user)
    if data.recovery_code is not None:
        await notices.tell(session, runtime.cipher, user, "recovery_code_used", source_ip)
    return True


async def _use_totp(runtime: Runtime, session: AsyncSession, user: User, code: str) -> bool:
    sealed = (await secrets_of(session, user.id)).totp_sealed
    if sealed is None:
        return False
    secret = (await runtime.cipher.decrypt(PLATFORM, sealed, _seed_context(user.id))).decode()
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
    async with runtime.database.writing(_with_tenants(found)) as tx:
        user = await tx.session.get_one(User, found.user_id, with_for_update=True)
        accepted = await _accepts(runtime, tx.session, user, data, sessions.source_ip(request))
        actor = Actor("user", user.id, user.name, sessions.source_ip(request))
        action: Action = "session.recovery_code" if data.recovery_code else "session.totp"
        refused = None if accepted else Code.SESSION_BAD_CODE
        record(tx, PLATFORM_TENANT, actor, action, target=("user", user.id), refused=refused)
        # Successes only: somebody who guesses must not write an entry per tenant and guess.
        if accepted:
            _tell_tenants(tx, found, actor)
    if not accepted:
        raise Problem(401, Code.SESSION_BAD_CODE)
    await _complete(runtime, found.user_id, request, response)
    return "complete"


def _with_tenants(found: sessions.FoundSession) -> TenantScope:
    return TenantScope.of([*PLATFORM_SCOPE, *(TenantId(tenant_id) for tenant_id, *_ in found.memberships)])


def _tell_tenants(tx: Transaction, found: sessions.FoundSession, actor: Actor) -> None:
    """The platform's own trail is not for tenants: they learn of their members' sign-ins from entries of their own."""
    for tenant_id, *_ in found.memberships:
        record(tx, tenant_id, actor, "member.sign_in", target=("user", found.user_id))


async def _complete(runtime: Runtime, user_id: UUID, request: Request, response: Response) -> None:
    async with runtime.database.unscoped() as connection:
        await sessions.begin(runtime, connection, user_id, "complete", request, response)
        await trusted_browsers.remember(runtime, connection, user_id, request, response)


async def _prove(runtime: Runtime, subject: Subject, data: TotpRequest, action: Action) -> None:
    """A code of the subject's own in this very request. Raises Problem 401 `session.bad_code`, 429."""
    async with runtime.database.writing(PLATFORM_SCOPE) as tx:
        user = await tx.session.get_one(User, subject.user_id, with_for_update=True)
        accepted = await _accepts(runtime, tx.session, user, data, subject.source_ip)
        refused = None if accepted else Code.SESSION_BAD_CODE
        # What was proved is a step-up, whatever it was asked for; a refusal says what it was asked for.
        told: Action = action if refused else "session.step_up"
        record(tx, PLATFORM_TENANT, subject.actor, told, target=("user", user.id), refused=refused)
        if accepted:
            await tx.session.execute(
                update(Session).where(Session.id == subject.session_id).values(stepped_up_at=utc_now())
            )
    if not accepted:
        raise Problem(401, Code.SESSION_BAD_CODE)


async def step_up(runtime: Runtime, subject: Subject, data: TotpRequest) -> None:
    """A fresh second factor for dangerous acts. Raises Problem 401 `session.bad_code`, 429."""
    await _prove(runtime, subject, data, "session.step_up")


async def begin_enrollment(runtime: Runtime, request: Request) -> tuple[str, str]:
    """A fresh seed for a user who has none confirmed: the secret and its otpauth URI."""
    found = await pending(runtime, request, "totp_enrollment_required")
    secret = totp.new_secret()
    sealed = await runtime.cipher.encrypt(PLATFORM, secret.encode(), _seed_context(found.user_id))
    async with runtime.database.writing(EMPTY_SCOPE) as tx:
        user = await tx.session.get_one(User, found.user_id, with_for_update=True)
        if user.totp_confirmed_at is not None:
            raise Problem(401, Code.SESSION_REQUIRED)
        user.totp_sealed = sealed
    return secret, totp.otpauth_uri(secret, found.email)


async def confirm_enrollment(runtime: Runtime, code: str, request: Request, response: Response) -> list[str]:
    """The app has the secret: the session is complete. Returns recovery codes, shown once."""
    found = await pending(runtime, request, "totp_enrollment_required")
    rate_limits.limits_of(runtime).enrolment.hit(found.email)
    async with runtime.database.writing(_with_tenants(found)) as tx:
        user = await tx.session.get_one(User, found.user_id, with_for_update=True)
        if user.totp_confirmed_at is not None or not await _use_totp(runtime, tx.session, user, code):
            raise Problem(401, Code.SESSION_BAD_CODE)
        user.totp_confirmed_at = utc_now()
        await second_factor_guesses.right(tx.session, user)
        codes = await _renew_recovery_codes(tx.session, user.id)
        actor = Actor("user", user.id, user.name, sessions.source_ip(request))
        record(tx, PLATFORM_TENANT, actor, "session.totp_enrolled", target=("user", user.id))
        _tell_tenants(tx, found, actor)
    await _complete(runtime, found.user_id, request, response)
    return codes


async def _renew_recovery_codes(session: AsyncSession, user_id: UUID) -> list[str]:
    codes = totp.new_recovery_codes()
    await session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user_id))
    session.add_all(RecoveryCode(user_id=user_id, code_hash=totp.hash_recovery_code(value)) for value in codes)
    return codes


async def new_recovery_codes(runtime: Runtime, subject: Subject, data: TotpRequest) -> list[str]:
    """Ten fresh recovery codes for whoever gives a code now; the old ones end.

    Raises Problem 401 `session.bad_code`, 429.
    """
    await _prove(runtime, subject, data, "user.recovery_codes")
    async with runtime.database.writing(PLATFORM_SCOPE) as tx:
        user = await tx.session.get_one(User, subject.user_id, with_for_update=True)
        codes = await _renew_recovery_codes(tx.session, user.id)
        record(tx, PLATFORM_TENANT, subject.actor, "user.recovery_codes", target=("user", user.id))
        await notices.tell(tx.session, runtime.cipher, user, "recovery_codes_made", subject.source_ip)
    return codes


async def forget_totp(session: AsyncSession, user_id: UUID) -> None:
    """The authenticator is gone: the next sign-in enrols a new one. Every session ends."""
    user = await session.get_one(User, user_id, with_for_update=True)
    user.totp_sealed = user.totp_confirmed_at = user.totp_last_step = None
    await second_factor_guesses.right(session, user)
    await session.execute(delete(PendingFactor).where(PendingFactor.user_id == user_id))
    await session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user_id))
    await session.execute(delete(Session).where(Session.user_id == user_id))


def _pending_context(user_id: UUID) -> str:
    return f"identity_pending_factor.seed_sealed:{user_id}"


async def begin_replacement(runtime: Runtime, subject: Subject, data: TotpRequest) -> tuple[str, str]:
    """Another authenticator, for whoever gives a code of the old one now: its secret and otpauth URI.

    The old one and the recovery codes stay good until the new one is confirmed in the same session.
    Raises Problem 401 `session.bad_code`, 429.
    """
    await _prove(runtime, subject, data, "user.totp_replace")
    assert subject.session_id is not None, "people only"
    secret = totp.new_secret()
    sealed = await runtime.cipher.encrypt(PLATFORM, secret.encode(), _pending_context(subject.user_id))
    async with runtime.database.writing(PLATFORM_SCOPE) as tx:
        await tx.session.execute(delete(PendingFactor).where(PendingFactor.user_id == subject.user_id))
        tx.session.add(PendingFactor(user_id=subject.user_id, session_id=subject.session_id, seed_sealed=sealed))
    return secret, totp.otpauth_uri(secret, subject.email)


async def confirm_replacement(runtime: Runtime, subject: Subject, code: str) -> list[str]:
    """The new authenticator has its seed: it takes the old one's place, every other session ends.

    Returns recovery codes, shown once. Raises Problem 401 `session.bad_code`, 429.
    """
    rate_limits.limits_of(runtime).enrolment.hit(subject.email)
    async with runtime.database.writing(PLATFORM_SCOPE) as tx:
        user = await tx.session.get_one(User, subject.user_id, with_for_update=True)
        row = await tx.session.get(PendingFactor, subject.user_id)
        if row is None or row.session_id != subject.session_id or utc_now() - row.created_at > PENDING_VALID:
            raise Problem(401, Code.SESSION_BAD_CODE)
        secret = (await runtime.cipher.decrypt(PLATFORM, row.seed_sealed, _pending_context(user.id))).decode()
        step = totp.accepted_step(secret, code, None)
        if step is None:
            raise Problem(401, Code.SESSION_BAD_CODE)
        user.totp_sealed = await runtime.cipher.encrypt(PLATFORM, secret.encode(), _seed_context(user.id))
        user.totp_last_step, user.totp_confirmed_at = step, utc_now()
        await tx.session.delete(row)
        codes = await _renew_recovery_codes(tx.session, user.id)
        others = delete(Session).where(Session.user_id == user.id, Session.id != subject.session_id)
        await tx.session.execute(others)
        record(tx, PLATFORM_TENANT, subject.actor, "user.totp_replace", target=("user", user.id))
        await notices.tell(tx.session, runtime.cipher, user, "factor_replaced", subject.source_ip)
    return codes
