"""Guesses of the second factor: one account of them per person, in the database, that only a right code clears.

Whoever guesses here has the password already, or the mailbox. So no weaker proof, no other browser, no other
session and no restart gives them fresh tries; the price is that the owner waits as well while somebody who
knows their password guesses, for an hour at most. They are told by mail; `bosman admin unlock` helps at once.
"""

from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from bosman_protocol.codes import Code
from bosman_server.core.identity import notices
from bosman_server.core.identity.models import SecondFactorGuesses, User
from bosman_server.kit.clock import utc_now
from bosman_server.kit.crypto.encryption import EnvelopeCipher
from bosman_server.kit.problems import Problem

_FREE = 5
"""Wrong codes that cost nothing: people mistype."""
_FIRST_LOCK_SECONDS = 30
_LONGEST_LOCK_SECONDS = 3600
_TELL_AFTER = 10


async def check_open(session: AsyncSession, user: User) -> None:
    """May the account try a code now? The caller holds the user's row locked.

    Raises Problem 429 `session.rate_limited`.
    """
    row = await session.get(SecondFactorGuesses, user.id)
    if row is None or row.locked_until is None:
        return
    wait = round((row.locked_until - utc_now()).total_seconds())
    if wait > 0:
        headers = {"retry-after": str(wait)}
        raise Problem(429, Code.SESSION_RATE_LIMITED, {"retry_after_seconds": wait}, headers=headers)


async def wrong(session: AsyncSession, cipher: EnvelopeCipher, user: User, source_ip: str | None) -> None:
    """Count a wrong code; every further one doubles the wait."""
    row = await session.get(SecondFactorGuesses, user.id)
    if row is None:
        row = SecondFactorGuesses(user_id=user.id, count=0, last_at=utc_now())
        session.add(row)
    row.count, row.last_at = row.count + 1, utc_now()
    if row.count > _FREE:
        seconds = min(_FIRST_LOCK_SECONDS * 2 ** (row.count - _FREE - 1), _LONGEST_LOCK_SECONDS)
        row.locked_until = row.last_at + timedelta(seconds=seconds)
    if row.count == _TELL_AFTER:
        await notices.tell(session, cipher, user, "codes_guessed", source_ip)


async def right(session: AsyncSession, user: User) -> None:
    """A right code: all is well."""
    row = await session.get(SecondFactorGuesses, user.id)
    if row is not None:
        await session.delete(row)
