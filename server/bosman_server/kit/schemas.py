"""The base of everything that a request may say."""

from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field

from bosman_protocol.text import clean_text
from bosman_server.kit.clock import utc_now
from bosman_server.kit.values import JsonObject


class RequestModel(BaseModel):
    """A body, or a part of one: a field that is not known is refused (422), never ignored.

    What is ignored fails open: a misspelt filter would mean "all" and a misspelt limit "none". What a field that may
    be left out means then stands in its docstring, which becomes part of the API's description; a test asks for it.
    """

    model_config = ConfigDict(extra="forbid", use_attribute_docstrings=True)


def left_out() -> Any:
    """The default of a field of a `PatchModel` that may stay as it is, and may not be empty."""
    return Field(default=None, validate_default=False, json_schema_extra=_without_default)


def _without_default(schema: JsonObject) -> None:
    schema.pop("default", None)


class PatchModel(RequestModel):
    """Changes to something: what is not named stays as it is, and null empties what may be empty.

    A field that may not be empty has `left_out()` for its default and a type without None: null is refused.
    """

    def changes(self) -> JsonObject:
        """What was named, with its new values."""
        return {name: getattr(self, name) for name in self.model_fields_set}

    def apply_to(self, row: object) -> None:
        """Set what was named on an object with attributes of the same names."""
        for name, value in self.changes().items():
            setattr(row, name, value)


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


_AHEAD = timedelta(days=366)


def bounded(moment: datetime) -> datetime:
    """In UTC; a zone can push the first and the last moments of the calendar out of it. Raises ValueError."""
    if not 1 < moment.year < 9999:
        raise ValueError("out of range")
    return moment.astimezone(UTC)


def _within_a_year(moment: datetime) -> datetime:
    """A plan; what lies in the past is due at once."""
    if moment > utc_now() + _AHEAD:
        raise ValueError("more than a year ahead")
    return moment


Moment = Annotated[AwareDatetime, AfterValidator(bounded)]
"""A point in time with its zone, in bounds that every database and every sum can take."""
PlannedMoment = Annotated[Moment, AfterValidator(_within_a_year)]
"""When something shall happen: within a year."""
