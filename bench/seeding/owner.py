"""The Owner that seeding signs in as: found, made, or asked for."""

import secrets
from pathlib import Path

import msgspec

from bench.harness.api import Api, Credentials

EMAIL = "owner@bosman.example"
NAME = "Żaneta Wróbel"


class OwnerUnknownError(Exception):
    """Set-up is closed and nobody said as whom to sign in."""


async def sign_in(
    api: Api, file: Path, *, setup_code: str | None, given: Credentials | None
) -> tuple[Credentials, bool]:
    """Sign in; the credentials, and whether they were made just now.

    In order: those that were given, those that an earlier run kept in `file`, a new
    first Owner by the set-up code. Raises ApiError, OwnerUnknownError.
    """
    if given is not None:
        return await api.sign_in(given.email, given.password, given.totp_secret or None), False
    kept = _read(file)
    if kept is not None:
        return await api.sign_in(kept.email, kept.password, kept.totp_secret), False
    if setup_code is None:
        raise OwnerUnknownError
    password = "-".join(secrets.token_hex(3) for _ in range(4))
    made = await api.set_up(setup_code, email=EMAIL, name=NAME, password=password)
    _keep(file, made)
    return made, True


def _read(file: Path) -> Credentials | None:
    return msgspec.json.decode(file.read_bytes(), type=Credentials) if file.exists() else None


def _keep(file: Path, credentials: Credentials) -> None:
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    file.touch(mode=0o600)
    file.write_bytes(msgspec.json.encode(credentials))
