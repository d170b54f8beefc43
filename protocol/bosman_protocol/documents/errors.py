"""What is wrong with a document that people or programs wrote: all of it at once, each at its place."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum


class DocumentCode(StrEnum):
    """What a document can be told; a code never changes its meaning."""

    DOCUMENT_INVALID = "document.invalid"
    FIELD_REQUIRED = "field.required"
    FIELD_UNKNOWN = "field.unknown"
    FIELD_TYPE = "field.type"
    VALUE_RANGE = "value.range"
    ZONE_UNKNOWN = "zone.unknown"
    DATE_INVALID = "date.invalid"
    TIME_INVALID = "time.invalid"
    RRULE_INVALID = "rrule.invalid"
    RRULE_EMPTY = "rrule.empty"
    CRON_INVALID = "cron.invalid"
    DUPLICATE = "duplicate"


Param = str | int | float


@dataclass(frozen=True, slots=True, order=True)
class DocumentError:
    """One error. `path` is like `windows[2].recurrence.rrule`; an argument's is like `--zone`; the whole's is empty."""

    path: str
    code: DocumentCode
    params: dict[str, Param] = field(default_factory=dict, compare=False)

    def as_json(self) -> dict[str, object]:
        """As it is printed."""
        return {"code": self.code.value, "path": self.path, "params": self.params}


class DocumentRefusedError(Exception):
    """The document cannot be understood; `errors` are all that were found, sorted by path."""

    def __init__(self, errors: Iterable[DocumentError]) -> None:
        self.errors = sorted(set(errors))
        super().__init__("; ".join(f"{error.path}: {error.code}" for error in self.errors))

    def __reduce__(self) -> tuple[type["DocumentRefusedError"], tuple[list[DocumentError]]]:
        return type(self), (self.errors,)


class Problems:
    """Collects errors while a document is read."""

    def __init__(self) -> None:
        self.found: list[DocumentError] = []

    def add(self, code: DocumentCode, path: str, **params: Param) -> None:
        """Note one error and go on."""
        self.found.append(DocumentError(path, code, params))

    def refuse_if_any(self) -> None:
        """Raise `DocumentRefusedError` with everything that was noted."""
        if self.found:
            raise DocumentRefusedError(self.found)
