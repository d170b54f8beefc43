"""What signs people in, and what they have proved: read and shown where the database allows it (docs/adr/0027)."""

from typing import NamedTuple
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from bosman_server.core.identity.access import Subject
from bosman_server.kit.db.transaction import Connection

_SECRETS = text("SELECT password_hash, totp_sealed FROM identity_secrets(:user)")


class Secrets(NamedTuple):
    """What the tables of people hold back from everything else."""

    password_hash: str
    totp_sealed: bytes | None


async def secrets_of(session: AsyncSession, user_id: UUID) -> Secrets:
    """The hash and the encrypted seed of a user; only in transactions that sign people in (PLATFORM_SCOPE, none)."""
    row = (await session.execute(_SECRETS, {"user": user_id})).one()
    return Secrets(row.password_hash, row.totp_sealed)


async def show_session(connection: Connection, subject: Subject) -> None:
    """Name the session whose fresh second factor stands behind what follows in this transaction (a bare connection).

    The database asks for it before the api lifts a limit, ends a freeze or decides an approval.
    """
    await connection.execute(_shown(subject))


async def show_session_of(session: AsyncSession, subject: Subject) -> None:
    """The same in an ORM session."""
    await session.execute(text(_shown(subject)))


def _shown(subject: Subject) -> str:
    # A UUID of our own printing, or nothing.
    return f"SET LOCAL bosman.session = '{subject.session_id or ''}'"
