"""What the API says of releases of the agent."""

from datetime import datetime

from pydantic import BaseModel

from bosman_protocol.version import Platform


class InstallerOut(BaseModel):
    """A file for people to install from, at `/downloads/{name}`."""

    name: str
    size_bytes: int
    sha256: str


class ReleaseOut(BaseModel):
    """A version of the agent on a platform."""

    version: str
    platform: Platform
    released_at: datetime | None
    added_at: datetime
    is_newest: bool
    """Of those that agents can update to."""
    can_update: bool
    """Agents can update to it: it has a signed bundle."""
    installer: InstallerOut | None
