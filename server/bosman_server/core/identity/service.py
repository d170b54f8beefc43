"""Set-up, the first factor, profile, and what other slices ask of identity."""

import hashlib
import secrets
from uuid import UUID

from fastapi import Request, Response
from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from bosman_protocol.codes import Code
from bosman_server.core.audit.service import PLATFORM_TENANT, Actor, record
from bosman_server.core.identity import api_key_auth, rate_limits, sessions, trusted_browsers
from bosman_server.core.identity.access import key_grant
from bosman_server.core.identity.models import ApiKey, Invitation, Membership, SetupCode, User
from bosman_server.core.identity.passwords import Hasher, check_strength
from bosman_server.core.identity.permissions import Permission, Role, granted
from bosman_server.core.identity.rate_limits import RateLimits
from bosman_server.core.identity.schemas import MeUpdate, SetupRequest, SignInRequest, State
from bosman_server.core.identity.second_factor import PLATFORM_SCOPE, pending
from bosman_server.kit.clock import utc_now
from bosman_server.kit.db.transaction import Connection, Record, Transaction
from bosman_server.kit.problems import Problem
from bosman_server.kit.runtime import Runtime

Place = tuple[UUID, UUID]
"""A device and the site where it stands."""


def hash_setup_code(code: str) -> bytes:
    """What the database keeps of a set-up code (it has 128 random bits)."""
    return hashlib.sha256(code.encode()).digest()


def _anonymous(request: Request, name: str) -> Actor:
    # Passwords get typed into the wrong field: what is no address at all stays out of the trail.
    return Actor("user", None, name[:120] if "@" in name else "", sessions.source_ip(request))


async def setup_is_open(runtime: Runtime) -> bool:
    """Whether nobody has an account yet."""
    async with runtime.database.unscoped() as connection:
        return not await connection.fetchval("SELECT EXISTS (SELECT FROM identity_user)")


async def new_setup_code(session: AsyncSession, tenant_id: UUID) -> str:
    """A fresh one-time code for the first Owner of a tenant; earlier ones end."""
    await session.execute(delete(SetupCode))
    code = secrets.token_urlsafe(16)
    session.add(SetupCode(code_hash=hash_setup_code(code), tenant_id=tenant_id))
    return code


async def set_up(runtime: Runtime, hasher: Hasher, data: SetupRequest, request: Request, response: Response) -> State:
    """Make the first Owner. Raises Problem 404 when somebody already is, 403 for a wrong code."""
    rate_limits.limits_of(runtime).hit_address("setup", sessions.source_ip(request))
    if not await setup_is_open(runtime):
        raise Problem(404, Code.SETUP_CLOSED)
    email = data.email.lower()
    check_strength(data.password, email=email, name=data.name)
    encoded = await hasher.hash(data.password)
    async with runtime.database.writing(PLATFORM_SCOPE) as tx:
        # One at a time (there is one code): two browsers must not both become the first Owner by it.
        code = await tx.session.get(SetupCode, hash_setup_code(data.code), with_for_update=True)
        if await tx.session.scalar(select(func.count()).select_from(User)):
            raise Problem(404, Code.SETUP_CLOSED)
        if code is None or code.used_at is not None:
            raise Problem(403, Code.SETUP_BAD_CODE)
        code.used_at = utc_now()
        user = User(email=email, name=data.name, password_hash=encoded, language=data.language, is_operator=True)
        tx.session.add(user)
        await tx.session.flush()
        add_owner(tx.session, code.tenant_id, user.id)
        actor = Actor("user", user.id, user.name, sessions.source_ip(request))
        record(tx, PLATFORM_TENANT, actor, "setup.complete", target=("user", user.id))
    async with runtime.database.unscoped() as connection:
        await sessions.begin(runtime, connection, user.id, "totp_enrollment_required", request, response)
    return "totp_enrollment_required"


_CANDIDATE = """
SELECT u.id, u.name, s.password_hash, u.totp_confirmed_at FROM identity_user u, identity_secrets(u.id) s
WHERE u.email = $1
"""


async def _limit_guesses(
    limits: RateLimits, connection: Connection, user: Record | None, email: str, request: Request
) -> str | None:
    """Take one guess: of this browser when the account knows it, else of all the others together.

    Returns the key of the browser's own bucket. Raises Problem 429.
    """
    if user is not None and await trusted_browsers.is_known(connection, user["id"], request):
        key = f"{email}:{trusted_browsers.token_of(request)}"
        limits.known.hit(key)
        return key
    limits.check_unknown_browsers(email, take=True)
    return None


async def sign_in(runtime: Runtime, hasher: Hasher, data: SignInRequest, request: Request, response: Response) -> State:
    """First factor. Raises Problem 401, the same for a wrong password and for an unknown address."""
    email = data.email.strip().lower()
    limits = rate_limits.limits_of(runtime)
    address = limits.hit_address("login", sessions.source_ip(request))
    if trusted_browsers.token_of(request) is None:
        limits.check_unknown_browsers(email, take=False)
    async with runtime.database.unscoped() as connection:
        user = await connection.fetchrow(_CANDIDATE, email)
        known = await _limit_guesses(limits, connection, user, email, request)
    fits = await hasher.verify(user["password_hash"] if user else None, data.password, known=known is not None)
    if user is None or not fits:
        async with runtime.database.writing(PLATFORM_SCOPE) as tx:
            code = Code.SESSION_BAD_CREDENTIALS
            target = ("user", user["id"]) if user else None
            record(tx, PLATFORM_TENANT, _anonymous(request, email), "session.sign_in", target=target, refused=code)
        raise Problem(401, Code.SESSION_BAD_CREDENTIALS)
    state: State = "totp_required" if user["totp_confirmed_at"] else "totp_enrollment_required"
    async with runtime.database.unscoped() as connection:
        await sessions.begin(runtime, connection, user["id"], state, request, response)
    limits.address.refund(address)
    if known:
        limits.known.forgive(known)
    return state


async def session_state(runtime: Runtime, request: Request) -> State:
    """How far sign-in has come. Raises Problem 401 without any session."""
    found = await pending(runtime, request, "totp_required", "totp_enrollment_required", "complete")
    return found.state  # type: ignore[return-value]  # one of the three just asked for


async def read_me(session: AsyncSession, user_id: UUID) -> User:
    """The user's own row."""
    return await session.get_one(User, user_id)


async def update_me(tx: Transaction, user_id: UUID, changes: MeUpdate, actor: Actor) -> User:
    """Change one's own profile."""
    user = await tx.session.get_one(User, user_id, with_for_update=True)
    values = changes.changes()
    before = {name: getattr(user, name) for name in values}
    changes.apply_to(user)
    record(tx, PLATFORM_TENANT, actor, "user.update", target=("user", user_id), before=before, after=values)
    return user


def add_owner(session: AsyncSession, tenant_id: UUID, user_id: UUID) -> None:
    """Whoever makes a tenant owns it."""
    session.add(Membership(tenant_id=tenant_id, user_id=user_id, role=Role.OWNER))


async def key_still_may(
    connection: Connection, key_id: UUID, tenant_id: UUID, device: Place, *permissions: Permission
) -> bool:
    """Whether an API key is good for a device right now: the dispatcher asks before it signs what one wished."""
    found = await api_key_auth.find_by_id(connection, tenant_id, key_id)
    if found is None:
        return False
    grant = key_grant(found)
    device_id, site_id = device
    here = grant.site_ids is None or site_id in grant.site_ids
    mine = grant.device_ids is None or device_id in grant.device_ids
    return here and mine and grant.permissions.issuperset(permissions)


async def still_may(
    connection: Connection, user_id: UUID, tenant_id: UUID, site_id: UUID, *permissions: Permission
) -> bool:
    """Whether a user holds permissions at a site right now; the dispatcher asks before it signs [R9]."""
    row = await connection.fetchrow(
        "SELECT role, site_ids FROM identity_membership WHERE user_id = $1 AND tenant_id = $2", user_id, tenant_id
    )
    if row is None or (row["site_ids"] is not None and site_id not in row["site_ids"]):
        return False
    return granted(Role(row["role"]), limited_to_sites=row["site_ids"] is not None).issuperset(permissions)


async def remove_memberships(session: AsyncSession, tenant_id: UUID) -> None:
    """A tenant is gone, and with it what people and their programs were in it."""
    for table in (Membership, Invitation, ApiKey):
        await session.execute(delete(table).where(table.tenant_id == tenant_id))
