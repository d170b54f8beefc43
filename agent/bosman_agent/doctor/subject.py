"""Whom the checks are about: what the agent's folder says, as far as it may be read."""

from typing import Literal

import msgspec

from bosman_agent.config import AgentConfig, ConfigBrokenError, NotEnrolledError, load_config
from bosman_agent.folder import DataDir

Enrolment = Literal["enrolled", "not_enrolled", "broken", "not_permitted"]


class Subject(msgspec.Struct, frozen=True):
    """The folder, and the configuration where there is one."""

    data: DataDir
    enrolment: Enrolment
    config: AgentConfig | None = None
    detail: str = ""


def find_subject(data: DataDir) -> Subject:
    """Read what can be read. Never raises."""
    try:
        return Subject(data, "enrolled", load_config(data))
    except NotEnrolledError:
        return Subject(data, "not_enrolled")
    except ConfigBrokenError as error:
        denied = isinstance(error.__cause__, PermissionError)
        return Subject(data, "not_permitted" if denied else "broken", detail=str(error))
