"""Tests that take long say why: more than three seconds need `@pytest.mark.slow(reason="…")`.

What counts is the time on the clock, not that of the processor: nearly every slow test waits, and what it waits for
is done by other processes. That time says something on a quiet machine only. So every run reports, none fails because
of it, but for `make test-durations` (BOSMAN_TEST_DURATIONS=fail), and that one, too, draws no conclusion when more
wanted to run than there are processors.
"""

import os
import sys
from collections.abc import Iterator
from typing import Any

import pytest

MOST_SECONDS = 3.0
_FAILS = "BOSMAN_TEST_DURATIONS"
_slow: dict[str, float] = {}


def pytest_configure(config: pytest.Config) -> None:
    """Make the marker known."""
    config.addinivalue_line("markers", "slow(reason): takes longer than three seconds, and why that cannot be helped")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Raises UsageError for a slow test that does not say why."""
    for item in items:
        marker = item.get_closest_marker("slow")
        if marker is not None and not marker.kwargs.get("reason"):
            raise pytest.UsageError(f"{item.nodeid}: slow(reason=…) says why")


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Note who took too long."""
    if report.when == "call" and report.duration > MOST_SECONDS and "slow" not in report.keywords:
        _slow[report.nodeid] = report.duration


def _busy() -> bool:
    """Whether more wanted to run than could, lately."""
    if sys.platform == "win32":
        # Wine's own server is always at work there.
        return True
    else:  # noqa: RET505 - the type checker skips a branch of another platform, not what follows it
        return os.getloadavg()[1] > 1.5 * (os.cpu_count() or 1)


def _concludes() -> bool:
    return os.environ.get(_FAILS) == "fail" and not _busy()


@pytest.hookimpl(wrapper=True)
def pytest_sessionfinish(session: pytest.Session) -> Iterator[None]:
    """Fail where that was asked for, and something can be said."""
    yield
    if _slow and _concludes() and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Who took too long; by name, so that a marker can be given."""
    if not _slow:
        return
    busy = " (a busy machine: no reason to do anything)" if _busy() else ""
    terminalreporter.write_sep("=", f"longer than {MOST_SECONDS:g} s without slow(reason=…){busy}")
    for name, seconds in sorted(_slow.items(), key=lambda item: -item[1]):
        terminalreporter.write_line(f"{seconds:.1f} s  {name}")
