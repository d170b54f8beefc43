"""What the API says of releases of the agent, and what it takes to update one."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

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


class AgentBuildWanted(RequestModel):
    """Somebody needs an installer that this server has not."""

    tenant_id: UUID
    """For whose devices; whose trail tells of it."""
    platform: Platform


class AgentBuildOut(BaseModel):
    """Whether people can install on a platform, and how far its build is where they cannot yet."""

    platform: Platform
    installer: InstallerOut | None
    can_build: bool
    """This server builds installers by itself (`bosman up` from a clone); elsewhere an operator adds releases."""
    state: Literal["none", "wanted", "building", "done", "failed"]
    wanted_at: datetime | None
    started_at: datetime | None
    ended_at: datetime | None
    detail: str | None
    """Why the last build failed, as it says itself."""
