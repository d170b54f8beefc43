"""The base of everything that a request may say."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from bosman_protocol.text import clean_text


class RequestModel(BaseModel):
    """A body, or a part of one: a field that is not known is refused (422), never ignored.

    What is ignored fails open: a misspelt filter would mean "all" and a misspelt limit "none".
    """

    model_config = ConfigDict(extra="forbid")


def one_line(max_length: int, min_length: int = 1) -> AfterValidator:
    """For a name or remark that people read in lists, mails and the trail: one line, cleaned.

    What makes one name look like another goes: line breaks, zero-width and right-to-left characters.
    """

    def clean(value: str) -> str:
        cleaned = clean_text(" ".join(value[: max_length * 4].split()), max_length * 4)
        if not min_length <= len(cleaned) <= max_length:
            raise ValueError(f"between {min_length} and {max_length} characters")
        return cleaned

    return AfterValidator(clean)


SiteIds = Annotated[list[UUID], Field(min_length=1, max_length=500)]
Sites = Literal["all"] | SiteIds
"""Which sites something is for. All of them is said, never meant by leaving something out."""


def site_ids_of(sites: Literal["all"] | list[UUID]) -> list[UUID] | None:
    """As the tables keep it: None = all of them."""
    return None if sites == "all" else sorted(set(sites))
