"""Enrolment over HTTPS: a one-time token and a CSR buy an identity."""

from typing import Annotated, Literal
from uuid import UUID

import msgspec
from msgspec import Meta

from bosman_protocol.limits import ShortText, Slug
from bosman_protocol.signing import SignedEnvelope

ENROLL_PATH = "/agent/v1/enroll"
AUTHORITY_PATH = "/agent/v1/ca.pem"
"""The CA certificate, fetched before it is trusted: the agent compares it with the pin in its install line."""


class EnrollRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a new device says of itself; everything but the token is hostile text."""

    token: Annotated[str, Meta(min_length=16, max_length=128)]
    csr_pem: Annotated[str, Meta(max_length=16_384)]
    hostname: ShortText
    os_family: Literal["linux", "windows"]
    agent_version: Slug


class EnrollReply(msgspec.Struct, frozen=True):
    """The device's identity and whom to trust from now on. Errors are problem details."""

    device_id: UUID
    tenant_id: UUID
    certificate_pem: str
    authority_pem: str
    trust: SignedEnvelope
    """The statement in force: believed because the pinned authority vouches for this answer."""
