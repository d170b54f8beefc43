"""Server-side sessions: a random token in an HttpOnly cookie, its hash in the database."""

import hashlib
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime, timedelta
from uuid import UUID

import msgspec
from fastapi import Request, Response

from bosman_server.core.audit.service import PLATFORM_TENANT, Actor, record
from bosman_server.kit.clock import utc_now
from bosman_server.kit.db.scope import TenantId, TenantScope
from bosman_server.kit.db.transaction import Connection
from bosman_server.kit.ids import uuid7
from bosman_server.kit.runtime import Runtime
from bosman_server.settings import Settings

COOKIE = "bosman_session"
_TOUCH_AFTER = timedelta(minutes=1)
_COMPLETE = "complete"
_only_looking: ContextVar[bool] = ContextVar("only_looking", default=False)


@contextmanager
def only_looking() -> Iterator[None]:
    """Sessions that are found inside do not count as used: an open tab alone must not keep one from falling idle."""
    mark = _only_looking.set(True)
    try:
        yield
    finally:
        _only_looking.reset(mark)


class FoundSession(msgspec.Struct, frozen=True):
    """A live session with its user."""

    id: UUID
    user_id: UUID
    state: str
    name: str
    email: str
    stepped_up_at: datetime | None
    is_operator: bool
    memberships: tuple[tuple[UUID, str, list[UUID] | None], ...]


_memberships = msgspec.json.Decoder(tuple[tuple[UUID, str, list[UUID] | None], ...])

# One query for what every request needs. The tables are global: no tenant scope exists yet.
_FIND = """
SELECT s.id, s.user_id, s.state, s.created_at, s.last_seen_at, s.stepped_up_at, u.name, u.email, u.is_operator,
       coalesce((SELECT jsonb_agg(jsonb_build_array(m.tenant_id, m.role, m.site_ids)) FROM identity_membership m
                 WHERE m.user_id = s.user_id), '[]') AS memberships
FROM identity_session s JOIN identity_user u ON u.id = s.user_id
WHERE s.token_hash = $1
"""


_END = """
DELETE FROM identity_session s USING identity_user u WHERE s.token_hash = $1 AND u.id = s.user_id
RETURNING u.id, u.name, s.state
"""


def hash_token(token: str) -> bytes:
    """What the database keeps; the token has 256 random bits, so a plain hash is enough."""
    return hashlib.sha256(token.encode()).digest()


def token_of(request: Request) -> str | None:
    """The token in the cookie, if any."""
    token = request.cookies.get(COOKIE)
    return token if token and len(token) <= 128 else None


def source_ip(request: Request) -> str | None:
    """The peer's address (the server has already resolved trusted proxies)."""
    return request.client.host if request.client else None


async def find(runtime: Runtime, token: str | None) -> FoundSession | None:
    """The live session behind a token; forgets an expired one."""
    if token is None:
        return None
    digest = hash_token(token)
    async with runtime.database.unscoped() as connection:
        row = await connection.fetchrow(_FIND, digest)
        if row is None:
            return None
        now = utc_now()
        if _expired(row["created_at"], row["last_seen_at"], now, runtime.settings):
            await connection.execute("DELETE FROM identity_session WHERE token_hash = $1", digest)
            return None
        if now - row["last_seen_at"] > _TOUCH_AFTER and not _only_looking.get():
            await connection.execute("UPDATE identity_session SET last_seen_at = $2 WHERE token_hash = $1", digest, now)
    return FoundSession(
        id=row["id"],
        user_id=row["user_id"],
        state=row["state"],
        name=row["name"],
        email=row["email"],
        stepped_up_at=row["stepped_up_at"],
        is_operator=row["is_operator"],
        memberships=_memberships.decode(row["memberships"]),
    )


def _expired(created_at: datetime, last_seen_at: datetime, now: datetime, settings: Settings) -> bool:
    idle = timedelta(seconds=settings.session_idle_seconds)
    absolute = timedelta(seconds=settings.session_absolute_seconds)
    return now - last_seen_at > idle or now - created_at > absolute


async def begin(
    runtime: Runtime, connection: Connection, user_id: UUID, state: str, request: Request, response: Response
) -> None:
    """A new session, never a reused token: signing in ends whatever the browser had before."""
    token = secrets.token_urlsafe(32)
    old = token_of(request)
    if old is not None:
        await connection.execute("DELETE FROM identity_session WHERE token_hash = $1", hash_token(old))
    await connection.execute(
        "INSERT INTO identity_session (id, token_hash, user_id, state, created_at, last_seen_at, source_ip, user_agent,"
        " stepped_up_at) VALUES ($1, $2, $3, $4::text, $5, $5, $6, $7,"
        " CASE WHEN $4::text = 'complete' THEN $5::timestamptz END)",
        uuid7(),
        hash_token(token),
        user_id,
        state,
        utc_now(),
        source_ip(request),
        (request.headers.get("user-agent") or "")[:300],
    )
    response.set_cookie(
        COOKIE,
        token,
        max_age=runtime.settings.session_absolute_seconds,
        httponly=True,
        samesite="strict",
        secure=runtime.settings.browser_url.startswith("https://"),
        path="/",
    )


async def end(runtime: Runtime, request: Request, response: Response) -> None:
    """Sign out."""
    token = token_of(request)
    if token is not None:
        async with runtime.database.writing(TenantScope.of([TenantId(PLATFORM_TENANT)])) as tx:
            row = await tx.connection.fetchrow(_END, hash_token(token))
            if row is not None and row["state"] == _COMPLETE:
                actor = Actor("user", row["id"], row["name"], source_ip(request))
                record(tx, PLATFORM_TENANT, actor, "session.sign_out", target=("user", row["id"]))
    response.delete_cookie(COOKIE, path="/", httponly=True, samesite="strict")
