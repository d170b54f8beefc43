"""Passwords: Argon2id in a bounded thread pool, and a local rule against the worst ones."""

import asyncio
import os
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from importlib.resources import files
from typing import TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from bosman_protocol.codes import Code
from bosman_server.kit.problems import Problem

MIN_LENGTH = 12
Result = TypeVar("Result")

_STRANGERS = 12
_EVERYBODY = 24
"""How many may wait for a hash (each takes some 20 ms): what more comes is told to come again, at once."""
_RETRY_SECONDS = 2


def _step_back() -> None:
    # Threads have a priority of their own on Linux: a flood of passwords takes what signed-in work leaves over.
    if sys.platform == "linux":
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), 10)


# One thread: hashing 19 MiB blocks releases the GIL, and a flood of logins must not eat every core.
_pool = ThreadPoolExecutor(1, thread_name_prefix="argon2")


@lru_cache
def _common() -> frozenset[str]:
    text = files("bosman_server.core.identity").joinpath("common_passwords.txt").read_text("utf-8")
    return frozenset(line for line in text.splitlines() if line and not line.startswith("#"))


def check_strength(password: str, *, email: str, name: str) -> None:
    """Refuse short, well-known and self-describing passwords. Raises Problem 422."""
    if len(password) < MIN_LENGTH:
        raise Problem(422, Code.PASSWORD_TOO_SHORT, {"min": MIN_LENGTH})
    plain = password.casefold()
    letters = "".join(char for char in plain if char.isalpha())
    known = {"bosman", *email.casefold().replace("@", ".").split("."), *name.casefold().split()}
    rest = plain
    for word in sorted((word for word in known if len(word) > 2), key=len, reverse=True):
        rest = rest.replace(word, "")
    if plain in _common() or letters in _common() or len(set(plain)) < 5 or len(set(rest)) < 5:
        raise Problem(422, Code.PASSWORD_TOO_COMMON)


class Hasher:
    """Argon2id with the memory that the settings give it."""

    def __init__(self, memory_kib: int) -> None:
        self._hasher = PasswordHasher(time_cost=2, memory_cost=memory_kib, parallelism=1)
        self._waiting = 0
        _common()  # read now, not under the first request that needs it
        self._decoy = self._hasher.hash("no such user has this password")

    async def hash(self, password: str) -> str:
        """The encoded hash. Raises Problem 429 when too many wait."""
        return await self._in_turn(_EVERYBODY, self._hasher.hash, password)

    async def verify(self, encoded: str | None, password: str, *, known: bool = False) -> bool:
        """Whether the password fits; takes the same time when there is no such user (`encoded` None).

        Raises Problem 429 when too many wait. Browsers that the account knows find a place where strangers
        find none: a flood of strangers keeps nobody out who has been there before.
        """
        return await self._in_turn(_EVERYBODY if known else _STRANGERS, self._verify, encoded, password)

    async def _in_turn(self, places: int, work: Callable[..., Result], *arguments: object) -> Result:
        if self._waiting >= places:
            raise Problem(
                429,
                Code.SESSION_RATE_LIMITED,
                {"retry_after_seconds": _RETRY_SECONDS},
                headers={"retry-after": str(_RETRY_SECONDS)},
            )
        self._waiting += 1
        # Shielded: who has left still takes a place, until the thread is done with them.
        return await asyncio.shield(asyncio.ensure_future(self._work(work, *arguments)))

    async def _work(self, work: Callable[..., Result], *arguments: object) -> Result:
        try:
            return await asyncio.get_running_loop().run_in_executor(_pool, work, *arguments)
        finally:
            self._waiting -= 1

    def _verify(self, encoded: str | None, password: str) -> bool:
        try:
            self._hasher.verify(encoded or self._decoy, password)
        except (VerificationError, InvalidHashError):
            return False
        return encoded is not None
