"""When alerts are raised and cleared, as a pure function of rules and samples."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from bosman_protocol.alerts.document import AlertRule, Sample

RAISED, CLEARED = "raised", "cleared"


@dataclass(frozen=True, slots=True, order=True)
class AlertEvent:
    """A rule raised an alert or cleared it."""

    at: datetime
    rule: str
    kind: str


def replay(rules: Iterable[AlertRule], samples: Iterable[Sample]) -> list[AlertEvent]:
    """Every event, sorted by time, then rule; samples may come in any order."""
    by_metric: dict[str, list[tuple[datetime, float]]] = {}
    for sample in samples:
        if sample.value is not None:
            by_metric.setdefault(sample.metric, []).append((sample.at, sample.value))
    for readings in by_metric.values():
        readings.sort()
    return sorted(event for rule in rules for event in _events(rule, by_metric.get(rule.metric, ())))


def _events(rule: AlertRule, readings: Sequence[tuple[datetime, float]]) -> Iterator[AlertEvent]:
    raised = False
    begin: datetime | None = None
    """The first sample of the run that would end in the next event."""
    before: datetime | None = None
    for at, value in readings:
        if before is not None and (at - before).total_seconds() > rule.max_gap_seconds:
            begin = None
        before = at
        belongs = not rule.beyond(value, rule.clear) if raised else rule.beyond(value, rule.threshold)
        if not belongs:
            begin = None
            continue
        begin = begin or at
        if (at - begin).total_seconds() >= (rule.clear_for_seconds if raised else rule.for_seconds):
            raised = not raised
            # The next run begins after this sample.
            begin = None
            yield AlertEvent(at, rule.name, RAISED if raised else CLEARED)
