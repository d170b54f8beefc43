"""The trust statements of an installation: a file that the worker reads and serves, and that a root key extends."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Self
from uuid import UUID

import msgspec
import structlog
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from bosman_protocol.signing import EnvelopeRefusedError, SignedEnvelope, SigningKey, key_id_of, public_part
from bosman_protocol.trust import (
    MAX_CHAIN,
    TrustIntroduction,
    TrustStatement,
    first_statement,
    next_statement,
    raw_keys,
    sign_introduction,
    sign_statement,
)
from bosman_server.kit.clock import utc_now
from bosman_server.kit.crypto.keyring import KeyMissingError, Keyring, read_signing_key
from bosman_server.kit.files import write_private
from bosman_server.kit.ids import uuid7

log = structlog.get_logger()
_INTRODUCTION_VALID = timedelta(hours=1)
_LOOK_SECONDS = 2.0
_WARN_SECONDS = 60.0


class TrustBrokenError(Exception):
    """The statements cannot be used; the text says why."""


@dataclass(frozen=True, slots=True)
class TrustChain:
    """Every statement so far, each signed by a root of the one before it; the last by a root of its own."""

    envelopes: tuple[SignedEnvelope, ...]
    statements: tuple[TrustStatement, ...]

    @classmethod
    def begin(cls, signed: SignedEnvelope) -> Self:
        """The first statement. Raises TrustBrokenError."""
        try:
            return cls((signed,), (first_statement(signed),))
        except EnvelopeRefusedError as error:
            raise TrustBrokenError(f"the first statement: {error.code}") from error

    @classmethod
    def load(cls, path: Path) -> Self:
        """The statements in a file. Raises KeyMissingError, TrustBrokenError."""
        try:
            envelopes = msgspec.json.decode(path.read_bytes(), type=tuple[SignedEnvelope, ...])
        except FileNotFoundError:
            raise KeyMissingError(str(path)) from None
        except (OSError, msgspec.MsgspecError) as error:
            raise TrustBrokenError(f"{path}: {error}") from error
        if not envelopes:
            raise TrustBrokenError(f"{path}: no statement")
        return cls.begin(envelopes[0]).extended(envelopes[1:])

    def extended(self, envelopes: Sequence[SignedEnvelope]) -> Self:
        """The chain with further statements. Raises TrustBrokenError where one does not follow, as agents see it."""
        chain = self
        for signed in envelopes:
            known = chain.statement
            try:
                statement = next_statement(
                    signed,
                    roots=raw_keys(known.root_keys),
                    installation_id=known.installation_id,
                    version=known.version,
                )
            except EnvelopeRefusedError as error:
                raise TrustBrokenError(f"the statement after version {known.version}: {error.code}") from error
            if statement is None:
                raise TrustBrokenError(f"version {known.version} twice")
            chain = type(self)((*chain.envelopes, signed), (*chain.statements, statement))
        try:
            # New agents know no earlier root.
            first_statement(chain.signed)
        except EnvelopeRefusedError as error:
            raise TrustBrokenError(f"the last statement, as a new agent sees it: {error.code}") from error
        return chain

    def save(self, path: Path) -> None:
        """Replace the file in one step. Raises OSError."""
        write_private(path, msgspec.json.encode(self.envelopes))

    @property
    def statement(self) -> TrustStatement:
        """The one in force."""
        return self.statements[-1]

    @property
    def signed(self) -> SignedEnvelope:
        """The one in force as it travels."""
        return self.envelopes[-1]

    def after(self, version: int) -> tuple[SignedEnvelope, ...]:
        """What an agent with that version lacks: every change of the root since then, and the last statement."""
        needed: list[SignedEnvelope] = []
        for number, statement in enumerate(self.statements):
            is_last = number == len(self.statements) - 1
            changes_root = number > 0 and statement.root_keys != self.statements[number - 1].root_keys
            if statement.version > version and (is_last or changes_root):
                needed.append(self.envelopes[number])
        return tuple(needed[:MAX_CHAIN])


class TrustBook:
    """The statements as a worker serves them; a file that is replaced is read again while the worker runs."""

    def __init__(self, path: Path, key: Ed25519PrivateKey) -> None:
        """`key` signs this worker's work. Raises KeyMissingError, TrustBrokenError."""
        self._path = path
        self._key = key
        self._seen = _stamp(path)
        self._looked_at = time.monotonic()
        self._warned_at = 0.0
        self._chain = self._load()

    def chain(self) -> TrustChain:
        """The statements; those from before as long as the file is of no use to this worker."""
        now = time.monotonic()
        if now - self._looked_at >= _LOOK_SECONDS:
            self._looked_at = now
            self._look()
        return self._chain

    def lacking(self, device_id: UUID, version: int | None) -> tuple[tuple[SignedEnvelope, ...], SignedEnvelope | None]:
        """What to tell a device that has a version (None: it knows nothing of statements), and the introduction."""
        if version is None:
            return (), None
        chain = self.chain()
        if version == 0:
            return (chain.signed,), self._introduce(chain.statement, device_id)
        if version > chain.statement.version:
            self._warn(version, chain.statement.version)
        return chain.after(version), None

    def _introduce(self, statement: TrustStatement, device_id: UUID) -> SignedEnvelope:
        introduction = TrustIntroduction(
            device_id=device_id,
            installation_id=statement.installation_id,
            root_keys=statement.root_keys,
            version=statement.version,
            expires_at=utc_now() + _INTRODUCTION_VALID,
        )
        return sign_introduction(introduction, self._key)

    def _load(self) -> TrustChain:
        chain = TrustChain.load(self._path)
        key_id = key_id_of(self._key.public_key())
        if all(key.key_id != key_id for key in chain.statement.signing_keys):
            raise TrustBrokenError(
                f"the signing key {key_id} of this worker is not in version {chain.statement.version} of {self._path}"
            )
        return chain

    def _look(self) -> None:
        seen = _stamp(self._path)
        if seen == self._seen:
            return
        self._seen = seen
        try:
            self._chain = self._load()
        except (KeyMissingError, TrustBrokenError) as error:
            log.error("trust_statement_unusable", error=str(error), version=self._chain.statement.version)  # noqa: TRY400 - the text is all there is to say
        else:
            log.info("trust_statement_read", version=self._chain.statement.version)

    def _warn(self, theirs: int, ours: int) -> None:
        """A file from a backup: what is issued from here on reaches nobody until it has passed their version."""
        now = time.monotonic()
        if now - self._warned_at >= _WARN_SECONDS:
            self._warned_at = now
            log.error("trust_statement_behind_agents", agents=theirs, version=ours)


def _stamp(path: Path) -> tuple[int, int, int] | None:
    try:
        about = path.stat()
    except OSError:
        return None
    return about.st_ino, about.st_mtime_ns, about.st_size


def signing_keys(keyring: Keyring) -> tuple[SigningKey, ...]:
    """The keys that work is signed with, and that it was or will be while they are being changed.

    Raises KeyMissingError.
    """
    others = (keyring.next_signing_file, keyring.retired_signing_file)
    paths = [keyring.signing_file, *(path for path in others if path.exists())]
    return tuple(public_part(read_signing_key(path)) for path in paths)


def draft(keyring: Keyring, *, bus_urls: Sequence[str] = (), root: SigningKey | None = None) -> TrustStatement:
    """The next statement, unsigned: the keys of the keyring, and what else is said or was so far.

    `root` is needed for the first one only. Raises KeyMissingError, TrustBrokenError.
    """
    last = TrustChain.load(keyring.trust_file).statement if keyring.trust_file.exists() else None
    if last is None and root is None:
        raise KeyMissingError(str(keyring.root_file))
    statement = TrustStatement(
        installation_id=uuid7() if last is None else last.installation_id,
        version=_next_version(last),
        issued_at=utc_now().replace(microsecond=0),
        signing_keys=signing_keys(keyring),
        root_keys=last.root_keys if last is not None else (root,) if root is not None else (),
        bus_urls=tuple(bus_urls) or (() if last is None else last.bus_urls),
    )
    if not statement.bus_urls:
        raise TrustBrokenError("no address of the bus is known")
    return statement


def publish(keyring: Keyring, envelopes: Sequence[SignedEnvelope]) -> TrustChain:
    """Put signed statements into force. Raises TrustBrokenError, OSError."""
    path = keyring.trust_file
    if not envelopes:
        raise TrustBrokenError("no statement")
    if path.exists():
        chain = TrustChain.load(path).extended(envelopes)
    else:
        chain = TrustChain.begin(envelopes[0]).extended(envelopes[1:])
    chain.save(path)
    return chain


def sign_draft(statement: TrustStatement, root: Ed25519PrivateKey) -> SignedEnvelope:
    """The statement, signed. Raises TrustBrokenError for one that no agent would take."""
    try:
        return sign_statement(statement, root)
    except ValueError as error:
        raise TrustBrokenError("no agent would take this: only tls:// and wss:// addresses, at most 16") from error


def ensure_statement(keyring: Keyring, bus_urls: Sequence[str]) -> TrustChain | None:
    """See to it that agents are told the keys of the keyring and these addresses.

    None where that needs a statement whose root key is not here. Raises KeyMissingError, TrustBrokenError.
    """
    if keyring.trust_file.exists():
        chain = TrustChain.load(keyring.trust_file)
        statement = chain.statement
        if statement.bus_urls == tuple(bus_urls) and set(statement.signing_keys) == set(signing_keys(keyring)):
            return chain
    if not keyring.root_file.exists():
        return None
    root = read_signing_key(keyring.root_file)
    return publish(keyring, [sign_draft(draft(keyring, bus_urls=bus_urls, root=public_part(root)), root)])


def _next_version(last: TrustStatement | None) -> int:
    """The time in milliseconds: a counter would begin anew after a restore, and agents refuse what is older."""
    now = int(utc_now().timestamp() * 1000)
    return now if last is None else max(now, last.version + 1)
