"""Who wraps data keys: a file, the environment or a key management service, and how a wrapped key names its wrapper.

A wrapped data key is `BMK1`, the length and the text of the wrapping key's id, and what the wrapper made.
Sixty bytes without that head were wrapped before ids existed.
"""

import asyncio
import base64
import hashlib
import os
import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal, Protocol
from uuid import UUID

import msgspec

from bosman_server.kit.clock import utc_now
from bosman_server.kit.crypto.cipher import DecryptionError, MasterKey, new_key
from bosman_server.settings import Settings

_HEAD = b"BMK1"
_LEGACY_BYTES = 12 + 32 + 16
_COMMAND_SECONDS = 15.0
_COMMAND_BYTES = 8192


class MasterKeyError(Exception):
    """The master key cannot be used; the message says which and why, never the key."""


class UnknownMasterKeyError(MasterKeyError):
    """A data key was wrapped by a master key that nobody here holds."""


def key_id(key: bytes) -> str:
    """What a master key is called: tells nothing about it."""
    return hashlib.sha256(b"bosman-master-id:" + key).hexdigest()[:16]


class Holder(Protocol):
    """One place that holds master keys."""

    async def current_id(self) -> str:
        """The id of the key that wraps from now on."""

    async def wrap(self, data_key: bytes, owner: UUID) -> tuple[str, bytes]:
        """Wrap with the current key: its id and the wrapped bytes. Raises MasterKeyError."""

    async def unwrap(self, wrapper: str | None, wrapped: bytes, owner: UUID) -> bytes | None:
        """The data key, or None when the wrapper is not held here. `wrapper` None = from before ids existed."""


class StoredKey(msgspec.Struct):
    """One key in the file."""

    key: bytes
    created_at: datetime
    state: Literal["current", "next", "old", "retired"]
    """`next` waits for its rotation, `old` is being replaced, `retired` wraps nothing any more."""

    @property
    def id(self) -> str:
        """Its name."""
        return key_id(self.key)


class MasterFile(msgspec.Struct):
    """The file `master.key`."""

    keys: list[StoredKey]

    @classmethod
    def parse(cls, data: bytes) -> "MasterFile":
        """Read the file; 32 bytes are one key, as it was written before rotation existed. Raises MasterKeyError."""
        if len(data) == 32:
            return cls([StoredKey(data, utc_now(), "current")])
        try:
            found = msgspec.json.decode(data, type=cls)
        except msgspec.MsgspecError:
            raise MasterKeyError("master.key is damaged: restore it from its copy") from None
        if [key.state for key in found.keys].count("current") != 1:
            raise MasterKeyError("master.key must name one current key")
        return found

    @property
    def current(self) -> StoredKey:
        """The key that wraps."""
        return next(key for key in self.keys if key.state == "current")

    def dump(self) -> bytes:
        """As it lies on the disk."""
        return msgspec.json.format(msgspec.json.encode(self))

    def of(self, state: str) -> list[StoredKey]:
        """The keys in a state."""
        return [key for key in self.keys if key.state == state]

    def add_next(self) -> StoredKey:
        """A new key, which wraps nothing yet."""
        fresh = StoredKey(new_key(), utc_now(), "next")
        self.keys.append(fresh)
        return fresh


class FixedHolder:
    """Keys that were handed over at the start; the first one is current."""

    def __init__(self, keys: Sequence[bytes]) -> None:
        self._keys = {key_id(key): MasterKey(key) for key in keys}
        self._current = key_id(keys[0])

    async def current_id(self) -> str:
        """As the protocol says."""
        return self._current

    async def wrap(self, data_key: bytes, owner: UUID) -> tuple[str, bytes]:
        """As the protocol says."""
        return self._current, self._keys[self._current].wrap(data_key, owner)

    async def unwrap(self, wrapper: str | None, wrapped: bytes, owner: UUID) -> bytes | None:
        """As the protocol says."""
        if wrapper is not None:
            return self._keys[wrapper].unwrap(wrapped, owner) if wrapper in self._keys else None
        for key in self._keys.values():
            try:
                return key.unwrap(wrapped, owner)
            except DecryptionError:
                continue
        return None


class FileHolder:
    """The file `master.key`, read again whenever it has changed: a rotation needs no restart."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._seen: tuple[int, int, int] | None = None
        self._keys: FixedHolder | None = None

    def _read(self) -> FixedHolder:
        try:
            now = self._path.stat()
            seen = (now.st_ino, now.st_mtime_ns, now.st_size)
            if self._keys is None or seen != self._seen:
                file = MasterFile.parse(self._path.read_bytes())
                others = [key.key for key in file.keys if key.state != "current"]
                self._keys, self._seen = FixedHolder([file.current.key, *others]), seen
        except OSError as error:
            raise MasterKeyError(f"{self._path}: {error.strerror}") from None
        return self._keys

    async def _fresh(self) -> FixedHolder:
        return await asyncio.to_thread(self._read)

    async def current_id(self) -> str:
        """As the protocol says."""
        return await (await self._fresh()).current_id()

    async def wrap(self, data_key: bytes, owner: UUID) -> tuple[str, bytes]:
        """As the protocol says."""
        return await (await self._fresh()).wrap(data_key, owner)

    async def unwrap(self, wrapper: str | None, wrapped: bytes, owner: UUID) -> bytes | None:
        """As the protocol says."""
        return await (await self._fresh()).unwrap(wrapper, wrapped, owner)


class CommandHolder:
    """A program that asks a key management service: `<program> wrap` and `<program> unwrap`.

    It reads one line of base64 and writes one; what it writes for `wrap` is its own affair, up to 8 KiB.
    BOSMAN_KMS_CONTEXT names the owner of the data key, for services that bind a context.
    """

    ID = "kms"

    def __init__(self, argv: Sequence[str]) -> None:
        self._argv = argv

    async def current_id(self) -> str:
        """As the protocol says; the service keeps its own versions."""
        return self.ID

    async def wrap(self, data_key: bytes, owner: UUID) -> tuple[str, bytes]:
        """As the protocol says."""
        return self.ID, await self._run("wrap", data_key, owner)

    async def unwrap(self, wrapper: str | None, wrapped: bytes, owner: UUID) -> bytes | None:
        """As the protocol says."""
        return await self._run("unwrap", wrapped, owner) if wrapper == self.ID else None

    async def _run(self, verb: str, data: bytes, owner: UUID) -> bytes:
        try:
            process = await asyncio.create_subprocess_exec(
                *self._argv,
                verb,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.DEVNULL,
                env={**_foreign_environment(), "BOSMAN_KMS_CONTEXT": str(owner)},
            )
        except OSError as error:
            raise MasterKeyError(f"BOSMAN_KMS_COMMAND: {error.strerror}") from None
        try:
            async with asyncio.timeout(_COMMAND_SECONDS):
                out, _ = await process.communicate(base64.b64encode(data) + b"\n")
        except TimeoutError:
            raise MasterKeyError(f"BOSMAN_KMS_COMMAND: no answer to {verb} within {_COMMAND_SECONDS:.0f} s") from None
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
        if process.returncode != 0:
            raise MasterKeyError(f"BOSMAN_KMS_COMMAND: {verb} ended with {process.returncode}")
        try:
            return base64.b64decode(out[:_COMMAND_BYTES].strip(), validate=True)
        except ValueError:
            raise MasterKeyError(f"BOSMAN_KMS_COMMAND: {verb} did not print one line of base64") from None


def _foreign_environment() -> dict[str, str]:
    # The program has its own secrets to find there, and no business with ours.
    return {name: value for name, value in os.environ.items() if not name.startswith("BOSMAN_")}


@dataclass(frozen=True, slots=True)
class MasterKeys:
    """All holders; the first one wraps, every one of them may unwrap."""

    holders: tuple[Holder, ...]

    async def current_id(self) -> str:
        """The id of the key that wraps from now on."""
        return await self.holders[0].current_id()

    async def wrap(self, data_key: bytes, owner: UUID) -> bytes:
        """A data key as it may lie in the database; only its owner's context unwraps it. Raises MasterKeyError."""
        wrapper, wrapped = await self.holders[0].wrap(data_key, owner)
        name = wrapper.encode()
        return _HEAD + bytes([len(name)]) + name + wrapped

    async def unwrap(self, wrapped: bytes, owner: UUID) -> bytes:
        """The data key. Raises DecryptionError, MasterKeyError; UnknownMasterKeyError names the key that is missing."""
        wrapper, body = split(wrapped)
        for holder in self.holders:
            found = await holder.unwrap(wrapper, body, owner)
            if found is not None:
                return found
        raise UnknownMasterKeyError(wrapper or "from before ids existed")


def split(wrapped: bytes) -> tuple[str | None, bytes]:
    """The id of the wrapping key (None = from before ids existed) and what it wrapped."""
    if len(wrapped) == _LEGACY_BYTES or not wrapped.startswith(_HEAD):
        return None, wrapped
    end = len(_HEAD) + 1 + wrapped[len(_HEAD)]
    return wrapped[len(_HEAD) + 1 : end].decode(), wrapped[end:]


def open_master_keys(settings: Settings, file: Path) -> MasterKeys:
    """The holders that the settings name: a command, else the environment, else the file. Raises MasterKeyError.

    Those that come after the first are kept for what they wrapped earlier.
    """
    holders: list[Holder] = []
    if settings.kms_command:
        holders.append(CommandHolder(shlex.split(settings.kms_command)))
    if settings.master_key:
        holders.append(FixedHolder(_decode(settings.master_key.get_secret_value())))
    if file.exists() or not holders:
        holders.append(FileHolder(file))
    return MasterKeys(tuple(holders))


def _decode(value: str) -> list[bytes]:
    try:
        keys = [base64.b64decode(part.strip(), validate=True) for part in value.split(",")]
    except ValueError:
        keys = []
    if not keys or any(len(key) != 32 for key in keys):
        raise MasterKeyError("BOSMAN_MASTER_KEY must be 32 bytes in base64; several are separated by commas")
    return keys
