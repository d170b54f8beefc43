"""The base of everything that a request may say."""

from pydantic import BaseModel, ConfigDict


class RequestModel(BaseModel):
    """A body, or a part of one: a field that is not known is refused (422), never ignored.

    What is ignored fails open: a misspelt filter would mean "all" and a misspelt limit "none".
    """

    model_config = ConfigDict(extra="forbid")
