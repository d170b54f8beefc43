"""The Debian package on this very machine: installed by the line of the API, updated, turned back, upgraded, purged.

Real: dpkg and apt, the package, the watchdog, Bosman itself. Without systemd the watchdog is started as systemd would.
"""

import contextlib
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from testkit.agent_package import BROKEN, PackageBuild
from testkit.owner import Owner
from testkit.package_manager import locked_package_manager
from testkit.patience import patient
from testkit.stack import Stack, temporary_stack

HOME = Path("/usr/lib/bosman-agent")
DATA = Path("/var/lib/bosman-agent")
PROGRAM = Path("/usr/bin/bosman-agent")
UNIT = "bosman-agent.service"
PLACES = (HOME, DATA, PROGRAM, Path("/lib/systemd/system") / UNIT, Path("/etc/systemd/system") / UNIT)
ENVIRONMENT = {
    **os.environ, "DEBIAN_FRONTEND": "noninteractive", "BOSMAN_FORBID_RESTART": "1", "LC_ALL": "C.UTF-8",
    "no_proxy": "127.0.0.1,localhost",
}  # fmt: skip
SERVICE_ENVIRONMENT = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "BOSMAN_FORBID_RESTART": "1"}
"""Hardly anything, as under systemd."""


def run(*words: str, **options: Any) -> str:
    done = subprocess.run(
        words, capture_output=True, text=True, timeout=120, check=False, **{"env": ENVIRONMENT, **options}
    )
    assert done.returncode == 0, f"{words}: {done.stdout}{done.stderr}"
    return str(done.stdout)


@pytest.fixture(scope="module", autouse=True)
def _machine() -> Iterator[None]:
    """This machine, if it may be used: nothing of an agent is on it, before and after."""
    if os.geteuid() != 0 or shutil.which("dpkg") is None or shutil.which("curl") is None:
        pytest.skip("a package can be installed by root on Debian only, and curl fetches it")
    if present := [str(path) for path in PLACES if path.exists()]:
        pytest.skip(f"an agent is installed here already: {', '.join(present)}")
    with locked_package_manager():
        yield
        subprocess.run(["dpkg", "--purge", "bosman-agent"], capture_output=True, timeout=120, check=False)


@pytest.fixture(scope="module")
def build(tmp_path_factory: pytest.TempPathFactory) -> PackageBuild:
    return PackageBuild(tmp_path_factory.mktemp("agent-build"))


@pytest.fixture(scope="module")
def package(build: PackageBuild, owner: Owner, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package of 0.1.0; with it 0.2.0, and 0.3.0 which does not work, are offered for updates."""
    folder = tmp_path_factory.mktemp("dist")
    build.bundle("0.2.0", folder)
    build.bundle("0.3.0", folder, main=BROKEN)
    build.tree("0.1.0")
    made = build.package("0.1.0", folder)
    owner.add_release(folder)
    return made


@pytest.fixture(scope="module")
def stack() -> Iterator[Stack]:
    with temporary_stack("--no-agent") as running:
        yield running


@pytest.fixture(scope="module")
def owner(stack: Stack) -> Iterator[Owner]:
    made = Owner(stack, "linux")
    # Which version agents are brought to is this story's own decision.
    made.patch(f"/tenants/{made.tenant_id}", {"agent_updates": False})
    yield made
    made.close()


class Service:
    """What systemd would do with the unit."""

    def __init__(self, log: Path) -> None:
        self._log = log
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with self._log.open("ab") as log:
            self.process = subprocess.Popen(
                [str(PROGRAM), "watch"], stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=SERVICE_ENVIRONMENT
            )

    def stop(self) -> None:
        if self.process is not None:
            self.process.terminate()
            assert self.process.wait(patient()) == 0
            self.process = None

    def kill(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait(patient())

    def agents(self) -> list[psutil.Process]:
        assert self.process is not None
        return psutil.Process(self.process.pid).children()

    def program(self) -> str:
        assert self.process is not None
        return " ".join(psutil.Process(self.process.pid).cmdline())

    def log(self) -> str:
        return self._log.read_text()


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    made = Service(tmp_path_factory.mktemp("service") / "journal")
    yield made
    # A story that ended early leaves nobody behind; the agent ends when its watchdog is gone.
    made.kill()


def update(owner: Owner, version: str) -> dict[str, Any]:
    task = owner.post(f"/devices/{owner.device()['id']}/agent-update", {"version": version})
    return owner.wait(task["id"], 100)


class TestBuild:
    def test_same_source_gives_the_same_bytes(self, package: Path, build: PackageBuild, tmp_path: Path) -> None:
        build.tree("0.2.0")
        build.tree("0.1.0")

        assert build.package("0.1.0", tmp_path).read_bytes() == package.read_bytes()

    @pytest.mark.skipif(shutil.which("lintian") is None, reason="lintian is not installed here")
    def test_debians_own_checks_find_nothing(self, package: Path) -> None:
        assert run("lintian", "--allow-root", "--fail-on", "error,warning", str(package)) == ""


class TestInstallation:
    def test_line_of_the_api_installs_and_enrolls(self, owner: Owner, package: Path, service: Service) -> None:
        line = owner.token()["install_linux"]["line"]

        # Root needs no sudo, and not every machine has it.
        said = run("/bin/sh", "-c", line.replace("sudo ", ""))
        service.start()
        began = time.monotonic()
        owner.until(lambda: [device for device in owner.devices() if device["online"]], 60)

        assert "bosman-agent watch" in said
        print(f"start to online: {time.monotonic() - began:.1f} s\n{said[-600:]}")
        assert owner.device()["agent_version"] == "0.1.0"
        assert DATA.stat().st_mode & 0o777 == 0o700

    def test_files_are_those_of_the_package(self) -> None:
        assert run("dpkg", "--verify", "bosman-agent") == ""
        assert run("dpkg-query", "-W", "-f", "${Architecture}", "bosman-agent") == "amd64"

    def test_neither_environment_nor_folder_has_a_say_in_what_is_imported(self, tmp_path: Path) -> None:
        (tmp_path / "bosman_agent").mkdir()
        (tmp_path / "bosman_agent/__init__.py").write_text('raise SystemExit("hijacked")')
        hostile = {**ENVIRONMENT, "PYTHONPATH": str(tmp_path), "PYTHONSTARTUP": "/dev/null", "PYTHONHOME": "/nowhere"}

        assert run(str(PROGRAM), "--version", cwd=tmp_path, env=hostile) == "0.1.0\n"

    def test_scripts_of_tasks_inherit_no_path_of_ours(self, owner: Owner) -> None:
        task = owner.do("script.run", {"shell": "sh", "source": "env"})

        assert task["state"] == "succeeded", task
        said = owner.output(task["id"])
        assert "PATH=" in said and "PYTHON" not in said and "/usr/lib/bosman-agent" not in said

    def test_killed_agent_comes_back(self, owner: Owner, service: Service) -> None:
        (agent,) = service.agents()
        began = time.monotonic()
        agent.kill()
        owner.until(lambda: [other for other in service.agents() if other.pid != agent.pid], 30)

        assert owner.do("diagnostics.echo")["state"] == "succeeded"
        print(f"killed agent has done a task: {time.monotonic() - began:.1f} s")


class TestSelfUpdate:
    def test_good_version_takes_over(self, owner: Owner) -> None:
        device_id = owner.device()["id"]
        began = time.monotonic()
        task = update(owner, "0.2.0")

        print(f"self-update: {time.monotonic() - began:.1f} s")
        assert task["state"] == "succeeded", task
        assert task["result"] == {"version": "0.2.0", "previous_version": "0.1.0"}
        device = owner.until(lambda: owner.device() if owner.device()["agent_version"] == "0.2.0" else None)
        assert device["id"] == device_id
        assert run(str(PROGRAM), "--version") == "0.2.0\n"
        assert owner.do("diagnostics.echo")["state"] == "succeeded"

    def test_bad_version_is_turned_back_from(self, owner: Owner, service: Service) -> None:
        task = update(owner, "0.3.0")

        assert (task["state"], task["error_code"]) == ("failed", "agent.update_rolled_back")
        assert owner.do("diagnostics.echo")["state"] == "succeeded"
        assert owner.device()["agent_version"] == "0.2.0"
        assert run(str(PROGRAM), "--version") == "0.2.0\n"
        # The watchdog of 0.1.0 has made way for that of the version that runs.
        assert "/versions/0.2.0/" in service.program()

    def test_version_of_the_package_stays_whole(self) -> None:
        assert run("dpkg", "--verify", "bosman-agent") == ""


class TestPackageUpgrade:
    def test_package_that_is_older_than_what_runs_changes_nothing(self, package: Path) -> None:
        run("apt-get", "install", "-y", "--reinstall", str(package))

        assert run(str(PROGRAM), "--version") == "0.2.0\n"

    def test_newer_package_takes_over_and_the_device_stays_who_it_is(
        self, owner: Owner, build: PackageBuild, service: Service, tmp_path: Path
    ) -> None:
        device_id = owner.device()["id"]
        build.tree("0.4.0")
        run("apt-get", "install", "-y", str(build.package("0.4.0", tmp_path)))
        service.stop()
        service.start()

        device = owner.until(lambda: owner.device() if owner.device()["agent_version"] == "0.4.0" else None, 60)
        assert device["id"] == device_id
        assert not (HOME / "versions/0.1.0").exists()


class TestRemoval:
    def test_removed_package_leaves_the_identity(self, service: Service) -> None:
        service.stop()
        run("apt-get", "remove", "-y", "bosman-agent")

        assert (DATA / "agent.json").exists()
        assert not HOME.exists() and not PROGRAM.exists()

    def test_purged_package_leaves_nothing(self) -> None:
        run("apt-get", "purge", "-y", "bosman-agent")

        assert [str(path) for path in PLACES if path.exists()] == []
        known = Path("/var/lib/systemd").rglob("*bosman-agent*")
        wanted = Path("/etc/systemd/system").rglob("*bosman-agent*")
        with contextlib.suppress(OSError):
            assert [str(path) for path in (*known, *wanted)] == []
        assert "bosman-agent" not in run("dpkg-query", "-W", "-f", "${Package}\n")


def interpreters() -> list[Any]:
    """The versions of Python that the package is for and that the system's own is not; where they are, if they are."""
    places = [Path("/usr/bin"), Path("/usr/local/bin")]
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    found = []
    for version in ("3.12", "3.13"):
        candidates = [*(place / f"python{version}" for place in places), *pyenv.glob(f"{version}.*/bin/python")]
        present = next((path for path in candidates if path.exists()), None)
        skip = pytest.mark.skipif(present is None, reason=f"Python {version} is not installed here")
        found.append(pytest.param(present, id=version, marks=skip))
    return found


class TestOtherInterpreters:
    """What an older or a newer Debian runs the same package with."""

    @pytest.mark.parametrize("python", interpreters())
    def test_agent_enrolls_and_works(self, python: Path, build: PackageBuild, owner: Owner, tmp_path: Path) -> None:
        agent = [str(python), "-IS", str(build.tree("0.1.0") / "bin/start.py")]
        place = ["--data-dir", str(tmp_path / "agent")]
        token, known = owner.token(), {device["id"] for device in owner.devices()}
        enroll = ["--server", token["gateway_url"], "--token", token["token"], "--ca-sha256", token["authority_sha256"]]
        run(*agent, "enroll", *enroll, *place)
        with subprocess.Popen([*agent, "run", *place], env=SERVICE_ENVIRONMENT, stderr=subprocess.DEVNULL) as process:
            try:
                (device_id,) = {device["id"] for device in owner.devices()} - known
                owner.until(lambda: owner.get(f"/devices/{device_id}")["online"], 60)
                for kind in ("diagnostics.echo", "inventory.collect", "health.collect"):
                    task = owner.post(f"/devices/{device_id}/tasks", {"kind": kind})
                    assert owner.wait(task["id"], 60)["state"] == "succeeded"
            finally:
                process.terminate()
        assert process.returncode == 0
