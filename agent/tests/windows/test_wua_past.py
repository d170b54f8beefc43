"""Uninstalling and the history, through the real COM client against a stand-in for Windows Update."""

import sys
from pathlib import Path
from typing import Any

import pytest

from bosman_agent.platform.base import ProviderError
from bosman_protocol.codes import Code
from testkit.wua import stand_in
from testkit.wua.scene import Scene, update, update_id

assert sys.platform == "win32"

from bosman_agent.platform.windows.wua.provider import WuaUpdates  # noqa: E402 - for Windows only


def quiet(*_: Any, **__: Any) -> None:
    return


class TestUninstall:
    @pytest.fixture
    def wusa(self, tmp_path: Path) -> Any:
        """A wusa.exe that notes its arguments and ends with a code."""

        def make(exit_code: int) -> tuple[str, ...]:
            record = tmp_path / "wusa.txt"
            text = f"import os, sys; open({str(record)!r}, 'w').write(' '.join(sys.argv[1:])); os._exit({exit_code})"
            return (sys.executable, "-c", text)

        return make

    async def uninstall(self, **options: Any) -> Any:
        return await WuaUpdates(**options).uninstall("KB5034441", log=quiet, progress=quiet)

    @pytest.mark.parametrize("restart", [False, True])
    async def test_removable_update_goes_through_windows_update(self, scene: Scene, restart: bool) -> None:
        outcome = {"result_code": 2, "hresult": 0, "reboot": restart}
        scene.play(update("lcu", kbs=["5034441"], installed=True, uninstallable=True, uninstall=outcome))

        result = await self.uninstall()

        assert (result.kb, result.restart_required) == ("KB5034441", restart)
        assert scene.calls("Uninstall") == [[[update_id("lcu")]]]

    async def test_update_that_is_still_there_afterwards_is_not_gone(self, scene: Scene) -> None:
        scene.play(update("lcu", kbs=["5034441"], installed=True, uninstallable=True, lingers=True))

        with pytest.raises(ProviderError) as caught:
            await self.uninstall()

        assert caught.value.error.code == Code.UPDATES_NOT_CONFIRMED

    async def test_failed_removal_is_named(self, scene: Scene) -> None:
        outcome = {"result_code": 4, "hresult": 0x80240028}
        scene.play(update("lcu", kbs=["5034441"], installed=True, uninstallable=True, uninstall=outcome))

        with pytest.raises(ProviderError) as caught:
            await self.uninstall()

        error = caught.value.error
        assert (error.code, error.params["name"]) == (Code.UPDATES_NOT_REMOVABLE, "WU_E_UNINSTALL_NOT_ALLOWED")

    @pytest.mark.parametrize(("exit_code", "restart"), [(0, False), (3010, True)])
    async def test_what_windows_update_cannot_remove_goes_through_wusa(
        self, scene: Scene, wusa: Any, tmp_path: Path, exit_code: int, restart: bool
    ) -> None:
        scene.play(update("lcu", kbs=["5034441"], installed=True))

        result = await self.uninstall(wusa=wusa(exit_code))

        assert result.restart_required is restart
        assert (tmp_path / "wusa.txt").read_text() == "/uninstall /kb:5034441 /quiet /norestart"

    @pytest.mark.parametrize(
        ("installed", "exit_code", "code"),
        [
            (True, 0x800F0825 - 2**32, Code.UPDATES_NOT_REMOVABLE),
            (True, 87, Code.UPDATES_NOT_REMOVABLE),
            (False, 0x00240007, Code.UPDATES_NOT_APPLICABLE),
            (False, 0x80240017 - 2**32, Code.UPDATES_NOT_APPLICABLE),
            (False, 0x80070005 - 2**32, Code.UPDATES_ACCESS_DENIED),
        ],
    )
    async def test_refusal_of_wusa_is_honest(
        self, scene: Scene, wusa: Any, installed: bool, exit_code: int, code: Code
    ) -> None:
        scene.play(update("lcu", kbs=["5034441"], installed=installed))

        with pytest.raises(ProviderError) as caught:
            await self.uninstall(wusa=wusa(exit_code))

        assert caught.value.error.code == code
        assert caught.value.error.params["hresult"] == f"0x{exit_code & 0xFFFFFFFF:08X}"


class TestHistory:
    async def test_entries_are_read_newest_first(self, scene: Scene) -> None:
        scene.play(history=[
            {"date": "2026-01-14T03:00:00", "title": "Zbiorcza aktualizacja (KB5034441)", "result_code": 4,
             "hresult": 0x80070643, "update_id": "a", "client": "Bosman"},
            {"date": "2026-02-01T03:00:00", "title": "Odinstalowanie", "operation": 2},
        ])  # fmt: skip

        newest, failed = await WuaUpdates().history(100)

        assert (newest.operation, newest.outcome, newest.kb) == ("uninstall", "succeeded", None)
        assert (failed.operation, failed.outcome, failed.kb, failed.client, failed.update_id) == (
            "install", "failed", "KB5034441", "Bosman", "a",
        )  # fmt: skip
        assert failed.at.isoformat() == "2026-01-14T03:00:00+00:00"
        assert failed.error is not None and failed.error.params["name"] == "ERROR_INSTALL_FAILURE"

    async def test_empty_history_is_not_asked_for(self, scene: Scene) -> None:
        scene.play(history=[])

        assert await WuaUpdates().history(100) == ()
        assert not scene.state_path.exists()

    async def test_no_more_than_asked_is_read(self, scene: Scene) -> None:
        scene.play(history=[{"date": "2026-01-14T03:00:00", "title": str(number)} for number in range(30)])

        assert len(await WuaUpdates().history(10)) == 10
        assert scene.calls("QueryHistory") == [[0, 10]]

    async def test_history_that_cannot_be_read_is_an_error(self, scene: Scene) -> None:
        scene.play(history_error=0x80248014)

        with pytest.raises(ProviderError) as caught:
            await WuaUpdates().history(10)

        assert caught.value.error.code == Code.UPDATES_DAMAGED_STORE


class TestWithoutWindowsUpdate:
    async def test_machine_without_its_classes_has_no_service_and_no_empty_list(self, scene: Scene) -> None:
        stand_in.unregister()
        try:
            with pytest.raises(ProviderError) as caught:
                await WuaUpdates().scan(refresh=True, log=quiet, progress=quiet)
        finally:
            stand_in.register()

        assert caught.value.error.code == Code.UPDATES_NOT_AVAILABLE
