"""Where somebody is signed in: the list, and ending what one does not recognise."""

import ipaddress
from uuid import UUID

from sqlalchemy import delete
from ua_parser import parse

from bosman_server.core.audit.service import PLATFORM_TENANT, record
from bosman_server.core.identity import api_keys
from bosman_server.core.identity.access import Subject
from bosman_server.core.identity.models import Session
from bosman_server.core.identity.schemas import Place, SessionOut
from bosman_server.core.identity.second_factor import PLATFORM_SCOPE
from bosman_server.kit.db.scope import TenantScope
from bosman_server.kit.db.transaction import Record
from bosman_server.kit.problems import not_found
from bosman_server.kit.runtime import Runtime

_SESSIONS = """
SELECT id, created_at, last_seen_at, source_ip, user_agent FROM identity_session
WHERE user_id = $1 AND state = 'complete' ORDER BY last_seen_at DESC LIMIT 100
"""


def place_of(source_ip: str | None) -> Place:
    """Where an address is, as far as one can tell without asking anybody."""
    try:
        address = ipaddress.ip_address(source_ip or "")
    except ValueError:
        return "unknown"
    if address.is_loopback:
        return "this_server"
    return "internet" if address.is_global else "local_network"


def _describe(row: Record, current: UUID | None) -> SessionOut:
    agent = parse(row["user_agent"] or "")
    browser, system = agent.user_agent, agent.os
    return SessionOut(
        id=row["id"],
        current=row["id"] == current,
        created_at=row["created_at"],
        last_seen_at=row["last_seen_at"],
        source_ip=row["source_ip"],
        place=place_of(row["source_ip"]),
        browser=browser.family if browser else None,
        os=system.family if system else None,
    )


async def read(runtime: Runtime, subject: Subject) -> list[SessionOut]:
    """The subject's own sessions, the most recent first."""
    async with runtime.database.unscoped() as connection:
        rows = await connection.fetch(_SESSIONS, subject.user_id)
    return [_describe(row, subject.session_id) for row in rows]


async def end(runtime: Runtime, subject: Subject, session_id: UUID) -> None:
    """End one of the subject's own sessions. Raises Problem 404."""
    async with runtime.database.writing(PLATFORM_SCOPE) as tx:
        ended = await tx.connection.fetchval(
            "DELETE FROM identity_session WHERE user_id = $1 AND id = $2 RETURNING id", subject.user_id, session_id
        )
        if ended is None:
            raise not_found()
        target = ("session", session_id)
        record(tx, PLATFORM_TENANT, subject.actor, "session.end", target=target)


async def end_others(runtime: Runtime, subject: Subject, *, api_keys_too: bool) -> tuple[int, int]:
    """End all of the subject's sessions but this one, and their API keys where wanted. Returns how many of each."""
    scope = TenantScope.of([*subject.grants, *PLATFORM_SCOPE])
    async with runtime.database.writing(scope) as tx:
        others = delete(Session).where(Session.user_id == subject.user_id, Session.id != subject.session_id)
        ended = len((await tx.session.scalars(others.returning(Session.id))).all())
        keys = 0
        if api_keys_too:
            keys = await api_keys.end_all(tx, subject.actor, subject.grants, subject.user_id)
        target, after = ("user", subject.user_id), {"count": ended, "api_keys": keys}
        record(tx, PLATFORM_TENANT, subject.actor, "session.end_others", target=target, after=after)
    return ended, keys
