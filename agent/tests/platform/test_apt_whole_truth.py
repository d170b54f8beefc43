"""What the real apt of this machine knows and does not say by itself: overtaken fixes, failed sources, what is held."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bosman_agent.platform.base import ScanOutcome, UpdateSelection
from bosman_agent.platform.linux.apt import AptUpdates
from bosman_protocol.codes import Code
from bosman_protocol.reports import PendingUpdate
from bosman_protocol.work import UpdateChoice
from testkit.apt_repository import AptRepository

PACKAGE = "bosman-test-held"
OTHER = "bosman-test-other"
THIRD = "bosman-test-third"

if sys.platform == "win32":
    pytest.skip("apt is Debian's own", allow_module_level=True)

pytestmark = pytest.mark.skipif(
    shutil.which("apt-get") is None or os.geteuid() != 0, reason="packages can be installed by root with apt only"
)
SECURITY = {"Origin": "Debian", "Label": "Debian-Security", "Suite": "stable-security", "Codename": "x-security"}


def quiet(*_: Any, **__: Any) -> None:
    return


@pytest.fixture
def repository(tmp_path: Path, package_manager: None) -> Iterator[AptRepository]:
    yield AptRepository(tmp_path / "repository")
    subprocess.run(["apt-mark", "unhold", PACKAGE], check=False, capture_output=True)
    subprocess.run(["dpkg", "--purge", "--force-all", PACKAGE, OTHER, THIRD], check=False, capture_output=True)


def hold(name: str) -> None:
    subprocess.run(["apt-mark", "hold", name], check=True, capture_output=True)


def version_of(name: str) -> str:
    done = subprocess.run(["dpkg-query", "-W", "-f", "${Version}", name], check=True, capture_output=True, text=True)
    return done.stdout


async def scan(repository: AptRepository) -> ScanOutcome:
    return await AptUpdates(options=repository.options).scan(refresh=True, log=quiet, progress=quiet)


def of(outcome: ScanOutcome, name: str = PACKAGE) -> list[PendingUpdate]:
    return [update for update in outcome.updates if update.name == name]


class TestOvertakenFix:
    async def test_security_version_between_makes_the_later_ordinary_one_a_security_update(
        self, repository: AptRepository
    ) -> None:
        repository.install(repository.add(PACKAGE, "1.0"))
        repository.add(PACKAGE, "1.1", into="sec")
        repository.source("sec", release=SECURITY)
        repository.add(PACKAGE, "1.2")

        (update,) = of(await scan(repository))

        assert (update.available_version, update.update_class) == ("1.2", "security")

    async def test_security_version_that_is_installed_already_makes_none(self, repository: AptRepository) -> None:
        repository.install(repository.add(PACKAGE, "1.1", into="sec"))
        repository.source("sec", release=SECURITY)
        repository.add(PACKAGE, "1.2")

        (update,) = of(await scan(repository))

        assert update.update_class == "optional"

    async def test_label_that_contains_the_word_is_no_security_archive(self, repository: AptRepository) -> None:
        repository.install(repository.add(PACKAGE, "1.0"))
        repository.add(PACKAGE, "1.2", into="obs")
        repository.source("obs", release={"Label": "security:zeek", "Suite": "Debian_12"})

        (update,) = of(await scan(repository))

        assert update.update_class == "optional"


@pytest.mark.slow(reason="apt tries a source that refuses three times, with pauses")
class TestSources:
    async def test_source_that_refuses_is_a_warning_that_names_it(self, repository: AptRepository) -> None:
        repository.install(repository.add(PACKAGE, "1.0"))
        repository.add(PACKAGE, "2.0")
        with (repository.folder / "sources.list").open("a") as file:
            file.write("deb [trusted=yes] http://127.0.0.1:9/sec ./\ndeb file:/no/such/place stable main\n")

        outcome = await scan(repository)

        assert len(of(outcome)) == 1
        failed = {warning.params["source"]: warning.code for warning in outcome.warnings}
        assert failed["http://127.0.0.1:9/sec"] == Code.APT_SOURCE_UNREACHABLE
        assert failed["file:/no/such/place stable"] == Code.APT_SOURCE_NOT_FOUND
        seen = outcome.completeness
        assert seen is not None and not seen.is_complete
        assert (seen.sources_asked, seen.sources_failed) == (3, 2)
        assert seen.sources[-1].outcome == "answered" and seen.sources[-1].list_at is not None

    async def test_scan_of_sources_that_all_answer_is_complete(self, repository: AptRepository) -> None:
        repository.install(repository.add(PACKAGE, "1.0"))
        repository.add(PACKAGE, "2.0")

        outcome = await scan(repository)

        assert outcome.completeness is not None and outcome.completeness.is_complete
        assert outcome.completeness.lists_at is not None
        assert outcome.warnings == ()

    async def test_look_without_fetching_knows_what_failed_before(self, repository: AptRepository) -> None:
        repository.install(repository.add(PACKAGE, "1.0"))
        with (repository.folder / "sources.list").open("a") as file:
            file.write("deb [trusted=yes] http://127.0.0.1:9/sec ./\n")
        apt = AptUpdates(options=repository.options)
        await apt.scan(refresh=True, log=quiet, progress=quiet)

        again = await apt.scan(refresh=False, log=quiet, progress=quiet)

        assert again.completeness is not None and again.completeness.sources_failed == 1


class TestHeld:
    async def test_held_package_is_listed_with_who_holds_it_and_left_alone(self, repository: AptRepository) -> None:
        repository.install(repository.add(PACKAGE, "1.0"))
        repository.add(PACKAGE, "2.0")
        hold(PACKAGE)
        apt = AptUpdates(options=repository.options)

        (update,) = of(await apt.scan(refresh=True, log=quiet, progress=quiet))
        chosen = (UpdateChoice(PACKAGE, "2.0"),)
        done = await apt.install(UpdateSelection("chosen", chosen), log=quiet, progress=quiet)

        assert (update.installed_version, update.available_version, update.held_by) == ("1.0", "2.0", "hold")
        assert update.title == "tiny package 2.0"
        assert [(one.outcome, one.error and one.error.code) for one in done.updates] == [("skipped", Code.UPDATES_HELD)]

    async def test_package_that_lacks_what_it_needs_is_kept_back_by_its_dependencies(
        self, repository: AptRepository
    ) -> None:
        repository.install(repository.add(PACKAGE, "1.0"))
        repository.add(PACKAGE, "2.0", control={"Depends": "bosman-no-such-package"})

        (update,) = of(await scan(repository))

        assert update.held_by == "dependencies"

    async def test_pinned_package_is_listed_as_such(self, repository: AptRepository) -> None:
        repository.install(repository.add(PACKAGE, "1.0"))
        repository.add(PACKAGE, "2.0")
        (repository.folder / "preferences").write_text(f"Package: {PACKAGE}\nPin: version 1.*\nPin-Priority: 990\n")

        (update,) = of(await scan(repository))

        assert (update.available_version, update.held_by) == ("2.0", "pin")

    async def test_archive_that_is_not_automatic_holds_nothing(self, repository: AptRepository) -> None:
        repository.install(repository.add(PACKAGE, "1.0"))
        repository.add(PACKAGE, "2.0", into="backports")
        repository.source("backports", release={"Suite": "x-backports", "NotAutomatic": "yes"})

        assert of(await scan(repository)) == []


class TestRemoval:
    """An upgrade that apt only makes by removing another package (DE-IBH/apt-dater#72: a database server went)."""

    @pytest.fixture
    def apt(self, repository: AptRepository) -> AptUpdates:
        """PACKAGE breaks what OTHER depends on; THIRD has nothing to do with them."""
        repository.install(repository.add(PACKAGE, "1.0"))
        repository.install(repository.add(OTHER, "1.0", control={"Depends": PACKAGE}))
        repository.install(repository.add(THIRD, "1.0"))
        repository.add(PACKAGE, "2.0", control={"Breaks": f"{OTHER} (<< 2.0)"})
        repository.add(THIRD, "2.0")
        return AptUpdates(options=repository.options)

    async def test_update_that_needs_it_is_held_back_by_dependencies(self, apt: AptUpdates) -> None:
        outcome = await apt.scan(refresh=True, log=quiet, progress=quiet)

        assert [(one.name, one.held_by) for one in (*of(outcome), *of(outcome, THIRD))] == [
            (PACKAGE, "dependencies"), (THIRD, None),
        ]  # fmt: skip

    async def test_nothing_is_removed_and_the_others_are_installed_all_the_same(self, apt: AptUpdates) -> None:
        await apt.scan(refresh=True, log=quiet, progress=quiet)
        chosen = (UpdateChoice(PACKAGE, "2.0"), UpdateChoice(THIRD, "2.0"))

        done = await apt.install(UpdateSelection("chosen", chosen), log=quiet, progress=quiet)

        assert {one.name: one.outcome for one in done.updates} == {PACKAGE: "failed", THIRD: "installed"}
        (failed,) = [one.error for one in done.updates if one.error is not None]
        assert (failed.code, failed.params["removed"]) == (Code.APT_WOULD_REMOVE, OTHER)
        assert version_of(OTHER) == "1.0"


class TestDowngrade:
    async def test_older_version_of_a_pin_is_no_update_and_is_told_of(self, repository: AptRepository) -> None:
        repository.add(PACKAGE, "1.9")
        repository.install(repository.add(PACKAGE, "2.0", into="apart"))
        (repository.folder / "preferences").write_text(f"Package: {PACKAGE}\nPin: version 1.9\nPin-Priority: 1001\n")

        outcome = await scan(repository)

        assert of(outcome) == []
        (warning,) = [one for one in outcome.warnings if one.code == Code.APT_DOWNGRADE_PINNED]
        assert warning.params == {"count": 1, "packages": PACKAGE}
        assert outcome.completeness is not None and outcome.completeness.is_complete

    async def test_newer_version_than_was_asked_for_confirms_nothing(self, repository: AptRepository) -> None:
        repository.add(PACKAGE, "1.9")
        repository.install(repository.add(PACKAGE, "2.0", into="apart"))
        apt = AptUpdates(options=repository.options)
        await apt.scan(refresh=True, log=quiet, progress=quiet)

        done = await apt.upgrade((UpdateChoice(PACKAGE, "1.9"),), log=quiet, progress=quiet)

        assert [one.outcome for one in done.updates] == ["failed"]
