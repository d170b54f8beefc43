"""What both embedded servers need of the operating system: start locks, identity, orderly ends."""

import fcntl
import os
import random
import signal
import subprocess
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import psutil

_POLL_SECONDS = 0.03
_TAIL_BYTES = 2000
_children: list[subprocess.Popen[bytes]] = []
_children_lock = threading.Lock()


class EmbeddedServerError(Exception):
    """An embedded server cannot be had; the text says why, with the end of its log."""


@contextmanager
def exclusive(lock_file: Path, timeout_seconds: float) -> Iterator[None]:
    """Hold the lock file, so that only one process at a time starts or stops the server.

    Raises EmbeddedServerError when another holds it for longer than the timeout.
    """
    descriptor = os.open(lock_file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        deadline = time.monotonic() + timeout_seconds
        while not _try_lock(descriptor):
            if time.monotonic() > deadline:
                msg = f"another process holds {lock_file}"
                raise EmbeddedServerError(msg)
            time.sleep(_POLL_SECONDS * (1 + random.random()))  # noqa: S311  jitter is no secret
        yield
    finally:
        os.close(descriptor)


def _try_lock(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def keep(child: subprocess.Popen[bytes]) -> None:
    """Hold a server that may outlive the handle that started it, until `reap` finds it ended."""
    with _children_lock:
        _children.append(child)


def reap() -> None:
    """Collect the exit codes of ended servers, so that none stays as a zombie."""
    with _children_lock:
        _children[:] = [child for child in _children if child.poll() is None]


def processes_named(executable: str, uid: int) -> Iterator[psutil.Process]:
    """Yield the live processes of that user that run an executable of that name.

    The process table is asked and not a pid file: a launcher may die before it has written one, and
    a pid in a file may long belong to somebody else.
    """
    for process in psutil.process_iter():
        try:
            if (
                process.name() == executable
                and process.uids().real == uid
                and is_alive(process)
                and Path(process.exe()).name == executable
            ):
                yield process
        except (psutil.NoSuchProcess, psutil.AccessDenied):
            continue


def is_alive(process: psutil.Process) -> bool:
    """Whether the process still runs; one that nobody has reaped yet does not."""
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def command_line(process: psutil.Process) -> list[str]:
    """Return the arguments of a process, or none if it has gone."""
    try:
        return process.cmdline()
    except (psutil.NoSuchProcess, psutil.AccessDenied):
        return []


def working_directory(process: psutil.Process) -> str | None:
    """Return where a process works, or None if it has gone."""
    try:
        return process.cwd()
    except (psutil.NoSuchProcess, psutil.AccessDenied):
        return None


def terminate(process: psutil.Process, steps: Sequence[tuple[signal.Signals, float]]) -> None:
    """Send each signal and wait its seconds for the end; SIGKILL comes after the last.

    psutil compares the creation time before it signals, so a reused pid is never hit.
    """
    for step, patience_seconds in (*steps, (signal.SIGKILL, 10.0)):
        try:
            process.send_signal(step)
        except psutil.NoSuchProcess:
            return
        if wait_gone(process, patience_seconds):
            return
    msg = f"process {process.pid} does not end"
    raise EmbeddedServerError(msg)


def wait_gone(process: psutil.Process, timeout_seconds: float) -> bool:
    """Wait for the end of a process that need not be our child; whether it came in time."""
    deadline = time.monotonic() + timeout_seconds
    while is_alive(process):
        if time.monotonic() > deadline:
            return False
        time.sleep(_POLL_SECONDS)
    return True


def tail(log_file: Path) -> str:
    """Return the end of a log for an error message.

    The log's directory may belong to the server's account: a link or a pipe there is not followed.
    """
    try:
        descriptor = os.open(log_file, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        with os.fdopen(descriptor, "rb") as log:
            log.seek(max(0, os.fstat(descriptor).st_size - _TAIL_BYTES))
            return log.read(_TAIL_BYTES).decode(errors="replace")
    except OSError:
        return ""


def write_atomically(path: Path, text: str, mode: int) -> None:
    """Replace a file as a whole, with its mode set before the contents are there to read."""
    staged = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    descriptor = os.open(staged, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, mode)
    with os.fdopen(descriptor, "w") as file:
        os.fchmod(descriptor, mode)
        file.write(text)
        file.flush()
        os.fsync(descriptor)
    staged.replace(path)
