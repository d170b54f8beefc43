"""Who asks, and whether somebody who keeps a stream open may still have what they were given when it began."""

import asyncio

from fastapi import Request
from starlette.types import Scope

from bosman_server.core.identity import api_key_auth, sessions
from bosman_server.core.identity.access import Subject, current_subject
from bosman_server.core.identity.sessions import hash_token, only_looking
from bosman_server.kit.http.fair import STREAMS_PER_PERSON, STREAMS_PER_SESSION
from bosman_server.kit.problems import Problem
from bosman_server.kit.runtime import runtime_of


def caller(scope: Scope) -> str | None:
    """What a request to the API shows (a key or a session), found as authorisation finds it; nobody has checked it.

    None for whoever shows nothing: strangers have limits of their own.
    """
    if not str(scope["path"]).startswith("/api/"):
        return None
    request = Request(scope)
    shown = api_key_auth.token_of(request) or sessions.token_of(request)
    return None if shown is None else hash_token(shown).hex()


def place_keys(subject: Subject) -> list[tuple[str, int]]:
    """Which places a long answer to somebody takes: their session's (or key's) and, over all of those, their own."""
    one = subject.session_id or subject.key_id
    return [(f"session:{one}", STREAMS_PER_SESSION), (f"person:{subject.user_id}", STREAMS_PER_PERSON)]


class StreamGuard:
    """One long answer to one request."""

    def __init__(self, request: Request, subject: Subject) -> None:
        self._request = request
        self._subject = subject
        self.every_seconds = runtime_of(request).settings.stream_recheck_seconds
        self._asked_at = asyncio.get_running_loop().time()

    async def still_authorized(self) -> bool:
        """False once the session has ended or anything about the memberships has changed.

        Asks the database at most once in `every_seconds`. Raises what the database raises.
        """
        now = asyncio.get_running_loop().time()
        if now - self._asked_at < self.every_seconds:
            return True
        self._asked_at = now
        with only_looking():
            try:
                subject = await current_subject(self._request)
            except Problem:
                return False
        return subject.user_id == self._subject.user_id and subject.grants == self._subject.grants
