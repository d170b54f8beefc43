"""Reading of documents, strictly: nothing is guessed or converted, and every error is noted, not only the first.

A reader takes a value, its path and the place for errors, and answers with what it read, or None after it has noted an
error. (`nullable` readers answer None for null as well; whether something was wrong is asked of `Problems`.)
"""

import json
import math
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import NoReturn, TypeGuard, TypeVar

from bosman_protocol.documents.errors import DocumentCode, DocumentError, DocumentRefusedError, Problems

T = TypeVar("T")
Reader = Callable[[object, str, Problems], T | None]

MAX_TEXT = 1000
FIRST_YEAR, LAST_YEAR = 1970, 2199
"""Of moments; beyond lies nothing that is meant, and near the ends of the calendar zones cannot be computed."""
_TYPES: dict[type, str] = {
    dict: "object", list: "array", str: "string", bool: "boolean", int: "integer", float: "number",
}  # fmt: skip
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_CLOCK = r"([01][0-9]|2[0-3]):[0-5][0-9]"
_TIME = re.compile(_CLOCK, re.ASCII)
_WALL_MOMENT = re.compile(f"[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}T{_CLOCK}", re.ASCII)
_INSTANT = re.compile(f"[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}T{_CLOCK}:[0-5][0-9]Z", re.ASCII)


class RawObject(dict[str, object]):
    """A JSON object that remembers which of its names were written more than once."""

    repeated: frozenset[str] = frozenset()


def load_document(text: bytes | str) -> RawObject:
    """The JSON object that a text is.

    Raises `DocumentRefusedError` (`document.invalid`) where it is none.
    """
    try:
        found = json.loads(
            text.decode("utf-8-sig") if isinstance(text, bytes) else text,
            object_pairs_hook=_object,
            parse_constant=_no_constant,
        )
    except (ValueError, RecursionError) as error:
        raise _invalid(str(error)[:200]) from None
    if not isinstance(found, RawObject):
        raise _invalid("not an object")
    return found


def _object(pairs: list[tuple[str, object]]) -> RawObject:
    found = RawObject(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        found.repeated = frozenset(name for name in found if names.count(name) > 1)
    return found


def _no_constant(name: str) -> NoReturn:
    raise ValueError(name)


def _invalid(why: str) -> DocumentRefusedError:
    return DocumentRefusedError([DocumentError("", DocumentCode.DOCUMENT_INVALID, {"reason": why})])


class Record:
    """An object of a document while its fields are taken one by one; `done` complains about what nobody took."""

    def __init__(self, value: object, path: str, problems: Problems) -> None:
        self.path, self.problems = path, problems
        self.value: dict[str, object] = value if expect(value, dict, path, problems) else {}
        self.is_object = isinstance(value, dict)
        self._taken: set[str] = set()
        for name in getattr(value, "repeated", ()):
            problems.add(DocumentCode.DUPLICATE, self.at(name))

    def at(self, name: str) -> str:
        """The path of a field."""
        return f"{self.path}.{name}" if self.path else name

    def has(self, name: str) -> bool:
        """Whether the field is written, be it as null."""
        return name in self.value

    def take(self, name: str, reader: Reader[T]) -> T | None:
        """A field that must be there."""
        self._taken.add(name)
        if name in self.value:
            return reader(self.value[name], self.at(name), self.problems)
        if self.is_object:
            self.problems.add(DocumentCode.FIELD_REQUIRED, self.at(name))
        return None

    def take_if_there(self, name: str, reader: Reader[T]) -> T | None:
        """A field that may be left out: None then, without an error."""
        self._taken.add(name)
        return reader(self.value[name], self.at(name), self.problems) if name in self.value else None

    def done(self) -> None:
        """Every other field is unknown."""
        for name in self.value:
            if name not in self._taken:
                self.problems.add(DocumentCode.FIELD_UNKNOWN, self.at(name))


def expect(value: object, kind: type[T], path: str, problems: Problems) -> TypeGuard[T]:
    """Whether a value has a JSON type; true and false are no numbers."""
    if isinstance(value, kind) and (kind is bool or not isinstance(value, bool)):
        return True
    problems.add(DocumentCode.FIELD_TYPE, path, expected=_TYPES[kind])
    return False


def text(value: object, path: str, problems: Problems) -> str | None:
    """A text of one to `MAX_TEXT` characters."""
    if not expect(value, str, path, problems):
        return None
    if not 1 <= len(value) <= MAX_TEXT:
        problems.add(DocumentCode.VALUE_RANGE, path, min_length=1, max_length=MAX_TEXT)
        return None
    return str(value)


def boolean(value: object, path: str, problems: Problems) -> bool | None:
    """True or false."""
    return bool(value) if expect(value, bool, path, problems) else None


def integer(low: int | None = None, high: int | None = None) -> Reader[int]:
    """A whole number within bounds, both included."""

    def read(value: object, path: str, problems: Problems) -> int | None:
        if not expect(value, int, path, problems):
            return None
        if (low is not None and value < low) or (high is not None and value > high):
            bounds = {"min": low, "max": high}
            problems.add(DocumentCode.VALUE_RANGE, path, **{k: v for k, v in bounds.items() if v is not None})
            return None
        return int(value)

    return read


def number(value: object, path: str, problems: Problems) -> float | None:
    """A finite number."""
    if not isinstance(value, int):
        if not expect(value, float, path, problems):
            return None
        if not math.isfinite(value):
            problems.add(DocumentCode.VALUE_RANGE, path)
            return None
        return float(value)
    # A whole number stays one: 2**53 + 1 is no float.
    return value if expect(value, int, path, problems) else None


def one_of(allowed: Sequence[str]) -> Reader[str]:
    """One of these words."""

    def read(value: object, path: str, problems: Problems) -> str | None:
        if not expect(value, str, path, problems):
            return None
        if value not in allowed:
            problems.add(DocumentCode.VALUE_RANGE, path, allowed=", ".join(allowed))
            return None
        return str(value)

    return read


def nullable(reader: Reader[T]) -> Reader[T]:
    """What the reader takes, or null."""

    def read(value: object, path: str, problems: Problems) -> T | None:
        return None if value is None else reader(value, path, problems)

    return read


def array(item: Reader[T], *, low: int = 0, high: int | None = None) -> Reader[list[T]]:
    """A list; items that were not understood are left out of what is answered."""

    def read(value: object, path: str, problems: Problems) -> list[T] | None:
        if not expect(value, list, path, problems):
            return None
        if len(value) < low or (high is not None and len(value) > high):
            problems.add(DocumentCode.VALUE_RANGE, path, min_items=low, **({} if high is None else {"max_items": high}))
        found = (item(one, f"{path}[{index}]", problems) for index, one in enumerate(value))
        return [one for one in found if one is not None]

    return read


@dataclass(frozen=True, slots=True)
class Placed:
    """A value and where it stands."""

    value: object
    path: str


def refuse_repeated(values: Iterable[Placed], problems: Problems) -> None:
    """Note `duplicate` at each value that an earlier one equals; None is no value."""
    seen: set[object] = set()
    for one in values:
        if one.value is not None and one.value in seen:
            problems.add(DocumentCode.DUPLICATE, one.path)
        seen.add(one.value)


def calendar_date(value: object, path: str, problems: Problems) -> date | None:
    """A date `YYYY-MM-DD` that exists."""
    if not expect(value, str, path, problems):
        return None
    try:
        return date.fromisoformat(_matching(_DATE, value))
    except ValueError:
        problems.add(DocumentCode.DATE_INVALID, path)
        return None


def wall_time(value: object, path: str, problems: Problems) -> time | None:
    """A time `HH:MM` of a clock on the wall."""
    if not expect(value, str, path, problems):
        return None
    try:
        return time.fromisoformat(_matching(_TIME, value))
    except ValueError:
        problems.add(DocumentCode.TIME_INVALID, path)
        return None


def instant(value: object, path: str, problems: Problems) -> datetime | None:
    """A moment `YYYY-MM-DDTHH:MM:SSZ`."""
    if not expect(value, str, path, problems):
        return None
    return _moment(_INSTANT, value, path, problems)


def wall_moment(value: object, path: str, problems: Problems) -> datetime | None:
    """A moment `YYYY-MM-DDTHH:MM` of a clock on the wall, without a zone."""
    if not expect(value, str, path, problems):
        return None
    return _moment(_WALL_MOMENT, value, path, problems)


def _moment(pattern: re.Pattern[str], value: str, path: str, problems: Problems) -> datetime | None:
    try:
        found = datetime.fromisoformat(_matching(pattern, value))
    except ValueError:
        problems.add(DocumentCode.TIME_INVALID, path)
        return None
    if not FIRST_YEAR <= found.year <= LAST_YEAR:
        problems.add(DocumentCode.VALUE_RANGE, path, min=FIRST_YEAR, max=LAST_YEAR)
        return None
    return found


def _matching(pattern: re.Pattern[str], value: str) -> str:
    if not pattern.fullmatch(value):
        raise ValueError(value)
    return value


def print_instant(moment: datetime) -> str:
    """A moment as documents and answers write it: UTC, whole seconds."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
