"""A new master key under load: every data key is wrapped anew, one by one, while everybody goes on working."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from bosman_server.kit.crypto.encryption import KEYS_LOCK
from bosman_server.kit.crypto.master_key import MasterFile, MasterKeys, split
from bosman_server.kit.db.database import Database
from bosman_server.kit.files import write_private

_ONE_AT_A_TIME = 0x626F736D_0011


class RotationBusyError(Exception):
    """Another rotation is under way."""


@dataclass(frozen=True, slots=True)
class Rotation:
    """What was done."""

    rewrapped: int
    current_id: str
    retired: tuple[str, ...] = ()
    """Keys that wrap nothing any more."""


def load(path: Path) -> MasterFile:
    """The file as it is. Raises MasterKeyError, FileNotFoundError."""
    return MasterFile.parse(path.read_bytes())


def save(path: Path, file: MasterFile) -> None:
    """Write it, whole or not at all."""
    write_private(path, file.dump())


def prepare(path: Path) -> str:
    """Make the next key, which wraps nothing yet; processes with files of their own can be given it first.

    Returns its id; one that waits already stays.
    """
    file = load(path)
    waiting = file.of("next")
    if waiting:
        return waiting[0].id
    fresh = file.add_next()
    save(path, file)
    return fresh.id


def _promote(path: Path) -> None:
    """The next key becomes current; an interrupted rotation goes on with the one that it made current."""
    file = load(path)
    if file.of("old"):
        return
    following = file.of("next")[0] if file.of("next") else file.add_next()
    file.current.state = "old"
    following.state = "current"
    save(path, file)


def _retire(path: Path) -> tuple[str, ...]:
    file = load(path)
    done = file.of("old")
    for key in done:
        key.state = "retired"
    save(path, file)
    return tuple(key.id for key in done)


async def rotate_file(database: Database, master: MasterKeys, path: Path) -> Rotation:
    """A new key in the file, all data keys under it, the old one retired. Raises RotationBusyError, MasterKeyError.

    `database` is the worker's role; `master` must read the same file.
    """
    async with _turn(database):
        _promote(path)
        rewrapped = await _rewrap(database, master)
        return Rotation(rewrapped, await master.current_id(), _retire(path))


async def rewrap(database: Database, master: MasterKeys) -> Rotation:
    """All data keys under the current key of whoever holds it (environment, key management service)."""
    async with _turn(database):
        return Rotation(await _rewrap(database, master), await master.current_id())


async def forget_retired(database: Database, master: MasterKeys, path: Path) -> tuple[str, ...]:
    """Remove retired keys from the file, once nothing is wrapped by them. Returns their ids."""
    async with _turn(database):
        await _rewrap(database, master)
        file = load(path)
        gone = tuple(key.id for key in file.of("retired"))
        file.keys = [key for key in file.keys if key.state != "retired"]
        save(path, file)
        return gone


@asynccontextmanager
async def _turn(database: Database) -> AsyncIterator[None]:
    """One rotation at a time in the whole installation."""
    async with database.unscoped() as connection:
        if not await connection.fetchval("SELECT pg_try_advisory_lock($1)", _ONE_AT_A_TIME):
            raise RotationBusyError
        try:
            yield
        finally:
            await connection.execute("SELECT pg_advisory_unlock($1)", _ONE_AT_A_TIME)


async def _rewrap(database: Database, master: MasterKeys) -> int:
    """Until none is left; then once more while nobody is between wrapping a new key and storing it."""
    current = await master.current_id()
    done = 0
    while found := await _pass(database, master, current):
        done += found
        if current == "kms":
            # The service does not say which version wrapped: one pass wraps everything anew.
            break
    async with database.unscoped() as connection, connection.transaction():
        await connection.execute("SELECT pg_advisory_xact_lock($1)", KEYS_LOCK)
        if current != "kms":
            done += await _pass(database, master, current)
    return done


async def _pass(database: Database, master: MasterKeys, current: str) -> int:
    """Wrap anew what the current key did not wrap. Returns how many rows were seen to need it."""
    async with database.unscoped() as connection:
        rows = await connection.fetch("SELECT owner_id, wrapped FROM kit_data_key ORDER BY owner_id")
        stale = [row for row in rows if current == "kms" or split(row["wrapped"])[0] != current]
        for row in stale:
            plain = await master.unwrap(row["wrapped"], row["owner_id"])
            fresh = await master.wrap(plain, row["owner_id"])
            if await master.unwrap(fresh, row["owner_id"]) != plain:
                raise AssertionError("a wrapped key must open again before it replaces anything")
            await connection.execute(
                "UPDATE kit_data_key SET wrapped = $3 WHERE owner_id = $1 AND wrapped = $2",
                row["owner_id"],
                row["wrapped"],
                fresh,
            )
    return len(stale)
