"""Secrets that say which tenant they belong to: so their hash can be looked up within that tenant's scope."""

import base64
import hashlib
import hmac
import secrets
from uuid import UUID


def new(tenant_id: UUID, secret_bytes: int) -> str:
    """`<tenant>.<secret>`, safe in addresses; the secret has `secret_bytes` random bytes."""
    tenant = base64.urlsafe_b64encode(tenant_id.bytes).decode().rstrip("=")
    return f"{tenant}.{secrets.token_urlsafe(secret_bytes)}"


def tenant_of(token: str) -> UUID | None:
    """The tenant that a token claims; None for another shape. A claim proves nothing: the hash does."""
    try:
        return UUID(bytes=base64.urlsafe_b64decode(token.split(".", 1)[0] + "=="))
    except ValueError:
        return None


_STAMP_BYTES = 9


class Stamps:
    """A keyed checksum at the end of a secret: what was made up is told from what was given out without a query.

    It opens nothing by itself. Until `use` has been called no stamp fits.
    """

    def __init__(self, purpose: str) -> None:
        self._purpose = purpose.encode()
        self._key: bytes | None = None

    def use(self, key: bytes) -> None:
        """The secret of the installation, the same in every process."""
        self._key = key

    def put(self, token: str) -> str:
        """The token with its stamp. Raises RuntimeError before `use`."""
        if self._key is None:
            raise RuntimeError("no key yet")
        return f"{token}.{self._stamp(self._key, token)}"

    def fit(self, stamped: str) -> bool:
        """Whether the stamp is ours. Costs one hash."""
        token, dot, stamp = stamped.rpartition(".")
        if self._key is None or not dot or not stamped.isascii():
            return False
        return hmac.compare_digest(self._stamp(self._key, token), stamp)

    def _stamp(self, key: bytes, token: str) -> str:
        digest = hmac.digest(key, self._purpose + b":" + token.encode(), hashlib.sha256)
        return base64.urlsafe_b64encode(digest[:_STAMP_BYTES]).decode()
