"""A new version on trial: taken over, turned back from, interrupted, on a disk without room."""

from typing import Any

import pytest

from bosman_agent.watchdog.pending_update import read_pending_update
from bosman_agent.watchdog.watchdog import Event
from testkit.agent_home import ENDS_AT_ONCE, HEALTHY_WHEN_TOLD, NEVER_HEALTHY, WORKS
from testkit.patience import patient


class TestGoodVersion:
    def test_it_takes_over(self, installed: Any, watch: Any, phase: Any, wait_until: Any) -> None:
        installed.add_program("1.0", WORKS)
        installed.add_program("2.0", WORKS)
        installed.stage("1.0", "2.0")
        committed: list[str] = []
        watchdog = watch(on_committed=lambda _home, version: committed.append(version))

        wait_until(lambda: phase() == "committed")
        wait_until(lambda: committed)

        assert installed.home("1.0").current(installed.data) == "2.0"
        assert [start.version for start in installed.starts()] == ["2.0"]
        assert watchdog.params(Event.UPDATED) == {"version": "2.0", "previous": "1.0"}
        assert committed == ["2.0"]

    def test_agent_that_asks_for_it_gives_way_without_a_pause(
        self, installed: Any, watch: Any, phase: Any, wait_until: Any
    ) -> None:
        installed.add_program("1.0", '\nwhile not (notes / "go").exists():\n    time.sleep(0.05)\nsys.exit(7)\n')
        installed.add_program("2.0", WORKS)
        watchdog = watch()
        wait_until(installed.starts)
        installed.stage("1.0", "2.0")

        installed.tell_healthy()
        wait_until(lambda: phase() == "committed")

        assert Event.DIED not in watchdog.events()
        assert [start.version for start in installed.starts()] == ["1.0", "2.0"]


class TestBadVersion:
    @pytest.mark.parametrize(
        ("body", "reason"),
        [(ENDS_AT_ONCE, "exit code 3"), (NEVER_HEALTHY, "not_healthy"), ("\ntime.sleep(60)\n", "not_healthy")],
    )
    def test_it_is_turned_back_from(
        self, installed: Any, watch: Any, phase: Any, wait_until: Any, body: str, reason: str
    ) -> None:
        installed.add_program("1.0", WORKS)
        installed.add_program("2.0", body)
        installed.stage("1.0", "2.0")
        watch(limits={"probe_seconds": 2.0})

        wait_until(lambda: phase() == "rolled_back")
        wait_until(lambda: len(installed.starts()) == 2)

        update = read_pending_update(installed.data)
        assert update is not None and update.reason == reason
        assert [start.version for start in installed.starts()] == ["2.0", "1.0"]
        assert installed.home("1.0").current(installed.data) == "1.0"

    def test_folder_that_is_missing_is_not_tried(self, installed: Any, watch: Any, phase: Any, wait_until: Any) -> None:
        installed.add_program("1.0", WORKS)
        installed.stage("1.0", "2.0")
        watch()

        wait_until(lambda: phase() == "rolled_back")
        wait_until(installed.starts)

        assert [start.version for start in installed.starts()] == ["1.0"]

    def test_program_that_cannot_be_started_is_turned_back_from(
        self, installed: Any, watch: Any, phase: Any, wait_until: Any
    ) -> None:
        installed.add_program("1.0", WORKS)
        (installed.add_program("2.0", WORKS) / "bin" / "bosman-agent").chmod(0o600)
        installed.stage("1.0", "2.0")
        watch()

        wait_until(lambda: phase() == "rolled_back")
        wait_until(installed.starts)

        assert [start.version for start in installed.starts()] == ["1.0"]

    @pytest.mark.slow(reason="the watchdog tries once a second")
    def test_busy_folder_says_nothing_about_the_version(
        self, installed: Any, watch: Any, phase: Any, wait_until: Any
    ) -> None:
        installed.add_program("1.0", WORKS)
        installed.add_program("2.0", '\nif not (notes / "free").exists():\n    sys.exit(6)\n' + WORKS)
        installed.stage("1.0", "2.0")
        watch()
        wait_until(lambda: len(installed.starts()) == 3)

        (installed.notes / "free").touch()
        wait_until(lambda: phase() == "committed")

        assert {start.version for start in installed.starts()} == {"2.0"}


class TestKilledWatchdog:
    def test_second_watchdog_tries_once_more_and_the_third_turns_back(
        self, installed: Any, watchdog_process: Any, phase: Any, wait_until: Any
    ) -> None:
        installed.add_program("1.0", WORKS)
        installed.add_program("2.0", NEVER_HEALTHY)
        installed.stage("1.0", "2.0")
        for life in (1, 2):
            watchdog = watchdog_process()
            wait_until(lambda wanted=life: len(installed.starts()) == wanted)
            watchdog.kill()
            watchdog.wait(patient())
            assert phase() == "probing"

        watchdog_process()
        wait_until(lambda: len(installed.starts()) == 3)

        update = read_pending_update(installed.data)
        assert update is not None and (update.phase, update.reason) == ("rolled_back", "interrupted")
        assert [start.version for start in installed.starts()] == ["2.0", "2.0", "1.0"]

    def test_second_watchdog_can_still_commit(
        self, installed: Any, watchdog_process: Any, phase: Any, wait_until: Any
    ) -> None:
        installed.add_program("1.0", WORKS)
        installed.add_program("2.0", HEALTHY_WHEN_TOLD)
        installed.stage("1.0", "2.0")
        watchdog = watchdog_process()
        wait_until(installed.starts)
        watchdog.kill()
        watchdog.wait(patient())

        installed.tell_healthy()
        watchdog_process()

        wait_until(lambda: phase() == "committed")
        assert installed.home("1.0").current(installed.data) == "2.0"


@pytest.mark.usefixtures("small_disk")
class TestDiskWithoutRoom:
    def test_trial_that_cannot_be_recorded_is_not_begun(
        self, installed: Any, watch: Any, phase: Any, wait_until: Any, fill_disk: Any
    ) -> None:
        installed.add_program("1.0", WORKS)
        installed.add_program("2.0", WORKS)
        installed.stage("1.0", "2.0")
        filler = fill_disk(installed.data.root / "filler")
        watch()
        wait_until(installed.starts)
        assert (phase(), installed.starts()[0].version) == ("staged", "1.0")

        filler.unlink()
        wait_until(lambda: phase() == "rolled_back")

        assert [start.version for start in installed.starts()] == ["1.0"]

    def test_good_version_goes_on_and_is_recorded_once_there_is_room(
        self, installed: Any, watch: Any, phase: Any, wait_until: Any, fill_disk: Any
    ) -> None:
        installed.add_program("1.0", WORKS)
        installed.add_program("2.0", HEALTHY_WHEN_TOLD)
        installed.stage("1.0", "2.0")
        watchdog = watch()
        wait_until(installed.starts)
        filler = fill_disk(installed.data.root / "filler")
        installed.tell_healthy()
        wait_until(lambda: Event.UPDATED in watchdog.events())
        assert phase() == "probing"

        filler.unlink()
        wait_until(lambda: phase() == "committed")

        assert installed.home("1.0").current(installed.data) == "2.0"
        assert [start.version for start in installed.starts()] == ["2.0"]

    def test_way_back_is_taken_and_recorded_once_there_is_room(
        self, installed: Any, watch: Any, phase: Any, wait_until: Any, fill_disk: Any
    ) -> None:
        installed.add_program("1.0", WORKS)
        installed.add_program("2.0", '\nwhile not (notes / "go").exists():\n    time.sleep(0.05)\nsys.exit(3)\n')
        installed.stage("1.0", "2.0")
        watch()
        wait_until(installed.starts)
        filler = fill_disk(installed.data.root / "filler")
        installed.tell_healthy()
        wait_until(lambda: len(installed.starts()) == 2)
        assert (phase(), installed.starts()[1].version) == ("probing", "1.0")

        filler.unlink()
        wait_until(lambda: phase() == "rolled_back")

        assert [start.version for start in installed.starts()] == ["2.0", "1.0"]
