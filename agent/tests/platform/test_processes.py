"""Real trees of processes: streamed, timed out, cancelled, and nothing left behind."""

import asyncio
import sys
import textwrap
from pathlib import Path
from typing import Any

import psutil
import pytest

if sys.platform == "win32":
    pytest.skip("windows/test_jobs.py is its counterpart", allow_module_level=True)

from bosman_agent.platform.processes import ProcessTimeoutError, posix, run_collecting, run_streaming
from testkit.patience import patient

# A shell, because three interpreters take seconds to stand on a busy machine. What a shell ignores its children do too.
TREE = textwrap.dedent("""
    if [ "$2" = stubborn ]; then trap '' TERM; fi
    sleep 600 &
    child=$!
    # An orphan: its parent is gone before anybody looks for it.
    orphan=$(sh -c 'sleep 600 >/dev/null 2>&1 & echo $!')
    echo "$$ $child $orphan" > "$1"
    echo ready
    while :; do wait; done
""")


def alive(pids: list[int]) -> list[int]:
    return [pid for pid in pids if psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE]


@pytest.fixture
def tree(tmp_path: Path) -> Any:
    """Starts a tree of three and waits until it stands."""
    marker = tmp_path / "pids"

    async def start(mode: str, *, timeout: float | None = None) -> tuple[asyncio.Task[int], list[int]]:
        argv = ["sh", "-c", TREE, "tree", str(marker), mode]
        ready = asyncio.Event()
        task = asyncio.create_task(run_streaming(argv, on_output=lambda _stream, _text: ready.set(), timeout=timeout))
        await asyncio.wait_for(ready.wait(), patient())
        return task, [int(word) for word in marker.read_text().split()]

    return start


class TestRunStreaming:
    async def test_output_appears_while_the_program_runs(self) -> None:
        seen: list[tuple[str, str]] = []
        first = asyncio.Event()

        def on_output(stream: str, text: str) -> None:
            seen.append((stream, text))
            first.set()

        program = "import sys; print('one', flush=True); sys.stdin.read(); import time; time.sleep(0.3); sys.exit(3)"
        task = asyncio.create_task(
            run_streaming([sys.executable, "-c", program], on_output=on_output, timeout=patient())
        )
        await first.wait()

        assert not task.done() and seen[0][0] == "stdout"
        assert await task == 3
        assert "".join(text for _, text in seen) == "one\n"

    async def test_streams_are_told_apart(self) -> None:
        done = await run_collecting(
            [sys.executable, "-c", "import sys; print('out'); print('err', file=sys.stderr)"], timeout=20
        )

        assert (done.exit_code, done.stdout, done.stderr) == (0, "out\n", "err\n")

    async def test_missing_program_is_an_error(self) -> None:
        with pytest.raises(FileNotFoundError):
            await run_collecting(["/no/such/program"], timeout=patient())

    async def test_shell_signs_are_just_text(self, tmp_path: Path, files_in: Any) -> None:
        done = await run_collecting(["echo", f"$(touch {tmp_path}/x); `id` | cat"], timeout=patient())

        assert done.stdout == f"$(touch {tmp_path}/x); `id` | cat\n"
        assert files_in(tmp_path, "*") == []

    async def test_daemon_that_keeps_the_pipe_does_not_hold_the_result(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(posix, "DRAIN_SECONDS", 0.2)
        program = (
            "import subprocess, sys;"
            "p = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'], start_new_session=True);"
            "print(p.pid)"
        )
        done = await asyncio.wait_for(run_collecting([sys.executable, "-c", program], timeout=patient()), patient())

        daemon = psutil.Process(int(done.stdout))
        assert daemon.is_running(), "what a package started on purpose is not ours to kill"
        daemon.kill()


class TestStop:
    @pytest.mark.parametrize("mode", ["polite", "stubborn"])
    async def test_cancelled_tree_is_gone(self, tree: Any, mode: str, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(posix, "TERMINATE_SECONDS", 0.5)
        task, pids = await tree(mode)
        assert len(pids) == 3 and alive(pids) == pids

        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

        assert alive(pids) == []

    async def test_tree_over_its_time_is_gone(self, tree: Any) -> None:
        task, pids = await tree("polite", timeout=1)
        assert len(pids) == 3 and alive(pids) == pids

        with pytest.raises(ProcessTimeoutError):
            await task

        assert alive(pids) == []
