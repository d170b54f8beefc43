"""Set-up, sign-in in two factors, profile."""

import hashlib
import secrets
from typing import Any
from uuid import UUID

from fastapi import Request, Response
from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from bosman_protocol.codes import Code
from bosman_server.audit.service import PLATFORM_TENANT, Actor, record, record_raw
from bosman_server.identity import sessions, totp
from bosman_server.identity.models import Membership, RecoveryCode, SetupCode, User
from bosman_server.identity.passwords import Hasher, check_strength
from bosman_server.identity.permissions import Permission, Role, granted
from bosman_server.identity.schemas import MeUpdate, SetupRequest, SignInRequest, State, TotpRequest
from bosman_server.kit.clock import utc_now
from bosman_server.kit.db.scope import EMPTY_SCOPE, TenantId, TenantScope
from bosman_server.kit.limiter import RateLimiter
from bosman_server.kit.problems import Problem
from bosman_server.kit.runtime import Runtime
from bosman_server.kit.vault import PLATFORM

PLATFORM_SCOPE = TenantScope.of([TenantId(PLATFORM_TENANT)])

# By address and by account: a flood on one account slows guessing, it never locks its owner out
# for longer than the refill. Per process; with N api processes the limits are N times as wide.
_by_address = RateLimiter(20, 3.0)
_by_account = RateLimiter(10, 6.0)
_by_totp = RateLimiter(6, 10.0)


def hash_setup_code(code: str) -> bytes:
    """What the database keeps of a set-up code (it has 128 random bits)."""
    return hashlib.sha256(code.encode()).digest()


def _anonymous(request: Request, name: str) -> Actor:
    return Actor("user", None, name[:120], sessions.source_ip(request))


async def setup_is_open(runtime: Runtime) -> bool:
    """Whether nobody has an account yet."""
    async with runtime.database.pool.acquire() as connection:
        return not await connection.fetchval("SELECT EXISTS (SELECT FROM identity_user)")


async def new_setup_code(session: AsyncSession, tenant_id: UUID) -> str:
    """A fresh one-time code for the first Owner of a tenant; earlier ones end."""
    await session.execute(delete(SetupCode))
    code = secrets.token_urlsafe(16)
    session.add(SetupCode(code_hash=hash_setup_code(code), tenant_id=tenant_id))
    return code


async def set_up(runtime: Runtime, hasher: Hasher, data: SetupRequest, request: Request, response: Response) -> State:
    """Make the first Owner. Raises Problem 404 when somebody already is, 403 for a wrong code."""
    _by_address.hit(f"setup:{sessions.source_ip(request)}")
    if not await setup_is_open(runtime):
        raise Problem(404, Code.SETUP_CLOSED)
    email = data.email.lower()
    check_strength(data.password, email=email, name=data.name)
    encoded = await hasher.hash(data.password)
    async with runtime.database.unit(PLATFORM_SCOPE) as unit:
        # One at a time: two browsers with the same code must not both become the first Owner.
        await unit.session.execute(select(func.pg_advisory_xact_lock(0x626F736D616E)))
        if await unit.session.scalar(select(func.count()).select_from(User)):
            raise Problem(404, Code.SETUP_CLOSED)
        code = await unit.session.get(SetupCode, hash_setup_code(data.code))
        if code is None or code.used_at is not None:
            raise Problem(403, Code.SETUP_BAD_CODE)
        code.used_at = utc_now()
        user = User(email=email, name=data.name, password_hash=encoded, language=data.language, is_operator=True)
        unit.session.add(user)
        await unit.session.flush()
        unit.session.add(Membership(tenant_id=code.tenant_id, user_id=user.id, role=Role.OWNER))
        actor = Actor("user", user.id, user.name, sessions.source_ip(request))
        record(unit.session, PLATFORM_TENANT, actor, "setup.complete", target=("user", user.id))
    async with runtime.database.pool.acquire() as connection:
        await sessions.begin(runtime, connection, user.id, "totp_enrollment_required", request, response)
    return "totp_enrollment_required"


async def sign_in(runtime: Runtime, hasher: Hasher, data: SignInRequest, request: Request, response: Response) -> State:
    """First factor. Raises Problem 401, the same for a wrong password and for an unknown address."""
    email = data.email.strip().lower()
    _by_address.hit(f"login:{sessions.source_ip(request)}")
    _by_account.hit(f"login:{email}:{sessions.source_ip(request)}")
    async with runtime.database.pool.acquire() as connection:
        user = await connection.fetchrow(
            "SELECT id, name, password_hash, totp_confirmed_at FROM identity_user WHERE email = $1", email
        )
    fits = await hasher.verify(user["password_hash"] if user else None, data.password)
    async with runtime.database.writing(PLATFORM_SCOPE) as connection:
        if user is None or not fits:
            actor = _anonymous(request, email)
            await record_raw(
                connection, PLATFORM_TENANT, actor, "session.sign_in", refused=Code.SESSION_BAD_CREDENTIALS
            )
            refusal: Problem | None = Problem(401, Code.SESSION_BAD_CREDENTIALS)
        else:
            refusal = None
            state: State = "totp_required" if user["totp_confirmed_at"] else "totp_enrollment_required"
            await sessions.begin(runtime, connection, user["id"], state, request, response)
    if refusal:
        raise refusal
    _by_account.forgive(f"login:{email}:{sessions.source_ip(request)}")
    return state


async def _pending(runtime: Runtime, request: Request, *states: str) -> sessions.FoundSession:
    found = await sessions.find(runtime, sessions.token_of(request))
    if found is None or found.state not in states:
        raise Problem(401, Code.SESSION_REQUIRED)
    return found


def _tenants_of(found: sessions.FoundSession) -> list[TenantId]:
    return [TenantId(tenant_id) for tenant_id, *_ in found.memberships]


def _seed_context(user_id: UUID) -> str:
    return f"identity_user.totp_sealed:{user_id}"


async def check_second_factor(runtime: Runtime, data: TotpRequest, request: Request, response: Response) -> State:
    """Second factor. Raises Problem 401 `session.bad_code`; a code and a recovery code work once."""
    found = await _pending(runtime, request, "totp_required")
    _by_totp.hit(f"totp:{found.user_id}")
    tenant_ids = _tenants_of(found)
    async with runtime.database.unit(TenantScope.of([*PLATFORM_SCOPE, *tenant_ids])) as unit:
        user = await unit.session.get_one(User, found.user_id, with_for_update=True)
        if data.recovery_code is not None:
            accepted = await _use_recovery_code(unit.session, user.id, data.recovery_code)
        else:
            accepted = await _use_totp(runtime, user, data.code or "")
        actor = Actor("user", user.id, user.name, sessions.source_ip(request))
        action = "session.recovery_code" if data.recovery_code else "session.totp"
        refused = None if accepted else Code.SESSION_BAD_CODE
        record(unit.session, PLATFORM_TENANT, actor, action, target=("user", user.id), refused=refused)
        # Successes only: somebody who guesses must not write an entry per tenant and guess.
        if accepted:
            _tell_tenants(unit.session, tenant_ids, actor)
    if not accepted:
        raise Problem(401, Code.SESSION_BAD_CODE)
    _by_totp.forgive(f"totp:{found.user_id}")
    async with runtime.database.pool.acquire() as connection:
        await sessions.begin(runtime, connection, found.user_id, "complete", request, response)
    return "complete"


def _tell_tenants(session: AsyncSession, tenant_ids: list[TenantId], actor: Actor) -> None:
    """The platform's own trail is not for tenants: they learn of their members' sign-ins from entries of their own."""
    for tenant_id in tenant_ids:
        record(session, tenant_id, actor, "member.sign_in", target=("user", actor.id) if actor.id else None)


async def _use_totp(runtime: Runtime, user: User, code: str) -> bool:
    if user.totp_sealed is None:
        return False
    secret = (await runtime.vault.unseal(PLATFORM, user.totp_sealed, _seed_context(user.id))).decode()
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


async def begin_totp(runtime: Runtime, request: Request) -> tuple[str, str]:
    """A fresh seed for a user who has none confirmed: the secret and its otpauth URI."""
    found = await _pending(runtime, request, "totp_enrollment_required")
    secret = totp.new_secret()
    sealed = await runtime.vault.seal(PLATFORM, secret.encode(), _seed_context(found.user_id))
    async with runtime.database.unit(EMPTY_SCOPE) as unit:
        user = await unit.session.get_one(User, found.user_id, with_for_update=True)
        if user.totp_confirmed_at is not None:
            raise Problem(401, Code.SESSION_REQUIRED)
        user.totp_sealed = sealed
    return secret, totp.otpauth_uri(secret, found.email)


async def confirm_totp(runtime: Runtime, code: str, request: Request, response: Response) -> list[str]:
    """The app has the secret: the session is complete. Returns recovery codes, shown once."""
    found = await _pending(runtime, request, "totp_enrollment_required")
    _by_totp.hit(f"totp:{found.user_id}")
    codes = totp.new_recovery_codes()
    tenant_ids = _tenants_of(found)
    async with runtime.database.unit(TenantScope.of([*PLATFORM_SCOPE, *tenant_ids])) as unit:
        user = await unit.session.get_one(User, found.user_id, with_for_update=True)
        if user.totp_confirmed_at is not None or not await _use_totp(runtime, user, code):
            raise Problem(401, Code.SESSION_BAD_CODE)
        user.totp_confirmed_at = utc_now()
        unit.session.add_all(RecoveryCode(user_id=user.id, code_hash=totp.hash_recovery_code(value)) for value in codes)
        actor = Actor("user", user.id, user.name, sessions.source_ip(request))
        record(unit.session, PLATFORM_TENANT, actor, "session.totp_enrolled", target=("user", user.id))
        _tell_tenants(unit.session, tenant_ids, actor)
    async with runtime.database.pool.acquire() as connection:
        await sessions.begin(runtime, connection, found.user_id, "complete", request, response)
    return codes


async def session_state(runtime: Runtime, request: Request) -> State:
    """How far sign-in has come. Raises Problem 401 without any session."""
    found = await _pending(runtime, request, "totp_required", "totp_enrollment_required", "complete")
    return found.state  # type: ignore[return-value]  # one of the three just asked for


async def read_me(session: AsyncSession, user_id: UUID) -> User:
    """The user's own row."""
    return await session.get_one(User, user_id)


async def update_me(session: AsyncSession, user_id: UUID, changes: MeUpdate, actor: Actor) -> User:
    """Change one's own profile."""
    user = await session.get_one(User, user_id)
    values = changes.model_dump(exclude_none=True)
    before = {name: getattr(user, name) for name in values}
    for name, value in values.items():
        setattr(user, name, value)
    record(session, PLATFORM_TENANT, actor, "user.update", target=("user", user_id), before=before, after=values)
    return user


def add_owner(session: AsyncSession, tenant_id: UUID, user_id: UUID) -> None:
    """Whoever makes a tenant owns it."""
    session.add(Membership(tenant_id=tenant_id, user_id=user_id, role=Role.OWNER))


async def still_may(connection: Any, user_id: UUID, tenant_id: UUID, site_id: UUID, *permissions: Permission) -> bool:
    """Whether a user holds permissions at a site right now; the dispatcher asks before it signs [R9]."""
    row = await connection.fetchrow(
        "SELECT role, site_ids FROM identity_membership WHERE user_id = $1 AND tenant_id = $2", user_id, tenant_id
    )
    if row is None or (row["site_ids"] is not None and site_id not in row["site_ids"]):
        return False
    return granted(Role(row["role"]), limited_to_sites=row["site_ids"] is not None).issuperset(permissions)


async def remove_memberships(session: AsyncSession, tenant_id: UUID) -> None:
    """A tenant is gone, and with it what people were in it."""
    await session.execute(delete(Membership).where(Membership.tenant_id == tenant_id))
