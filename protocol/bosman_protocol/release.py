"""A release of the agent: what is built, signed once by the release key, and installed by agents that know that key.

The release key is not the dispatcher's: whoever takes over the server can ask
agents to update, but only to what the release key has signed.
"""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import msgspec
from msgspec import Meta

from bosman_protocol.codes import Code
from bosman_protocol.signing import EnvelopeRefusedError, Purpose, SignedEnvelope, sign
from bosman_protocol.version import Platform, Version

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

RELEASES_PATH = "/agent/v1/releases/"
"""Where the gateway serves bundles, by their SHA-256; only what a manifest names is taken."""

MAX_BUNDLE_BYTES = 500 * 1024 * 1024

Sha256 = Annotated[str, Meta(pattern=r"^[0-9a-f]{64}\Z")]


class ReleaseManifest(msgspec.Struct, frozen=True):
    """One version for one platform; the bundle is a zip of a version folder."""

    version: Version
    platform: Platform
    sha256: Sha256
    size_bytes: Annotated[int, Meta(ge=1, le=MAX_BUNDLE_BYTES)]
    released_at: datetime


class AgentUpdateParams(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Install the release of a signed manifest. `allow_older` is for going back on purpose."""

    manifest: SignedEnvelope
    allow_older: bool = False


class AgentUpdateResult(msgspec.Struct, frozen=True):
    """The version that runs now, and the one before."""

    version: str
    previous_version: str


def sign_manifest(manifest: ReleaseManifest, key: "Ed25519PrivateKey") -> SignedEnvelope:
    """The manifest as it travels."""
    return sign(msgspec.json.encode(manifest), key, Purpose.RELEASE)


def read_manifest(payload: bytes) -> ReleaseManifest:
    """The manifest in a verified payload. Raises EnvelopeRefusedError (`release.malformed`)."""
    try:
        manifest = msgspec.json.decode(payload, type=ReleaseManifest)
    except msgspec.MsgspecError:
        raise EnvelopeRefusedError(Code.RELEASE_MALFORMED) from None
    if manifest.released_at.tzinfo is None:
        raise EnvelopeRefusedError(Code.RELEASE_MALFORMED)
    return manifest
