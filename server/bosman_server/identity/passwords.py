"""Passwords: Argon2id in a bounded thread pool, and a local rule against the worst ones."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from importlib.resources import files

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from bosman_protocol.codes import Code
from bosman_server.kit.problems import Problem

MIN_LENGTH = 12
MAX_LENGTH = 256

# One thread: hashing 19 MiB blocks releases the GIL, and a flood of logins must not eat every core.
_pool = ThreadPoolExecutor(1, thread_name_prefix="argon2")


@lru_cache
def _common() -> frozenset[str]:
    text = files("bosman_server.identity").joinpath("common_passwords.txt").read_text("utf-8")
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
        self._decoy = self._hasher.hash("no such user has this password")

    async def hash(self, password: str) -> str:
        """The encoded hash."""
        return await asyncio.get_running_loop().run_in_executor(_pool, self._hasher.hash, password)

    async def verify(self, encoded: str | None, password: str) -> bool:
        """Whether the password fits; takes the same time when there is no such user (`encoded` None)."""
        return await asyncio.get_running_loop().run_in_executor(_pool, self._verify, encoded, password)

    def _verify(self, encoded: str | None, password: str) -> bool:
        try:
            self._hasher.verify(encoded or self._decoy, password)
        except (VerificationError, InvalidHashError):
            return False
        return encoded is not None
