"""Changing a password, and setting a new one by a link that was mailed."""

import secrets
from datetime import timedelta
from uuid import UUID

import structlog
from fastapi import Request
from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bosman_protocol.codes import Code
from bosman_server.core.audit.service import PLATFORM_TENANT, Actor, record
from bosman_server.core.identity import api_keys, sessions
from bosman_server.core.identity.access import Subject
from bosman_server.core.identity.models import Membership, PasswordReset, Session, User
from bosman_server.core.identity.passwords import Hasher, check_strength
from bosman_server.core.identity.proof import secrets_of
from bosman_server.core.identity.rate_limits import limits_of
from bosman_server.core.identity.schemas import PasswordChange, PasswordResetCompletion
from bosman_server.core.identity.second_factor import PLATFORM_SCOPE
from bosman_server.core.notifications import service as mail
from bosman_server.kit.clock import utc_now
from bosman_server.kit.db.scope import TenantId, TenantScope
from bosman_server.kit.db.transaction import Transaction
from bosman_server.kit.problems import Problem
from bosman_server.kit.runtime import Runtime

log = structlog.get_logger()

RESET_VALID = timedelta(minutes=30)


async def change(runtime: Runtime, hasher: Hasher, subject: Subject, data: PasswordChange) -> None:
    """A new password for whoever knows the old one; every other session ends.

    Raises Problem 403 `password.wrong`, 422 for a weak one.
    """
    # By account: a stolen session is no reason to guess anew, nor is the next one.
    limits_of(runtime).password_change.hit(subject.email)
    async with runtime.database.writing(PLATFORM_SCOPE) as tx:
        user = await tx.session.get_one(User, subject.user_id)
        encoded, language = (await secrets_of(tx.session, user.id)).password_hash, user.language
    if not await hasher.verify(encoded, data.current_password, known=True):
        async with runtime.database.writing(PLATFORM_SCOPE) as tx:
            _record(tx, subject.actor, subject, refused=Code.PASSWORD_WRONG)
        raise Problem(403, Code.PASSWORD_WRONG)
    check_strength(data.new_password, email=subject.email, name=subject.name)
    fresh = await hasher.hash(data.new_password)
    scope = TenantScope.of([*subject.grants, *PLATFORM_SCOPE])
    async with runtime.database.writing(scope) as tx:
        await tx.session.execute(update(User).where(User.id == subject.user_id).values(password_hash=fresh))
        await tx.session.execute(
            delete(Session).where(Session.user_id == subject.user_id, Session.id != subject.session_id)
        )
        if data.api_keys:
            await api_keys.end_all(tx, subject.actor, subject.grants, subject.user_id)
        _record(tx, subject.actor, subject)
        await _tell(runtime, tx.session, subject.email, language, subject.source_ip)
    limits_of(runtime).password_change.forgive(subject.email)


def _record(tx: Transaction, actor: Actor, subject: Subject, *, refused: Code | None = None) -> None:
    record(tx, PLATFORM_TENANT, actor, "user.password_change", target=("user", subject.user_id), refused=refused)


async def _tell(runtime: Runtime, session: AsyncSession, email: str, language: str, source_ip: str | None) -> None:
    params = {"source_ip": source_ip or "", "at": utc_now().isoformat()}
    await mail.enqueue(session, runtime.cipher, PLATFORM_TENANT, email, language, "password_changed", params)


async def new_link(session: AsyncSession, user_id: UUID, browser_url: str) -> str:
    """The address of a page that sets a new password, once; an earlier one ends."""
    token = secrets.token_urlsafe(32)
    await session.execute(delete(PasswordReset).where(PasswordReset.user_id == user_id))
    session.add(
        PasswordReset(token_hash=sessions.hash_token(token), user_id=user_id, expires_at=utc_now() + RESET_VALID)
    )
    # In the fragment: a browser sends it to nobody, no log and no proxy sees it.
    return f"{browser_url}/reset-password#{token}"


async def request_reset(runtime: Runtime, email: str, source_ip: str | None) -> None:
    """Mail a link to somebody with an account. Runs after the answer, which is the same for everybody."""
    try:
        limits_of(runtime).reset_mails.hit(email)
    except Problem:
        return
    async with runtime.database.writing(PLATFORM_SCOPE) as tx:
        user = await tx.session.scalar(select(User).where(User.email == email))
        if user is None:
            return
        params = {
            "link": await new_link(tx.session, user.id, runtime.settings.browser_url),
            "valid_minutes": int(RESET_VALID.total_seconds() // 60),
            "source_ip": source_ip or "",
        }
        await mail.enqueue(
            tx.session, runtime.cipher, PLATFORM_TENANT, user.email, user.language, "password_reset", params
        )
        actor = Actor("user", None, email[:120], source_ip)
        record(tx, PLATFORM_TENANT, actor, "user.password_reset_request", target=("user", user.id))


async def _usable(session: AsyncSession, token: str) -> PasswordReset:
    row = await session.get(PasswordReset, sessions.hash_token(token), with_for_update=True)
    if row is None or row.used_at is not None or row.expires_at <= utc_now():
        raise Problem(403, Code.PASSWORD_BAD_LINK)
    return row


async def complete_reset(runtime: Runtime, hasher: Hasher, data: PasswordResetCompletion, request: Request) -> None:
    """A new password by a mailed link, once. Every session and API key ends; the second factor is still asked for.

    Whoever forgot a password may have lost it to somebody, who may have made keys. Nothing that bounds guesses
    of the second factor is forgiven, and no browser becomes known: the mailbox alone must not suffice.

    Raises Problem 403 `password.bad_link`, 422 for a weak password (the link stays good).
    """
    limits_of(runtime).hit_address("reset", sessions.source_ip(request))
    async with runtime.database.writing(PLATFORM_SCOPE) as tx:
        row = await _usable(tx.session, data.token)
        user = await tx.session.get_one(User, row.user_id)
    check_strength(data.password, email=user.email, name=user.name)
    encoded = await hasher.hash(data.password)
    tenants = await _tenants_of(runtime, user.id)
    async with runtime.database.writing(TenantScope.of([*tenants, *PLATFORM_SCOPE])) as tx:
        row = await _usable(tx.session, data.token)
        row.used_at = utc_now()
        await tx.session.execute(update(User).where(User.id == row.user_id).values(password_hash=encoded))
        await tx.session.execute(delete(Session).where(Session.user_id == row.user_id))
        actor = Actor("user", user.id, user.name, sessions.source_ip(request))
        keys = await api_keys.end_all(tx, actor, tenants, user.id)
        after = {"api_keys": keys}
        record(tx, PLATFORM_TENANT, actor, "user.password_reset", target=("user", user.id), after=after)
        await _tell(runtime, tx.session, user.email, user.language, actor.source_ip)
    # Guesses of the old password are of no use any more.
    limits_of(runtime).unknown_browsers.forgive(user.email)


async def _tenants_of(runtime: Runtime, user_id: UUID) -> list[TenantId]:
    async with runtime.database.writing(PLATFORM_SCOPE) as tx:
        ids = await tx.session.scalars(select(Membership.tenant_id).where(Membership.user_id == user_id))
        return [TenantId(tenant_id) for tenant_id in ids]
