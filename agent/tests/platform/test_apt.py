"""The real apt on this machine: looks at what is there, installs only a tiny package made here."""

import contextlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bosman_agent.platform.base import ProviderError
from bosman_agent.platform.linux.apt import AptUpdates
from bosman_protocol.codes import Code
from bosman_protocol.work import UpdateChoice
from testkit.apt_repository import AptRepository

PACKAGE = "bosman-test-tiny"
BROKEN = "bosman-test-broken"

if sys.platform == "win32":
    pytest.skip("apt is Debian's own", allow_module_level=True)

needs_apt = pytest.mark.skipif(shutil.which("apt-get") is None, reason="apt is not installed here")
needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="packages can be installed by root only")


def quiet(*_: Any, **__: Any) -> None:
    return


@pytest.fixture
def repository(tmp_path: Path, package_manager: None) -> Iterator[AptRepository]:
    yield AptRepository(tmp_path / "repository")
    subprocess.run(["dpkg", "--purge", "--force-all", PACKAGE, BROKEN], check=False, capture_output=True)


@contextlib.contextmanager
def dpkg_lock() -> Iterator[None]:
    """Be somebody else who is installing."""
    import fcntl  # noqa: PLC0415 - not on every platform

    with Path("/var/lib/dpkg/lock-frontend").open("w") as lock:
        fcntl.lockf(lock, fcntl.LOCK_EX)
        yield


@needs_apt
class TestScan:
    @needs_root
    async def test_new_version_is_found_with_its_details(self, repository: AptRepository) -> None:
        repository.install(repository.add(PACKAGE, "1.0"))
        repository.add(PACKAGE, "2.0")
        said: list[str] = []

        outcome = await AptUpdates(options=repository.options).scan(
            refresh=True, log=lambda _stream, text: said.append(text), progress=quiet
        )

        update = next(update for update in outcome.updates if update.name == PACKAGE)
        assert (update.installed_version, update.available_version) == ("1.0", "2.0")
        assert update.title == "tiny package 2.0"
        assert update.size_bytes == (repository.debs / f"{PACKAGE}_2.0_all.deb").stat().st_size
        assert update.update_class == "optional"
        assert "Reading package lists" in "".join(said)

    @needs_root
    async def test_refresh_that_gets_nothing_at_all_fails(self, repository: AptRepository) -> None:
        (repository.folder / "sources.list").write_text("deb [trusted=yes] file:/no/such/place ./\n")

        with pytest.raises(ProviderError) as caught:
            await AptUpdates(options=repository.options).scan(refresh=True, log=quiet, progress=quiet)

        assert caught.value.error.code == Code.APT_FAILED
        assert "no/such/place" in (caught.value.error.detail or "")

    @needs_root
    async def test_refresh_that_gets_a_part_goes_on(self, repository: AptRepository) -> None:
        repository.install(repository.add(PACKAGE, "1.0"))
        repository.add(PACKAGE, "2.0")
        with (repository.folder / "sources.list").open("a") as file:
            file.write("deb [trusted=yes] file:/no/such/place ./\n")

        outcome = await AptUpdates(options=repository.options).scan(refresh=True, log=quiet, progress=quiet)

        assert [update.name for update in outcome.updates if update.name == PACKAGE] == [PACKAGE]

    async def test_machine_without_apt_says_so(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        monkeypatch.setenv("PATH", str(tmp_path))

        with pytest.raises(ProviderError) as caught:
            await AptUpdates().scan(refresh=False, log=quiet, progress=quiet)

        assert caught.value.error.code == Code.APT_NOT_AVAILABLE


@needs_apt
@needs_root
class TestUpgrade:
    async def refresh(self, repository: AptRepository) -> AptUpdates:
        apt = AptUpdates(options=repository.options)
        await apt.scan(refresh=True, log=quiet, progress=quiet)
        return apt

    async def test_chosen_version_is_installed_and_confirmed(self, repository: AptRepository) -> None:
        repository.install(repository.add(PACKAGE, "1.0"))
        repository.add(PACKAGE, "2.0", postinst="echo postinst speaks")
        apt = await self.refresh(repository)
        said: list[str] = []
        steps: list[tuple[Any, ...]] = []

        outcome = await apt.upgrade(
            (UpdateChoice(PACKAGE, "2.0"),),
            log=lambda _stream, text: said.append(text),
            progress=lambda percent, code=None, **params: steps.append((percent, code, params)),
        )

        assert [(update.outcome, update.error) for update in outcome.updates] == [("installed", None)]
        assert (outcome.exit_code, outcome.error) == (0, None)
        assert "postinst speaks" in "".join(said)
        assert ("apt.installing", {"package": PACKAGE}) in [step[1:] for step in steps]
        percents = [step[0] for step in steps]
        assert percents == sorted(percents) and percents[-1] <= 100

    async def test_package_that_breaks_is_failed_with_its_own_words_beside_one_that_works(
        self, repository: AptRepository
    ) -> None:
        for name in (PACKAGE, BROKEN):
            repository.install(repository.add(name, "1.0"))
        repository.add(PACKAGE, "2.0")
        repository.add(BROKEN, "2.0", postinst="echo the disk is on fire >&2; exit 7")
        apt = await self.refresh(repository)

        outcome = await apt.upgrade(
            (UpdateChoice(PACKAGE, "2.0"), UpdateChoice(BROKEN, "2.0")), log=quiet, progress=quiet
        )

        good, bad = outcome.updates
        assert good.outcome == "installed"
        assert bad.outcome == "failed" and bad.error is not None
        assert BROKEN in (bad.error.detail or "")
        assert outcome.exit_code == 100 and outcome.error is not None

    async def test_version_that_is_not_there_installs_nothing(self, repository: AptRepository) -> None:
        repository.install(repository.add(PACKAGE, "1.0"))
        apt = await self.refresh(repository)

        outcome = await apt.upgrade((UpdateChoice(PACKAGE, "9.9"),), log=quiet, progress=quiet)

        assert [update.outcome for update in outcome.updates] == ["failed"]
        assert outcome.error is not None and outcome.error.code == Code.APT_FAILED

    async def test_package_that_is_not_installed_is_not_installed_by_an_update(self, repository: AptRepository) -> None:
        repository.add(PACKAGE, "2.0")
        apt = await self.refresh(repository)

        outcome = await apt.upgrade((UpdateChoice(PACKAGE, "2.0"),), log=quiet, progress=quiet)

        assert [update.outcome for update in outcome.updates] == ["failed"]

    @pytest.mark.parametrize(
        "choice",
        [UpdateChoice("-oDebug::pkgProblemResolver=1", "1"), UpdateChoice("bash", "1 evil"), UpdateChoice("", "")],
    )
    async def test_names_that_are_no_names_are_refused(self, choice: UpdateChoice) -> None:
        with pytest.raises(ProviderError) as caught:
            await AptUpdates().upgrade((choice,), log=quiet, progress=quiet)

        assert caught.value.error.code == Code.JOB_BAD_PARAMS

    async def test_lock_held_by_another_is_reported_as_such(
        self, repository: AptRepository, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        repository.install(repository.add(PACKAGE, "1.0"))
        repository.add(PACKAGE, "2.0")
        apt = await self.refresh(repository)
        monkeypatch.setattr("bosman_agent.platform.linux.apt.INSTALL_OPTIONS", ("-o", "DPkg::Lock::Timeout=0"))
        with dpkg_lock(), pytest.raises(ProviderError) as caught:
            await apt.upgrade((UpdateChoice(PACKAGE, "2.0"),), log=quiet, progress=quiet)

        assert caught.value.error.code == Code.APT_LOCKED


class TestRestartState:
    async def test_mark_of_packages_is_read(self, tmp_path: Path) -> None:
        (tmp_path / "run").mkdir()
        (tmp_path / "run/reboot-required").touch()
        (tmp_path / "run/reboot-required.pkgs").write_text("linux-image-amd64\nlibc6\nlinux-image-amd64\n\x1b[2J\n")

        state = await AptUpdates(tmp_path).restart_state()

        assert state.required is True
        packages = [reason.params["package"] for reason in state.reasons if reason.code == "restart.package"]
        assert packages == ["linux-image-amd64", "libc6", "[2J"]

    async def test_machine_that_would_set_the_mark_and_has_not_needs_none(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("PATH", str(tmp_path))
        writer = tmp_path / "etc/kernel/postinst.d/unattended-upgrades"
        writer.parent.mkdir(parents=True)
        writer.touch()

        assert (await AptUpdates(tmp_path).restart_state()).required is False

    async def test_machine_where_nobody_would_know_says_unknown(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("PATH", str(tmp_path))

        assert (await AptUpdates(tmp_path).restart_state()).required is None
