"""Whom the checks are about: what the agent's folder says, as far as it may be read."""

from typing import Literal

import msgspec

from bosman_agent.identity.config import AgentConfig, ConfigBrokenError, NotEnrolledError, load_config
from bosman_agent.identity.data_dir import DataDir

Enrolment = Literal["enrolled", "not_enrolled", "broken", "not_permitted"]


class Context(msgspec.Struct, frozen=True):
    """The folder, and the configuration where there is one."""

    data: DataDir
    enrolment: Enrolment
    config: AgentConfig | None = None
    detail: str = ""


def read_context(data: DataDir) -> Context:
    """Read what can be read. Never raises."""
    try:
        return Context(data, "enrolled", load_config(data))
    except NotEnrolledError:
        return Context(data, "not_enrolled")
    except ConfigBrokenError as error:
        denied = isinstance(error.__cause__, PermissionError)
        return Context(data, "not_permitted" if denied else "broken", detail=str(error))
