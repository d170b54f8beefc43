"""The update as a task: a real watchdog, the real agent, a real bus, and bundles over real TLS."""

import asyncio
import os
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import psutil
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from bosman_agent.identity.config import save_config
from bosman_agent.watchdog.watchdog import Event, Watchdog
from bosman_protocol.codes import Code
from bosman_protocol.release import AgentUpdateParams, AgentUpdateResult, sign_manifest
from bosman_protocol.uplink import AgentIncident, AgentStarted, OutputChunk
from bosman_protocol.work import TaskKind
from releasing.bundle import build_bundle
from testkit.agent_home import TestHome
from testkit.patience import patient

UPDATE = TaskKind.AGENT_UPDATE
BROKEN = 'raise SystemExit("broken on purpose")\n'


class Watched:
    """An installed agent under a watchdog, and what it may update itself to."""

    def __init__(self, installed: TestHome, gateway: Any, folder: Path, manifest_of: Any) -> None:
        self.installed = installed
        self.told: list[Event] = []
        self.said: list[str] = []
        self._gateway = gateway
        self._folder = folder
        self._manifest_of = manifest_of
        self._stop = threading.Event()
        watchdog = Watchdog(
            installed.data,
            installed.home("1.0"),
            self._stop,
            tell=lambda event, _params: self.told.append(event),
            on_error=self.said.append,
        )
        self._thread = threading.Thread(target=watchdog.run)
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        self._thread.join(patient())
        assert not self._thread.is_alive()

    def agent(self) -> psutil.Process:
        """The agent's process; the watchdog is a thread of this one."""
        (found,) = [child for child in psutil.Process().children() if str(self.installed.data.root) in child.cmdline()]
        return found

    def offer(
        self, version: str, *, main: str | None = None, key: Ed25519PrivateKey | None = None, **changes: Any
    ) -> AgentUpdateParams:
        """Serve a version; the parameters of the task that brings it."""
        tree = self._folder / f"tree-{version}"
        self.installed.add_agent(version, at=tree)
        if main is not None:
            (tree / "app/bosman_agent/main.py").write_text(main)
        (tree / "ballast").write_bytes(os.urandom(2_000_000))
        bundle = build_bundle(tree, self._folder, version=version, platform="linux", key=self.installed.key, level=1)
        self._gateway.content = bundle.read_bytes()
        allow_older = changes.pop("allow_older", False)
        manifest = self._manifest_of(self._gateway.content, version, **changes)
        return AgentUpdateParams(sign_manifest(manifest, key or self.installed.key), allow_older)


@pytest.fixture
def watched(agent_folder: Callable[..., Any], gateway: Any, tmp_path: Path, manifest_of: Any) -> Iterator[Watched]:
    data, config = agent_folder()
    save_config(data, msgspec.structs.replace(config, server_url=gateway.url))
    installed = TestHome(tmp_path / "place", data)
    installed.add_agent("1.0")
    made = Watched(installed, gateway, tmp_path, manifest_of)
    yield made
    made.stop()


def result_of(finished: Any) -> AgentUpdateResult:
    return msgspec.json.decode(finished.result, type=AgentUpdateResult)


def versions(watched: Watched) -> list[str]:
    return sorted(path.name for path in (watched.installed.root / "versions").iterdir())


class TestUpdate:
    async def test_good_version_takes_over_and_closes_the_task(
        self, watched: Watched, backend: Any, until: Any
    ) -> None:
        task_id = await backend.send(UPDATE, watched.offer("1.1"))

        finished = await backend.finished(task_id, 60)
        hello = await backend.wait_for(lambda m: isinstance(m, AgentStarted) and m.agent_version == "1.1")
        echo = await backend.finished(await backend.send(params={"text": "still here"}))

        assert (finished.state, result_of(finished)) == ("succeeded", AgentUpdateResult("1.1", "1.0"))
        assert hello.interrupted_tasks == () and backend.of(AgentIncident) == []
        assert echo.state == "succeeded"
        data = watched.installed.data
        await until(lambda: not data.pending_update.exists())
        await until(lambda: list(data.incoming.iterdir()) == [])
        assert watched.installed.home("1.0").current(data) == "1.1"

    @pytest.mark.slow(reason="three versions of the agent are started, one after the other")
    async def test_broken_version_is_turned_back_from_and_removed(
        self, watched: Watched, backend: Any, until: Any
    ) -> None:
        task_id = await backend.send(UPDATE, watched.offer("1.1", main=BROKEN))

        finished = await backend.finished(task_id, 60)

        assert (finished.state, finished.error.code) == ("failed", Code.AGENT_UPDATE_ROLLED_BACK)
        assert finished.error.params == {"version": "1.1"} and finished.error.detail == "exit code 1"
        assert result_of(finished) == AgentUpdateResult("1.0", "1.0")
        await until(lambda: versions(watched) == ["1.0"])
        assert Event.ROLLED_BACK in watched.told

    async def test_version_that_runs_is_a_success_without_doing_anything(
        self, watched: Watched, backend: Any, gateway: Any
    ) -> None:
        finished = await backend.finished(await backend.send(UPDATE, watched.offer("1.0")), 60)

        assert (finished.state, result_of(finished)) == ("succeeded", AgentUpdateResult("1.0", "1.0"))
        assert gateway.asked == []

    async def test_wish_to_stop_is_heeded_while_it_waits_for_other_work(
        self, watched: Watched, backend: Any, until: Any
    ) -> None:
        echo = await backend.send(params={"text": "long", "repeat": 600, "interval_seconds": 0.1})
        await backend.wait_for(lambda m: isinstance(m, OutputChunk) and m.task_id == echo)
        await backend.send(UPDATE, watched.offer("1.1"))
        await until(watched.installed.data.pending_update.exists)

        # Sooner than the watchdog would kill it, and it has said so itself.
        await asyncio.wait_for(asyncio.to_thread(watched.stop), patient())

        finished = await backend.finished(echo)
        assert (finished.state, finished.error.code) == ("failed", Code.AGENT_INTERRUPTED)

    @pytest.mark.slow(reason="three versions of the agent are started, one after the other")
    async def test_older_version_is_taken_when_it_is_meant(self, watched: Watched, backend: Any) -> None:
        finished = await backend.finished(await backend.send(UPDATE, watched.offer("0.9", allow_older=True)), 60)

        assert (finished.state, result_of(finished)) == ("succeeded", AgentUpdateResult("0.9", "1.0"))


class TestRefused:
    @pytest.mark.parametrize(
        ("version", "changes", "code"),
        [
            ("1.1", {"key": Ed25519PrivateKey.generate()}, Code.RELEASE_BAD_SIGNATURE),
            ("1.1", {"platform": "windows-amd64"}, Code.RELEASE_OTHER_PLATFORM),
            ("0.9", {}, Code.RELEASE_NOT_NEWER),
        ],
    )
    async def test_nothing_is_fetched(
        self, watched: Watched, backend: Any, gateway: Any, version: str, changes: dict[str, Any], code: Code
    ) -> None:
        finished = await backend.finished(await backend.send(UPDATE, watched.offer(version, **changes)), 60)

        assert (finished.state, finished.error.code) == ("failed", code)
        assert gateway.asked == [] and versions(watched) == ["1.0"]

    async def test_key_that_signs_tasks_signs_no_release(self, watched: Watched, backend: Any) -> None:
        finished = await backend.finished(await backend.send(UPDATE, watched.offer("1.1", key=backend.signing_key)), 60)

        assert (finished.state, finished.error.code) == ("failed", Code.RELEASE_BAD_SIGNATURE)

    async def test_bundle_that_was_exchanged_is_not_unpacked(
        self, watched: Watched, backend: Any, gateway: Any
    ) -> None:
        params = watched.offer("1.1")
        gateway.content = gateway.content[:-1] + b"x"
        finished = await backend.finished(await backend.send(UPDATE, params), 60)

        assert (finished.state, finished.error.code) == ("failed", Code.RELEASE_BAD_HASH)
        assert versions(watched) == ["1.0"] and list(watched.installed.data.incoming.iterdir()) == []

    async def test_bundle_of_another_version_than_signed_is_not_kept(self, watched: Watched, backend: Any) -> None:
        watched.offer("1.1")
        manifest = watched._manifest_of(watched._gateway.content, "1.2")
        params = AgentUpdateParams(sign_manifest(manifest, watched.installed.key))
        finished = await backend.finished(await backend.send(UPDATE, params), 60)

        assert (finished.state, finished.error.code) == ("failed", Code.RELEASE_BAD_HASH)
        assert versions(watched) == ["1.0"]

    async def test_agent_without_a_watchdog_says_so(
        self, running_agent: Any, backend: Any, manifest_of: Any, authority: Any
    ) -> None:
        await running_agent()
        params = AgentUpdateParams(sign_manifest(manifest_of(b"x", "1.1"), Ed25519PrivateKey.generate()))
        finished = await backend.finished(await backend.send(UPDATE, params))

        assert (finished.state, finished.error.code) == ("failed", Code.AGENT_UPDATE_NOT_INSTALLED)

    async def test_full_disk_is_named(self, small_disk: Path, watched: Watched, backend: Any, fill_disk: Any) -> None:
        await backend.wait_for(lambda m: isinstance(m, AgentStarted))
        params = watched.offer("1.1")
        filler = fill_disk(small_disk / "filler")
        # Room for the task itself, and for half of the bundle.
        os.truncate(filler, filler.stat().st_size - 1_000_000)

        finished = await backend.finished(await backend.send(UPDATE, params), 60)

        assert (finished.state, finished.error.code) == ("failed", Code.AGENT_DISK_FULL)
        assert versions(watched) == ["1.0"]


class TestTrouble:
    async def test_killed_agent_comes_back_and_tells(self, watched: Watched, backend: Any) -> None:
        await backend.wait_for(lambda m: isinstance(m, AgentStarted))

        watched.agent().kill()
        trouble = await backend.wait_for(lambda m: isinstance(m, AgentIncident))

        assert trouble.error.code == Code.AGENT_RUNTIME_DIED
        assert trouble.error.params == {"reason": "exit code -9"}
        assert (await backend.finished(await backend.send(params={"text": "back"}))).state == "succeeded"

    async def test_agent_ends_tidily_with_its_watchdog(self, watched: Watched, backend: Any) -> None:
        task_id = await backend.send(params={"text": "line", "repeat": 1000, "interval_seconds": 0.05})
        await backend.wait_for(lambda m: isinstance(m, OutputChunk) and m.task_id == task_id)
        agent = watched.agent()

        await asyncio.to_thread(watched.stop)
        finished = await backend.finished(task_id, 10)

        assert finished.error.code == Code.AGENT_INTERRUPTED
        assert not agent.is_running()
        assert watched.told == [Event.STARTED, Event.STOPPED]
