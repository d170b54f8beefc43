"""Whom agents trust: a statement signed by a root key, which may be kept offline.

The keys that sign work and the addresses of the bus reach an agent in no other way. It takes a statement only from a
root that it trusts already, for its own installation, and with a higher version than the one it has: whoever holds the
bus can neither add a key, nor lead agents elsewhere, nor bring back what was taken away.
"""

import hashlib
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

import msgspec
from msgspec import Meta

from bosman_protocol.codes import Code
from bosman_protocol.signing import EnvelopeRefusedError, Purpose, SignedEnvelope, SigningKey, sign, verify

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

TRUST_PATH = "/agent/v1/trust"
"""At the gateway, for agents that no longer find the bus: `?after=<version>`, answered with a list of statements."""
MAX_STATEMENT_BYTES = 8 * 1024
MAX_CHAIN = 8
"""Statements in one answer; an agent that lacks more asks again."""
_KEY_BYTES = 32

BusUrl = Annotated[
    str, Meta(max_length=255, pattern=r"^(tls|wss)://[A-Za-z0-9._\-\[\]:]{1,200}(/[A-Za-z0-9._~/\-]{0,50})?\Z")
]
"""An address of the bus; nothing but TLS."""
TrustVersion = Annotated[int, Meta(ge=1, le=2**53)]
SigningKeys = Annotated[tuple[SigningKey, ...], Meta(min_length=1, max_length=8)]
RootKeys = Annotated[tuple[SigningKey, ...], Meta(min_length=1, max_length=4)]


class TrustStatement(msgspec.Struct, frozen=True, tag="trust"):
    """Whom the agents of an installation trust from this version on.

    It has no expiry on purpose: a device that was away for a year must still find its way back.
    """

    installation_id: UUID
    version: TrustVersion
    issued_at: datetime
    signing_keys: SigningKeys
    """Who signs work and freeze orders."""
    root_keys: RootKeys
    """Who signs the next statement: a root is replaced by a statement of the root before it."""
    bus_urls: Annotated[tuple[BusUrl, ...], Meta(min_length=1, max_length=16)]


class TrustIntroduction(msgspec.Struct, frozen=True, tag="trust_introduction"):
    """The root, made known by a signing key to one device that was enrolled before there were statements."""

    device_id: UUID
    installation_id: UUID
    root_keys: RootKeys
    version: TrustVersion
    """The statement at that time: an older one must not be slipped in with it."""
    expires_at: datetime


def sign_statement(statement: TrustStatement, root: "Ed25519PrivateKey") -> SignedEnvelope:
    """The statement as it travels. Raises ValueError for one that no agent would take."""
    payload = msgspec.json.encode(statement)
    try:
        _decode(payload)
    except EnvelopeRefusedError as error:
        raise ValueError("a statement that no agent would take") from error
    return sign(payload, root, Purpose.TRUST)


def sign_introduction(introduction: TrustIntroduction, key: "Ed25519PrivateKey") -> SignedEnvelope:
    """The introduction as it travels."""
    return sign(msgspec.json.encode(introduction), key, Purpose.TRUST_INTRODUCTION)


def raw_keys(keys: Iterable[SigningKey]) -> dict[str, bytes]:
    """The keys as `verify` wants them."""
    return {key.key_id: key.public_key for key in keys}


def first_statement(signed: SignedEnvelope) -> TrustStatement:
    """A statement from a source that is trusted for another reason, signed by one of the roots that it names.

    Raises EnvelopeRefusedError (`envelope.malformed`, `envelope.unknown_key`, `envelope.bad_signature`).
    """
    statement = _decode(signed.payload)
    verify(signed, raw_keys(statement.root_keys), Purpose.TRUST)
    return statement


def next_statement(
    signed: SignedEnvelope, *, roots: Mapping[str, bytes], installation_id: UUID, version: int
) -> TrustStatement | None:
    """The statement that follows `version`; None when it is that very version.

    Raises EnvelopeRefusedError (those of `first_statement`, `trust.other_installation`, `trust.outdated`).
    """
    statement = _decode(verify(signed, roots, Purpose.TRUST))
    if statement.installation_id != installation_id:
        raise EnvelopeRefusedError(Code.TRUST_OTHER_INSTALLATION)
    if statement.version < version:
        raise EnvelopeRefusedError(Code.TRUST_OUTDATED)
    return None if statement.version == version else statement


def introduced_statement(
    introduction: SignedEnvelope, signed: SignedEnvelope, *, keys: Mapping[str, bytes], device_id: UUID, now: datetime
) -> TrustStatement:
    """The statement of a root that one of the signing keys `keys` makes known to this device.

    Only for a device that knows no root. Raises EnvelopeRefusedError (those of `next_statement`,
    `envelope.wrong_device`, `envelope.expired`).
    """
    payload = verify(introduction, keys, Purpose.TRUST_INTRODUCTION)
    try:
        known = msgspec.json.decode(payload, type=TrustIntroduction)
    except msgspec.MsgspecError:
        raise EnvelopeRefusedError(Code.ENVELOPE_MALFORMED) from None
    _check_keys(known.root_keys)
    if known.expires_at.tzinfo is None:
        raise EnvelopeRefusedError(Code.ENVELOPE_MALFORMED)
    if known.device_id != device_id:
        raise EnvelopeRefusedError(Code.ENVELOPE_WRONG_DEVICE)
    if known.expires_at <= now:
        raise EnvelopeRefusedError(Code.ENVELOPE_EXPIRED)
    statement = next_statement(
        signed,
        roots=raw_keys(known.root_keys),
        installation_id=known.installation_id,
        version=known.version - 1,
    )
    if statement is None:
        raise EnvelopeRefusedError(Code.TRUST_OUTDATED)
    return statement


def _decode(payload: bytes) -> TrustStatement:
    if len(payload) > MAX_STATEMENT_BYTES:
        raise EnvelopeRefusedError(Code.ENVELOPE_MALFORMED)
    try:
        statement = msgspec.json.decode(payload, type=TrustStatement)
    except msgspec.MsgspecError:
        raise EnvelopeRefusedError(Code.ENVELOPE_MALFORMED) from None
    _check_keys(statement.signing_keys)
    _check_keys(statement.root_keys)
    roots = {key.public_key for key in statement.root_keys}
    # A root that also signs work would lie where the work is signed.
    if statement.issued_at.tzinfo is None or any(key.public_key in roots for key in statement.signing_keys):
        raise EnvelopeRefusedError(Code.ENVELOPE_MALFORMED)
    return statement


def _check_keys(keys: tuple[SigningKey, ...]) -> None:
    """Every key has its length and the name that follows from it."""
    for key in keys:
        name = hashlib.sha256(key.public_key).hexdigest()[:16]
        if len(key.public_key) != _KEY_BYTES or key.key_id != name:
            raise EnvelopeRefusedError(Code.ENVELOPE_MALFORMED)
