"""What the API says of enrolment tokens."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from bosman_server.kit.schemas import RequestModel, one_line

TokenState = Literal["active", "used_up", "expired", "revoked"]


class TokenRowOut(BaseModel):
    """A token in a list; the secret itself is shown once, at creation."""

    id: UUID
    tenant_id: UUID
    tenant_name: str
    site_id: UUID
    site_name: str
    label: str
    created_at: datetime
    created_by_name: str
    expires_at: datetime
    max_uses: int
    use_count: int
    state: TokenState


class TokenCreate(RequestModel):
    """A token for new devices of one site."""

    tenant_id: UUID
    site_id: UUID
    label: Annotated[str, one_line(120, 0)] = ""
    valid_seconds: Annotated[int, Field(ge=60, le=90 * 24 * 3600)] = 24 * 3600
    max_uses: Annotated[int, Field(ge=1, le=10_000)] = 1


class InstallOut(BaseModel):
    """How to install the agent on a system: one line, or a download and three values to type."""

    line: str
    version: str
    file_name: str
    download_url: str
    size_bytes: int
    sha256: str


class TokenCreated(BaseModel):
    """A fresh token with its secret and what to paste on the device."""

    id: UUID
    tenant_id: UUID
    site_id: UUID
    label: str
    created_at: datetime
    created_by_name: str
    expires_at: datetime
    max_uses: int
    use_count: int
    state: TokenState
    token: str
    gateway_url: str
    """The server that agents are given."""
    authority_sha256: str
    """What they pin."""
    install_windows: InstallOut | None
    """None where this installation has no release of the agent for Windows."""
    install_linux: InstallOut | None
    enroll_line: str
    """For a Linux machine where the agent is there already."""
