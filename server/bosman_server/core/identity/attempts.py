"""Attempts that open nothing and cost their sender nothing: summed up by the minute, for the trail of the platform.

An entry for each would let a stranger fill the trail; none at all would hide that somebody tries keys and links.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import structlog
from starlette.types import Scope

from bosman_protocol.codes import Code
from bosman_protocol.text import clean_text
from bosman_server.core.audit.service import PLATFORM_TENANT, Actor, record
from bosman_server.core.identity.sessions import COOKIE, hash_token
from bosman_server.kit.db.database import Database
from bosman_server.kit.db.scope import TenantId, TenantScope
from bosman_server.kit.http.middleware import netloc_of
from bosman_server.kit.quota import network_of

log = structlog.get_logger()
Kind = Literal["access.unknown_key", "access.unknown_link", "access.foreign_origin"]
_MOST = 50
"""Different senders that are told apart in a minute; all others share one entry."""
_SECONDS = 60.0
_SESSION = """
SELECT u.id, u.name FROM identity_session s JOIN identity_user u ON u.id = s.user_id
WHERE s.token_hash = $1 AND s.state = 'complete'
"""


@dataclass(frozen=True, slots=True)
class _Seen:
    kind: Kind
    code: Code
    network: str
    digest: bytes = b""
    """Of the session's cookie, where one came along."""
    origin: str = ""


class Counts:
    """What has been tried since the last entry."""

    def __init__(self) -> None:
        self._counts: dict[_Seen, int] = {}

    def note(self, kind: Kind, code: Code, source_ip: str | None) -> None:
        """Count an attempt."""
        self._add(_Seen(kind, code, network_of(source_ip)))

    def note_foreign(self, scope: Scope) -> None:
        """Count a request that a strange page sent along with somebody's session."""
        headers = {name: value.decode("latin-1") for name, value in scope["headers"]}
        cookie = _cookie(headers.get(b"cookie", ""))
        if cookie:
            client = scope.get("client") or ("", 0)
            origin = clean_text(netloc_of(headers.get(b"origin", "")) or "", 120)
            seen = _Seen("access.foreign_origin", Code.REQUEST_BAD_ORIGIN, network_of(client[0]), cookie, origin)
            self._add(seen)

    def _add(self, seen: _Seen) -> None:
        if seen not in self._counts and len(self._counts) >= _MOST:
            seen = _Seen(seen.kind, seen.code, "")
        self._counts[seen] = self._counts.get(seen, 0) + 1

    async def flush(self, database: Database) -> None:
        """Write what was counted."""
        counts, self._counts = self._counts, {}
        if not counts:
            return
        async with database.writing(TenantScope.of([TenantId(PLATFORM_TENANT)])) as tx:
            for seen, count in counts.items():
                person = await tx.connection.fetchrow(_SESSION, seen.digest) if seen.digest else None
                if seen.kind == "access.foreign_origin" and person is None:
                    continue
                actor = Actor("user", None, "", seen.network or None)
                after: Mapping[str, object] = {"attempts": count} | ({"origin": seen.origin} if seen.origin else {})
                target = ("user", person["id"]) if person is not None else None
                record(tx, PLATFORM_TENANT, actor, seen.kind, target=target, after=after, refused=seen.code.value)

    async def keep(self, database: Database) -> None:
        """Write once a minute, for ever."""
        while True:
            await asyncio.sleep(_SECONDS)
            try:
                await self.flush(database)
            except Exception as error:  # noqa: BLE001 - counts of one minute; the next round goes on
                log.warning("attempts_not_recorded", error=repr(error))


def _cookie(header: str) -> bytes:
    for part in header.split(";"):
        name, _, value = part.strip().partition("=")
        if name == COOKIE and 0 < len(value) <= 128:
            return hash_token(value.strip('"'))
    return b""
