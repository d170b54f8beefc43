"""What the API says of releases of the agent, and what it takes to update one."""

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, Field

from bosman_protocol.version import Platform
from bosman_server.kit.schemas import RequestModel


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


class AgentUpdate(RequestModel):
    """Bring a device's agent to a version."""

    version: Annotated[str | None, Field(max_length=64)] = None
    """None = the newest that there is for the device's platform."""
    allow_older: bool = False
    """Going back is meant: needs `agent:downgrade` and a fresh second factor."""
    confirmed_count: Annotated[int | None, Field(ge=0)] = None
    """The number that the user typed in, where one was asked for. None = none was typed."""
