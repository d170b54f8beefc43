"""Whether somebody who keeps a stream open may still have what they were given when it began."""

import asyncio

from fastapi import Request

from bosman_server.identity.access import Subject, current_subject
from bosman_server.identity.sessions import only_looking
from bosman_server.kit.problems import Problem
from bosman_server.kit.runtime import runtime_of


class Visit:
    """One long answer to one request."""

    def __init__(self, request: Request, subject: Subject) -> None:
        self._request = request
        self._subject = subject
        self.every_seconds = runtime_of(request).settings.stream_recheck_seconds
        self._asked_at = asyncio.get_running_loop().time()

    async def goes_on(self) -> bool:
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
