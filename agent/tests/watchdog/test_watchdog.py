"""The watchdog with real processes: alive, killed, hung, in a loop of crashes, and its own end."""

import itertools
import os
import signal
import time
from typing import Any

import pytest

from bosman_agent.watchdog.watchdog import RETRY_SECONDS, Event
from testkit.agent_home import ENDS_AT_ONCE, NEVER_HEALTHY, WORKS


def is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


class TestStart:
    def test_agent_runs_and_ends_tidily_when_the_watchdog_is_told_to(
        self, installed: Any, watch: Any, wait_until: Any
    ) -> None:
        installed.add_program("1.0", WORKS)
        watchdog = watch()
        wait_until(installed.starts)

        watchdog.stop()

        assert installed.ended_tidily() == "1.0"
        assert not is_running(installed.starts()[0].pid)
        assert watchdog.events() == [Event.STARTED, Event.STOPPED]

    def test_pointer_decides_which_version_runs(self, installed: Any, watch: Any, wait_until: Any) -> None:
        installed.add_program("1.0", WORKS)
        installed.add_program("2.0", WORKS)
        installed.home("1.0").point_to(installed.data, "2.0")
        others: list[tuple[str, str]] = []
        watch(on_other_version=lambda *told: others.append(told))

        wait_until(installed.starts)

        assert installed.starts()[0].version == "2.0"
        assert others == [("2.0", "")]

    def test_program_that_cannot_be_started_is_told_and_tried_again(
        self, installed: Any, watch: Any, wait_until: Any
    ) -> None:
        program = installed.add_program("1.0", WORKS) / "bin" / "bosman-agent"
        program.chmod(0o600)
        watchdog = watch()
        wait_until(lambda: Event.NOT_STARTED in watchdog.events())

        program.chmod(0o755)
        wait_until(installed.starts)


class TestKilledAgent:
    def test_another_one_is_started_at_once_and_told_of_it(self, installed: Any, watch: Any, wait_until: Any) -> None:
        installed.add_program("1.0", WORKS)
        watchdog = watch()
        wait_until(installed.starts)

        began = time.monotonic()
        os.kill(installed.starts()[0].pid, signal.SIGKILL)
        wait_until(lambda: len(installed.starts()) == 2)
        print(f"killed agent started again after {time.monotonic() - began:.2f} s")  # noqa: T201 - a figure

        assert installed.starts()[1].previous_end == "exit code -9"
        assert watchdog.params(Event.DIED) == {"version": "1.0", "detail": "exit code -9"}


class TestCrashLoop:
    @pytest.mark.slow(reason="the pauses between starts are what it is about")
    def test_pauses_grow(self, installed: Any, watch: Any, wait_until: Any) -> None:
        installed.add_program("1.0", ENDS_AT_ONCE)
        watch()
        wait_until(lambda: len(installed.starts()) == 4, 60)

        times = [start.at for start in installed.starts()]
        pauses = [after - before for before, after in itertools.pairwise(times)]
        print("pauses between crashes:", [round(pause, 2) for pause in pauses])  # noqa: T201 - a figure
        # Never sooner; how much later depends on the machine.
        assert all(pause >= wanted for pause, wanted in zip(pauses, RETRY_SECONDS, strict=False))

    def test_wish_for_a_swap_that_nobody_recorded_counts_as_a_crash(
        self, installed: Any, watch: Any, wait_until: Any
    ) -> None:
        installed.add_program("1.0", "\nsys.exit(7)\n")
        watchdog = watch()

        wait_until(lambda: Event.DIED in watchdog.events())


class TestHungAgent:
    @pytest.mark.slow(reason="a process hangs for seconds before that is believed")
    def test_stopped_process_is_replaced(self, installed: Any, watch: Any, wait_until: Any) -> None:
        installed.add_program("1.0", NEVER_HEALTHY)
        watchdog = watch(limits={"hang_seconds": 2.0})
        # Before its first heartbeat it is starting, which may take far longer.
        wait_until(installed.has_beaten)
        first = installed.starts()[0].pid

        os.kill(first, signal.SIGSTOP)
        wait_until(lambda: len(installed.starts()) == 2)

        assert not is_running(first)
        assert installed.starts()[1].previous_end == "hung"
        assert Event.HUNG in watchdog.events()


class TestBusyFolder:
    @pytest.mark.slow(reason="the watchdog tries once a second")
    def test_agent_waits_for_the_other_one_without_a_complaint(
        self, installed: Any, watch: Any, wait_until: Any
    ) -> None:
        installed.add_program("1.0", '\nif not (notes / "free").exists():\n    sys.exit(6)\n' + NEVER_HEALTHY)
        watchdog = watch()
        wait_until(lambda: len(installed.starts()) == 3)

        (installed.notes / "free").touch()
        wait_until(installed.has_beaten)

        assert watchdog.events() == [Event.STARTED]
        assert {start.previous_end for start in installed.starts()} == {""}


class TestKilledWatchdog:
    def test_agent_ends_by_itself(self, installed: Any, watchdog_process: Any, wait_until: Any) -> None:
        installed.add_program("1.0", WORKS)
        watchdog = watchdog_process()
        wait_until(installed.starts)

        watchdog.kill()
        wait_until(installed.ended_tidily)

        wait_until(lambda: not is_running(installed.starts()[0].pid))

    def test_next_watchdog_takes_over(self, installed: Any, watchdog_process: Any, watch: Any, wait_until: Any) -> None:
        installed.add_program("1.0", WORKS)
        first = watchdog_process()
        wait_until(installed.starts)
        first.kill()
        watch()

        wait_until(lambda: len(installed.starts()) == 2)
        assert is_running(installed.starts()[1].pid)
