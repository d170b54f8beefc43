"""Keyset paging: what a list is asked for, and cursors that survive inserts and deletes."""

import base64
from dataclasses import dataclass
from datetime import UTC, datetime
from math import inf, isinf
from typing import Annotated, Any, Generic, Literal, TypeVar
from uuid import UUID

import msgspec
from fastapi import Query
from pydantic import BaseModel

from bosman_protocol.codes import Code
from bosman_server.kit.problems import Problem

Item = TypeVar("Item")


def narrowing(**rest: Any) -> Any:
    """A query parameter that narrows a list. Left out it narrows nothing: reads show what one may see, no more.

    What changes something is never meant so: see `RequestModel`.
    """
    return Query(description="Left out, it narrows nothing within what one may see.", **rest)


Ids = Annotated[list[UUID] | None, narrowing(max_length=500)]
"""Of several tenants, sites or devices; foreign ones match nothing."""


class Page(BaseModel, Generic[Item]):
    """One page of a list."""

    items: list[Item]
    total: int
    total_capped: bool
    """Whether there are more than `total`: beyond it they were not counted."""
    next_cursor: str | None
    prev_cursor: str | None


@dataclass(frozen=True, slots=True)
class PageRequest:
    """Which page of a list."""

    limit: int = 25
    cursor: str | None = None
    sort: str | None = None
    order: Literal["asc", "desc"] | None = None


class Cursor(msgspec.Struct, frozen=True, array_like=True):
    """A position in a sorted list: the key of a row and which side of it is wanted."""

    sort: str
    order: Literal["asc", "desc"]
    side: Literal["after", "before"]
    value: str | int | float | bool
    id: UUID

    def encode(self) -> str:
        """An opaque string for the URL."""
        return base64.urlsafe_b64encode(msgspec.json.encode(self)).decode().rstrip("=")


_decoder = msgspec.json.Decoder(Cursor)


def decode_cursor(raw: str) -> Cursor:
    """The position that an opaque string names. Raises Problem 400 `page.bad_cursor`."""
    try:
        return _decoder.decode(base64.urlsafe_b64decode(raw + "=" * (-len(raw) % 4)))
    except (msgspec.MsgspecError, ValueError):
        raise Problem(400, Code.PAGE_BAD_CURSOR) from None


_INFINITE = {inf: "inf", -inf: "-inf"}
"""JSON has no number for them."""
_FROM_INFINITE: dict[object, float] = {text: value for value, text in _INFINITE.items()}


def to_cursor_value(value: object) -> str | int | float | bool:
    """A sort key as JSON holds it."""
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, float) and isinf(value):
        return _INFINITE[value]
    assert isinstance(value, str | int | float | bool)
    return value


def from_cursor_value(value: str | float | bool, kind: type) -> Any:  # noqa: FBT001 - any sort key
    """A sort key as PostgreSQL wants it. Raises Problem 400 `page.bad_cursor`."""
    parsed: Any = _FROM_INFINITE.get(value, value) if kind is float else value
    if kind is datetime:
        try:
            moment = datetime.fromisoformat(str(value))
            # A zone can push the first and the last moments of the calendar out of it.
            parsed = moment.astimezone(UTC) if moment.tzinfo is not None else None
        except (ValueError, OverflowError):
            raise Problem(400, Code.PAGE_BAD_CURSOR) from None
    fits = type(parsed) is kind and (
        (isinstance(parsed, str) and "\x00" not in parsed)
        or isinstance(parsed, bool)
        or (isinstance(parsed, int) and -(2**63) <= parsed < 2**63)
        or isinstance(parsed, datetime | float)
    )
    if not fits:
        raise Problem(400, Code.PAGE_BAD_CURSOR)
    return parsed
