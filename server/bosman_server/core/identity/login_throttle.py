"""The throttle before everything that lets people in: a flood of attempts is turned away before it costs anything.

Each kind of attempt has a lane for the whole process, whoever sends it: limits by address or account come
later, and cost a query. Browsers that have opened something before pass by the lanes, and so does every API
key that was given out, which its checksum tells: a flood of strangers keeps nobody out who has been here
before; a new browser may need several tries meanwhile.
"""

import asyncio
from collections import OrderedDict

import structlog
from prometheus_client import Counter
from starlette.types import Scope

from bosman_server.core.identity.sessions import hash_token
from bosman_server.kit import tenant_token
from bosman_server.kit.db.database import Database
from bosman_server.kit.problems import Problem
from bosman_server.kit.quota import RateLimiter

log = structlog.get_logger()
TURNED_AWAY = Counter("bosman_attempts_turned_away_total", "Attempts refused before anything was looked at", ["lane"])
BROWSER_COOKIE = "bosman_browser"
_KEPT = 20_000
_REFRESH_SECONDS = 60.0
_PATHS = {
    "/api/v1/session": "password",
    "/api/v1/session/totp": "second_factor",
    "/api/v1/session/totp/enrollment": "second_factor",
    "/api/v1/session/totp/enrollment/confirm": "second_factor",
    "/api/v1/password-reset": "mail",
    "/api/v1/password-reset/complete": "link",
    "/api/v1/invitations/inspect": "link",
    "/api/v1/invitations/accept": "link",
    "/api/v1/setup": "link",
}
_RECENT = "SELECT token_hash FROM identity_known_browser ORDER BY last_used_at DESC LIMIT $1"


class KnownClients:
    """Hashes of browsers' tokens that have opened something: they get past the throttle, and nothing else."""

    def __init__(self) -> None:
        self._hashes: OrderedDict[bytes, None] = OrderedDict()

    def add(self, digest: bytes) -> None:
        """Remember one; the oldest goes when there are too many."""
        self._hashes[digest] = None
        self._hashes.move_to_end(digest)
        while len(self._hashes) > _KEPT:
            self._hashes.popitem(last=False)

    def __contains__(self, token: str) -> bool:
        return len(token) <= 128 and hash_token(token) in self._hashes

    async def refresh(self, database: Database) -> None:
        """Browsers that other processes, or we before a restart, got to know."""
        # A global table, read for all accounts at once.
        async with database.unscoped() as connection:
            rows = await connection.fetch(_RECENT, _KEPT // 2)
        for row in reversed(rows):
            self.add(row["token_hash"])

    async def keep_fresh(self, database: Database) -> None:
        """Once a minute, for ever."""
        while True:
            await asyncio.sleep(_REFRESH_SECONDS)
            try:
                await self.refresh(database)
            except Exception as error:  # noqa: BLE001 - the next round is the remedy
                log.warning("known_clients_not_refreshed", error=repr(error))


class LoginThrottle:
    """The throttle of one process."""

    def __init__(self) -> None:
        self.known = KnownClients()
        self.stamps = tenant_token.Stamps("api-key")
        """Tells API keys that were given out from made-up ones, over every restart."""
        # The burst lets a whole company sign in at eight o'clock; the refill is what a flood may cost us.
        self._lanes = {
            "password": RateLimiter(200, 0.2),
            "second_factor": RateLimiter(200, 0.2),
            "mail": RateLimiter(50, 1.0),
            "link": RateLimiter(200, 0.2),
            "api_key": RateLimiter(200, 0.1),
        }

    def check(self, scope: Scope) -> int | None:
        """None, or after how many seconds to come again. Looks at headers only."""
        browser, key = "", ""
        for name, value in scope["headers"]:
            if name == b"cookie":
                browser = browser or _cookie(value.decode("latin-1"))
            elif name == b"authorization" and value[:7].lower() == b"bearer ":
                key = value[7:].decode("latin-1").strip()
        if key:
            return None if len(key) <= 128 and self.stamps.fit(key) else self._take("api_key")
        lane = _PATHS.get(scope["path"]) if scope["method"] == "POST" else None
        if lane is None or (browser and browser in self.known):
            return None
        return self._take(lane)

    def _take(self, lane: str) -> int | None:
        try:
            self._lanes[lane].hit(lane)
        except Problem as problem:
            TURNED_AWAY.labels(lane).inc()
            return int(problem.headers["retry-after"])
        return None


def _cookie(header: str) -> str:
    for part in header.split(";"):
        name, _, value = part.strip().partition("=")
        if name == BROWSER_COOKIE:
            return value.strip('"')
    return ""
