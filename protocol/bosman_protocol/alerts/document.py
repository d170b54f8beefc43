"""Alert rules and samples of metrics, as documents say it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bosman_protocol.documents.errors import DocumentCode, Problems
from bosman_protocol.documents.reader import (
    Placed,
    Record,
    array,
    instant,
    integer,
    nullable,
    number,
    one_of,
    refuse_repeated,
    text,
)

ABOVE, BELOW = ">", "<"


@dataclass(frozen=True, slots=True)
class AlertRule:
    """When to raise an alert about a metric, and when to clear it."""

    name: str
    metric: str
    op: str
    """`>` or `<`: which side of the threshold is bad."""
    threshold: float
    for_seconds: int
    clear: float
    """What is not beyond it counts as good again; not beyond the threshold itself."""
    clear_for_seconds: int
    max_gap_seconds: int
    """Neighbouring readings further apart say nothing of the time between them."""

    def beyond(self, value: float, limit: float) -> bool:
        """Whether a value lies on the bad side of a limit; equal is not beyond."""
        return value > limit if self.op == ABOVE else value < limit


@dataclass(frozen=True, slots=True)
class Sample:
    """One reading of a metric; None = there was none."""

    at: datetime
    metric: str
    value: float | None


def read_alerts(document: object, problems: Problems) -> tuple[list[AlertRule], list[Sample]]:
    """The rules and samples of a document; what was not understood is left out and noted."""
    record = Record(document, "", problems)
    names: list[Placed] = []
    readings: list[Placed] = []

    def read_rule(value: object, path: str, problems: Problems) -> AlertRule | None:
        return _rule(Record(value, path, problems), names)

    def read_sample(value: object, path: str, problems: Problems) -> Sample | None:
        found = _sample(Record(value, path, problems))
        if found is not None and found.value is not None:
            readings.append(Placed((found.metric, found.at), path))
        return found

    rules = record.take("rules", array(read_rule))
    samples = record.take("samples", array(read_sample))
    record.done()
    refuse_repeated(names, problems)
    refuse_repeated(readings, problems)
    return rules or [], samples or []


def _rule(record: Record, names: list[Placed]) -> AlertRule | None:
    before = len(record.problems.found)
    name = record.take("name", text)
    names.append(Placed(name, record.at("name")))
    metric, op = record.take("metric", text), record.take("op", one_of((ABOVE, BELOW)))
    threshold, clear = record.take("threshold", number), record.take("clear", nullable(number))
    spans = _seconds(record, (("for_seconds", 0), ("clear_for_seconds", 0), ("max_gap_seconds", 1)))
    record.done()
    if threshold is not None and op is not None and clear is not None:
        wrong = clear > threshold if op == ABOVE else clear < threshold
        if wrong:
            record.problems.add(DocumentCode.VALUE_RANGE, record.at("clear"), threshold=threshold)
    if len(record.problems.found) > before:
        return None
    assert name and metric and op and threshold is not None  # noqa: PT018 - for the type checker: nothing was wrong
    return AlertRule(name, metric, op, threshold, spans[0], threshold if clear is None else clear, spans[1], spans[2])


def _seconds(record: Record, fields: Sequence[tuple[str, int]]) -> list[int]:
    return [record.take(name, integer(least)) or 0 for name, least in fields]


def _sample(record: Record) -> Sample | None:
    before = len(record.problems.found)
    at, metric = record.take("at", instant), record.take("metric", text)
    value = record.take("value", nullable(number))
    record.done()
    return Sample(at, metric, value) if len(record.problems.found) == before and at and metric else None
