"""Versions of what people edit: told in `ETag` and in the body, demanded back in `If-Match` [RFC 9110, RFC 6585].

Of two who edit the same at once the second is told so, instead of taking away what the first has changed.
"""

import re
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Header

from bosman_protocol.codes import Code
from bosman_server.kit.problems import Problem

HEADER = "if-match"
_TAG = re.compile(r'"([0-9]{1,18})"')


def etag(version: int) -> str:
    """A version as the headers carry it."""
    return f'"{version}"'


@dataclass(frozen=True, slots=True)
class IfMatch:
    """The version that an editor has seen."""

    given: str | None

    def check(self, version: int) -> None:
        """That it is the current one; to be asked under the row's lock.

        Raises Problem 428 `version.required` when none was named, 412 `version.stale` with the current one.
        """
        if self.given is None or self.given.strip() == "*":
            raise Problem(428, Code.VERSION_REQUIRED)
        found = _TAG.fullmatch(self.given.strip())
        if found is None or int(found[1]) != version:
            raise Problem(412, Code.VERSION_STALE, {"version": version}, headers={"etag": etag(version)})


async def _if_match(
    if_match: Annotated[
        str | None,
        Header(max_length=100, description="The `version` that was read, in quotes. Left out: refused (428)."),
    ] = None,
) -> IfMatch:
    return IfMatch(if_match)


Precondition = Annotated[IfMatch, Depends(_if_match)]
"""Of every route that changes a part of what somebody has read."""
