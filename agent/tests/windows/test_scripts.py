"""Scripts on Windows' own interpreters. Wine has no PowerShell: how it is called is tested with a stand-in program."""

import asyncio
import ctypes
from pathlib import Path

import pytest

from bosman_agent.platform.base import ProviderError
from bosman_agent.platform.windows import scripts
from bosman_agent.platform.windows.scripts import WindowsScripts, encode_batch, encode_powershell
from bosman_protocol.codes import Code
from bosman_protocol.scripts import ScriptParams, ScriptResult, Shell


async def run(shell: Shell, source: str, *arguments: str) -> tuple[ScriptResult, str]:
    said: list[str] = []
    result = await WindowsScripts().run(
        ScriptParams(shell, source, arguments), log=lambda _stream, text: said.append(text)
    )
    return result, "".join(said).replace("\r\n", "\n")


def left_folders() -> list[Path]:
    return list(Path("C:/windows/Temp").glob("bosman-*"))


class TestRun:
    async def test_batch_says_what_it_is_told_and_its_exit_code_counts(self) -> None:
        result, said = await run(Shell.CMD, "echo one\necho two %1\nexit /b 5", "a b")

        assert result.exit_code == 5
        assert result.interpreter.lower().endswith("cmd.exe")
        assert said == 'one\ntwo "a b"\n'

    @pytest.mark.skipif(ctypes.windll.kernel32.GetOEMCP() != 852, reason="Polish Windows only")
    async def test_polish_letters_go_in_and_come_out(self) -> None:
        _, said = await run(Shell.CMD, "echo Zażółć gęślą jaźń, ŁÓDŹ")

        assert said == "Zażółć gęślą jaźń, ŁÓDŹ\n"

    async def test_python_is_the_agent_s_own_and_speaks_utf8(self) -> None:
        result, said = await run(Shell.PYTHON, "import sys\nprint('zażółć', sys.argv[1:])\nsys.exit(-1)", "x")

        assert (result.exit_code, said) == (-1, "zażółć ['x']\n")

    async def test_missing_interpreter_is_named(self) -> None:
        with pytest.raises(ProviderError) as refused:
            await run(Shell.PWSH, "Get-Date")

        assert refused.value.error.code == Code.SCRIPT_NO_INTERPRETER
        assert refused.value.error.params == {"shell": "pwsh"}

    async def test_nobody_signed_in_is_an_answer_of_its_own(self) -> None:
        with pytest.raises(ProviderError) as refused:
            await WindowsScripts().run(ScriptParams(Shell.CMD, "echo 1", (), "user"), log=lambda *_: None)

        assert refused.value.error.code == Code.SCRIPT_NO_USER

    async def test_cancelled_script_is_gone_with_its_folder(self) -> None:
        begun = asyncio.Event()
        work = asyncio.create_task(
            WindowsScripts().run(
                ScriptParams(Shell.PYTHON, "import time; print(1, flush=True); time.sleep(600)"),
                log=lambda *_: begun.set(),
            )
        )
        await asyncio.wait_for(begun.wait(), 30)
        work.cancel()
        with pytest.raises(asyncio.CancelledError):
            await work

        assert not left_folders()


class TestEncode:
    def test_powershell_reads_utf8_because_it_is_signed_as_such(self) -> None:
        data = encode_powershell("Write-Host 'zażółć'\n")

        assert data.startswith(b"\xef\xbb\xbf")
        assert "Write-Host 'zażółć'\r\n" in data.decode("utf-8-sig")

    def test_batch_that_the_console_s_page_lacks_switches_the_page(self) -> None:
        assert encode_batch("echo 日本").startswith(b"@chcp 65001")

    def test_powershell_is_called_without_profile_and_questions(self, tmp_path: Path) -> None:
        stand_in = tmp_path / "System32" / "WindowsPowerShell" / "v1.0" / "powershell.exe"
        stand_in.parent.mkdir(parents=True)
        stand_in.touch()
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("SYSTEMROOT", str(tmp_path))
            command = scripts.find_interpreter(Shell.POWERSHELL).command(Path("x.ps1"), ["a"])

        assert command[0] == str(stand_in)
        assert command[1:] == [*scripts.POWERSHELL_OPTIONS, "x.ps1", "a"]
        assert {"-NoProfile", "-NonInteractive"} <= set(command)
