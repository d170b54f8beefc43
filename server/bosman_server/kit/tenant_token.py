"""Secrets that say which tenant they belong to: so their hash can be looked up within that tenant's scope."""

import base64
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
