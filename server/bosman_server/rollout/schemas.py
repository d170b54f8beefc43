"""What the API takes to update an agent."""

from typing import Annotated

from pydantic import BaseModel, Field


class AgentUpdate(BaseModel):
    """Bring a device's agent to a version."""

    version: Annotated[str | None, Field(max_length=64)] = None
    """None = the newest that there is for the device's platform."""
    allow_older: bool = False
    """Going back is meant."""
