"""What the API takes to update an agent."""

from typing import Annotated

from pydantic import Field

from bosman_server.kit.schemas import RequestModel


class AgentUpdate(RequestModel):
    """Bring a device's agent to a version."""

    version: Annotated[str | None, Field(max_length=64)] = None
    """None = the newest that there is for the device's platform."""
    allow_older: bool = False
    """Going back is meant: needs `agent:downgrade` and a fresh second factor."""
    confirmed_count: Annotated[int | None, Field(ge=0)] = None
    """The number that the user typed in, where one was asked for. None = none was typed."""
