"""Programs in job objects: output as it comes, and nothing left behind."""

import asyncio
import sys
from pathlib import Path

import psutil
import pytest

from bosman_agent.platform.processes import ProcessTimeoutError, run_collecting, run_streaming

PYTHON = [sys.executable, "-X", "utf8", "-c"]
TREE = """
import subprocess, sys, time
child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'])
print(child.pid, flush=True)
time.sleep(600)
"""
LEAVES_ONE_BEHIND = """
import subprocess, sys
quiet = subprocess.DEVNULL
print(subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'], stdout=quiet, stderr=quiet).pid)
"""


def gone(pid: int) -> bool:
    return not psutil.pid_exists(pid)


class TestRunStreaming:
    async def test_both_streams_and_the_exit_code_come_through(self) -> None:
        said = []
        code = await run_streaming(
            [*PYTHON, "import sys; print('zażółć'); print('źle', file=sys.stderr); sys.exit(7)"],
            on_output=lambda stream, text: said.append((stream, text.strip())),
            timeout=30,
        )

        assert code == 7
        assert sorted(said) == [("stderr", "źle"), ("stdout", "zażółć")]

    async def test_output_appears_while_the_program_runs(self) -> None:
        first = asyncio.Event()
        work = asyncio.create_task(
            run_streaming(
                [*PYTHON, "import time; print('one', flush=True); time.sleep(600)"],
                on_output=lambda *_: first.set(),
                timeout=60,
            )
        )

        await asyncio.wait_for(first.wait(), 30)
        work.cancel()
        with pytest.raises(asyncio.CancelledError):
            await work

    async def test_time_limit_ends_the_whole_tree(self) -> None:
        said: list[str] = []
        with pytest.raises(ProcessTimeoutError):
            await run_streaming([*PYTHON, TREE], on_output=lambda _, text: said.append(text), timeout=4)

        assert said
        grandchild = int("".join(said))
        for _ in range(100):
            if gone(grandchild):
                break
            await asyncio.sleep(0.05)
        assert gone(grandchild)

    async def test_what_a_program_leaves_running_goes_on(self) -> None:
        done = await run_collecting(
            [
                *PYTHON,
                LEAVES_ONE_BEHIND,
            ],
            timeout=30,
        )

        left = psutil.Process(int(done.stdout))
        assert left.is_running()
        left.kill()

    async def test_program_that_is_not_there_is_a_file_that_is_not_found(self) -> None:
        with pytest.raises(FileNotFoundError):
            await run_collecting(["C:\\no-such-program.exe"], timeout=5)

    async def test_environment_and_folder_are_given(self, tmp_path: Path) -> None:
        said: list[str] = []
        await run_streaming(
            [*PYTHON, "import os; print(os.environ['BOSMAN_WORD'], os.getcwd())"],
            on_output=lambda _, text: said.append(text),
            timeout=30,
            env={"BOSMAN_WORD": "ładunek"},
            folder=str(tmp_path),
        )

        assert "".join(said).split() == ["ładunek", str(tmp_path)]

    async def test_fifty_programs_leave_no_handle_open(self) -> None:
        process = psutil.Process()
        await run_collecting([*PYTHON, "pass"], timeout=30)
        before = process.num_handles()
        for _ in range(50):
            await run_collecting(["cmd.exe", "/c", "exit 0"], timeout=30)
        await asyncio.sleep(0.5)

        assert process.num_handles() <= before + 10

    async def test_many_at_once_do_not_hold_one_another_up(self) -> None:
        done = await asyncio.gather(*(run_collecting([*PYTHON, f"print({n})"], timeout=60) for n in range(8)))

        assert [int(item.stdout) for item in done] == list(range(8))
