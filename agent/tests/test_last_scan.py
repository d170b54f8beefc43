"""The last scan is remembered: for `doctor`, and for looks that fetch nothing anew."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec

from bosman_agent.cli.doctor.context import Context
from bosman_agent.cli.doctor.scans import check_last_scan
from bosman_agent.clock import utc_now
from bosman_agent.identity.data_dir import DataDir
from bosman_agent.platform.base import ScanOutcome
from bosman_agent.telemetry.last_scan import RememberedScans
from bosman_protocol.completeness import SourceState, completeness

GOOD, BAD = SourceState("a", "answered"), SourceState("b", "failed", "apt.source_expired")


class Service:
    """Answers scans with what it was given."""

    def __init__(self, *outcomes: ScanOutcome) -> None:
        self._outcomes = list(outcomes)

    async def scan(self, **_: Any) -> ScanOutcome:
        return self._outcomes.pop(0)


def outcome(*sources: SourceState, age: timedelta = timedelta(0), **more: Any) -> ScanOutcome:
    return ScanOutcome(utc_now() - age, (), completeness=completeness(sources, lists_at=utc_now(), **more))


async def scan(data: DataDir, service: Any, *, refresh: bool) -> ScanOutcome:
    return await RememberedScans(service, data).scan(
        refresh=refresh, log=lambda *_: None, progress=lambda *_a, **_k: None
    )


class TestRemembering:
    async def test_look_that_fetches_nothing_is_no_better_than_the_last_fetch(self, tmp_path: Path) -> None:
        data = DataDir(tmp_path)
        await scan(data, Service(outcome(GOOD, BAD)), refresh=True)

        again = await scan(data, Service(outcome(GOOD, msgspec.structs.replace(GOOD, name="b"))), refresh=False)

        assert again.completeness is not None
        assert [(one.name, one.outcome) for one in again.completeness.sources] == [("b", "failed"), ("a", "answered")]

    async def test_next_fetch_that_works_forgets_it(self, tmp_path: Path) -> None:
        data = DataDir(tmp_path)
        await scan(data, Service(outcome(BAD)), refresh=True)
        await scan(data, Service(outcome(GOOD)), refresh=True)

        again = await scan(data, Service(outcome(GOOD)), refresh=False)

        assert again.completeness is not None and again.completeness.is_complete


class TestDoctor:
    def check(self, data: DataDir) -> list[tuple[str, str]]:
        return [(one.key, one.verdict) for one in check_last_scan(Context(data, "enrolled"))]

    async def test_what_the_scan_did_not_see_is_found(self, tmp_path: Path) -> None:
        data = DataDir(tmp_path)
        await scan(data, Service(outcome(GOOD, BAD, unread=("Inst ?",), age=timedelta(days=5))), refresh=True)

        assert self.check(data) == [
            ("doctor.source_failed", "problem"), ("doctor.lines_unread", "warning"), ("doctor.scan_old", "warning"),
        ]  # fmt: skip

    async def test_complete_scan_is_well(self, tmp_path: Path) -> None:
        data = DataDir(tmp_path)
        assert self.check(data) == [("doctor.never_scanned", "skipped")]
        await scan(data, Service(outcome(GOOD)), refresh=True)

        assert self.check(data) == [("doctor.scan_complete", "ok")]
