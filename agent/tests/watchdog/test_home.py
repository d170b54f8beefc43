"""Which version is meant to run, and which may go."""

from typing import Any

import pytest

from bosman_agent.watchdog.home import Home, read_about
from testkit.agent_home import WORKS


class TestLocate:
    def test_version_folder_is_an_installation(self, installed: Any) -> None:
        folder = installed.add_agent("1.0")

        home = Home.locate(folder / "app" / "bosman_agent")

        assert home is not None and (home.root, home.running) == (installed.root, "1.0")
        assert list(home.about.trusted()) != []

    def test_checkout_is_none(self) -> None:
        assert Home.locate() is None


class TestCurrent:
    def test_without_a_pointer_it_is_the_version_that_runs(self, installed: Any, data: Any) -> None:
        installed.add_program("1.0", WORKS)

        assert installed.home("1.0").current(data) == "1.0"

    def test_pointer_decides(self, installed: Any, data: Any) -> None:
        for version in ("1.0", "2.0"):
            installed.add_program(version, WORKS)
        home = installed.home("1.0")

        home.point_to(data, "2.0")

        assert home.current(data) == "2.0"

    @pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"version": "../../etc"}', b'{"version": "2.0"}', b"\xff"])
    def test_pointer_that_is_broken_or_leads_nowhere_does_not_count(
        self, installed: Any, data: Any, content: bytes
    ) -> None:
        installed.add_program("1.0", WORKS)
        data.release.write_bytes(content)

        assert installed.home("1.0").current(data) == "1.0"

    def test_folder_that_says_another_version_is_not_that_version(self, installed: Any) -> None:
        installed.add_program("1.0", WORKS)
        installed.add_program("2.0", WORKS).rename(installed.folder("3.0"))

        home = installed.home("1.0")

        assert (home.has("2.0"), home.has("3.0")) == (False, False)
        assert read_about(installed.folder("2.0")) is None


class TestRemoveOthers:
    def test_what_nobody_needs_goes_and_the_packaged_version_stays(self, installed: Any) -> None:
        for version in ("1.0", "1.1", "2.0", "2.1"):
            installed.add_program(version, WORKS)
        (installed.root / "packaged").write_text("1.0\n")
        (installed.folder(".2.2.new") / "half").mkdir(parents=True)

        installed.home("2.1").remove_others("2.1", "2.0")

        assert sorted(path.name for path in (installed.root / "versions").iterdir()) == ["1.0", "2.0", "2.1"]
