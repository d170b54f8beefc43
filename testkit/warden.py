"""Whoever ends what a run of tests has started when the run itself cannot: killed, it tears nothing down.

A run's processes are known by its folders: a server's command line, its working directory or its environment names a
path below one of them, whatever account it runs as and whoever has adopted it.
"""

import contextlib
import os
import shutil
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import psutil

_TERM_SECONDS = 15.0
_ROUNDS = 5
"""Who watches others starts them again until it has ended itself."""


def watch(folders: Sequence[Path], temporary: Path) -> None:
    """From here on the end of this process ends everything of its folders; `temporary` is removed, too."""
    command = [sys.executable, __file__, str(os.getppid()), str(temporary), *map(str, folders)]
    # Neither Ctrl-C nor the end of a terminal reaches it; the end of the pipe does, however we end: nobody closes it.
    reads, _ = os.pipe()
    os.posix_spawn(command[0], command, os.environ, file_actions=[(os.POSIX_SPAWN_DUP2, reads, 0)], setsid=True)
    os.close(reads)


def of_run(folders: Sequence[Path], spared: frozenset[int]) -> list[psutil.Process]:
    """The live processes of these folders."""
    names = [f"{folder}/" for folder in folders]
    found = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error, OSError):
            if process.pid in spared or process.status() == psutil.STATUS_ZOMBIE:
                continue
            if any(name in f"{said}/" for said in _said_by(process) for name in names):
                found.append(process)
    return found


def _said_by(process: psutil.Process) -> Iterator[str]:
    yield from process.cmdline()
    for ask in (lambda: [process.cwd()], lambda: process.environ().values()):
        # Another account's.
        with contextlib.suppress(psutil.AccessDenied):
            yield from ask()


def _with_data_elsewhere(folders: Sequence[Path]) -> list[Path]:
    """The folders, and where PostgreSQL's data lie that its account could not reach there."""
    elsewhere = [Path(note.read_text().strip()) for folder in folders for note in folder.rglob("postgres/location")]
    return [*folders, *elsewhere]


def end_all(folders: Sequence[Path], spared: frozenset[int]) -> None:
    """Ask every process of these folders to end, then make it."""
    for _ in range(_ROUNDS):
        found = of_run(folders, spared)
        if not found:
            return
        for process in found:
            with contextlib.suppress(psutil.Error):
                process.terminate()
        _, stubborn = psutil.wait_procs(found, _TERM_SECONDS)
        for process in stubborn:
            with contextlib.suppress(psutil.Error):
                process.kill()
        time.sleep(0.1)


def main() -> None:
    """Wait until whoever started this has ended, then sweep."""
    parent, temporary, *named = sys.argv[1:]
    folders = [Path(name) for name in (temporary, *named)]
    above = {process.pid for process in psutil.Process(int(parent)).parents()} if psutil.pid_exists(int(parent)) else ()
    spared = frozenset({os.getpid(), int(parent), *above})
    while os.read(0, 64):
        pass
    for _ in range(_ROUNDS):
        end_all(_with_data_elsewhere(folders), spared)
        shutil.rmtree(temporary, ignore_errors=True)
        if not Path(temporary).exists():
            break
        # Somebody wrote to it until a moment ago.
        time.sleep(0.5)


if __name__ == "__main__":
    main()
