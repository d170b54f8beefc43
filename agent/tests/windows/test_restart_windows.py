"""Marks in a real registry, and restarting through Windows' own program (Wine's, which only says so)."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bosman_agent.platform.base import ProviderError
from bosman_agent.platform.windows import restart_pending
from bosman_agent.platform.windows.restart_pending import read_marks, restart_state
from bosman_protocol.codes import Code

assert sys.platform == "win32"

import winreg  # noqa: E402 - for Windows only, as the next

from bosman_agent.platform.windows import machine_registry  # noqa: E402
from bosman_agent.platform.windows.restart import ShutdownExeRestart, default_argv  # noqa: E402
from bosman_agent.platform.windows.session_message import tell_sessions  # noqa: E402

ACCESS = winreg.KEY_ALL_ACCESS | winreg.KEY_WOW64_64KEY


def quiet(*_: Any, **__: Any) -> None:
    return


@pytest.fixture
def registry() -> Iterator[Any]:
    """Writes to HKEY_LOCAL_MACHINE; what was not there before is gone afterwards."""
    undo: list[Any] = []

    def write(path: str, name: str | None = None, kind: int = winreg.REG_DWORD, value: Any = 1) -> None:
        existed = machine_registry.read_values(path) is not None
        key = winreg.CreateKeyEx(winreg.HKEY_LOCAL_MACHINE, path, 0, ACCESS)
        if not existed:
            undo.append(lambda: winreg.DeleteKeyEx(winreg.HKEY_LOCAL_MACHINE, path, winreg.KEY_WOW64_64KEY))
        if name is not None:
            winreg.SetValueEx(key, name, 0, kind, value)
            undo.append(lambda: winreg.DeleteValue(key, name))

    yield write
    for step in reversed(undo):
        step()


def codes() -> dict[str, str]:
    marks = read_marks(machine_registry.read_values, machine_registry.subkey_count)
    return {reason.code: reason.severity for reason in restart_state(marks, agent_com=None).reasons}


class TestMarks:
    @pytest.mark.parametrize(
        ("path", "code", "severity"),
        [
            (restart_pending.AUTO_UPDATE + r"\RebootRequired", "restart.windows_update", "hard"),
            (restart_pending.SERVICING + r"\RebootPending", "restart.component_servicing", "hard"),
            (restart_pending.SERVICING + r"\PackagesPending", "restart.packages_pending", "soft"),
            (restart_pending.SERVICES_PENDING + r"\7971f918-a847-4430-9279-4a52d1efe18d",
             "restart.update_services", "soft"),
            (restart_pending.SERVER_MANAGER, "restart.server_manager", "soft"),
        ],
    )  # fmt: skip
    def test_key_is_found(self, registry: Any, path: str, code: str, severity: str) -> None:
        before = codes()
        registry(path)

        assert code not in before
        assert codes()[code] == severity

    def test_pending_renames_are_a_value_of_pairs(self, registry: Any) -> None:
        pairs = [r"\??\C:\Zażółć\gęślą.dll", "", r"\??\C:\b", r"!\??\C:\c"]
        registry(restart_pending.SESSION_MANAGER, "PendingFileRenameOperations2", winreg.REG_MULTI_SZ, pairs)

        marks = read_marks(machine_registry.read_values, machine_registry.subkey_count)
        reason = next(
            reason for reason in restart_state(marks, agent_com=None).reasons if reason.code == "restart.file_rename"
        )

        assert reason.params["count"] == 2
        assert reason.params["file"] == r"C:\Zażółć\gęślą.dll"

    def test_key_that_is_not_there_is_none_and_has_no_keys(self) -> None:
        assert machine_registry.read_values(r"SOFTWARE\Bosman tests\no such key") is None
        assert machine_registry.subkey_count(r"SOFTWARE\Bosman tests\no such key") == 0


class TestRestart:
    async def test_command_of_the_settings_gets_delay_and_reason_as_they_are(self, tmp_path: Path) -> None:
        record = tmp_path / "record"
        text = f"import sys; open({str(record)!r}, 'w', encoding='utf-8').write('|'.join(sys.argv[1:]))"
        command = (sys.executable, "-c", text, "{seconds}", "{reason}")

        await ShutdownExeRestart(command).restart(delay_seconds=5, reason='nowe łatki & "cudzysłów" %PATH%', log=quiet)

        assert record.read_text(encoding="utf-8") == '5|nowe łatki & "cudzysłów" %PATH%'

    async def test_own_command_is_not_run_where_that_is_forbidden(self) -> None:
        with pytest.raises(ProviderError) as caught:
            await ShutdownExeRestart(None, default_forbidden=True).restart(delay_seconds=60, reason="", log=quiet)

        assert caught.value.error.code == Code.RESTART_FAILED
        assert "BOSMAN_FORBID_RESTART" in (caught.value.error.detail or "")

    @pytest.mark.parametrize("command", [(sys.executable, "-c", "raise SystemExit(1190)"), ("C:/no/such.exe",)])
    async def test_command_that_fails_is_an_error(self, command: tuple[str, ...]) -> None:
        with pytest.raises(ProviderError) as caught:
            await ShutdownExeRestart(command).restart(delay_seconds=60, reason="", log=quiet)

        assert caught.value.error.code == Code.RESTART_FAILED

    @pytest.mark.parametrize(
        ("delay", "reason", "words"),
        [
            (600, "nowe łatki", ["/r", "/t", "600", "/c", "nowe łatki", "/d", "p:2:4"]),
            (0, "", ["/r", "/t", "30", "/d", "p:2:4"]),
            (60, " -- ", ["/r", "/t", "60", "/d", "p:2:4"]),
        ],
    )
    def test_default_command_line(self, delay: int, reason: str, words: list[str]) -> None:
        program, *rest = default_argv(delay_seconds=delay, reason=reason)

        assert rest == words
        assert Path(program).name == "shutdown.exe" and Path(program).is_file()

    def test_message_to_sessions_never_raises_where_nobody_is_signed_in(self) -> None:
        assert tell_sessions("nowe łatki", 1) >= 0
