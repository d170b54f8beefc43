"""Programs in job objects: started suspended, put into a job, let go; nothing that they start escapes.

A process tree by parent ids has holes on Windows (a parent's id is reused once it is gone); a job has none.
"""

import contextlib
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import IO, Any, Literal

assert sys.platform == "win32"

import msvcrt

import pywintypes
import win32api
import win32con
import win32event
import win32job
import win32pipe
import win32process
import win32security

Handle = Any
"""pywin32's handles: its stubs take them for numbers in one place and for objects in the next."""
CREATE_NO_WINDOW = 0x08000000
PIPE_BYTES = 64 * 1024
EXIT_KILLED = 1
OnBytes = Callable[[Literal["stdout", "stderr"], bytes], None]

# A child inherits every handle that may be inherited at that moment: two starts at once would hand each
# other's pipes on, and a pipe that a stranger holds open never ends.
_starting = threading.Lock()


class JobProcess:
    """A running program with everything that it started. Not for several threads at once, but for `wait`."""

    def __init__(
        self, job: Handle, process: Handle, pid: int, stdin: IO[bytes] | None, stdout: IO[bytes], stderr: IO[bytes]
    ) -> None:
        self._job = job
        self._process = process
        self.pid = pid
        self.stdin = stdin
        self.stdout = stdout
        self.stderr = stderr

    def wait(self, timeout: float | None = None) -> int | None:
        """The exit code, once the program itself has ended (what it started may still run); None = not in time."""
        limit = win32event.INFINITE if timeout is None else int(timeout * 1000)
        if win32event.WaitForSingleObject(self._process, limit) != win32event.WAIT_OBJECT_0:
            return None
        return int(win32process.GetExitCodeProcess(self._process))

    def kill(self) -> None:
        """End the program with everything that it started, at once."""
        with contextlib.suppress(pywintypes.error):
            win32job.TerminateJobObject(self._job, EXIT_KILLED)

    def let_go(self) -> None:
        """Forget the program. What it left running goes on: an installer may have started its product."""
        with contextlib.suppress(pywintypes.error):
            _limit(self._job, 0)
        self._job.Close()
        self._process.Close()


def start(
    argv: Sequence[str],
    *,
    env: Mapping[str, str] | None = None,
    token: Handle | None = None,
    user_environment: Any = None,
    folder: str | None = None,
    with_stdin: bool = False,
) -> JobProcess:
    """Start a program in a job of its own. `token` makes it another user's, on that user's desktop.

    The whole job dies with this process. Raises OSError.
    """
    create: Any = win32job.CreateJobObject
    job: Handle = create(None, "")
    try:
        _limit(job, win32job.JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE)
        with _starting:
            return _start_in(job, argv, {**os.environ, **(env or {})}, token, user_environment, folder, with_stdin)
    except BaseException as error:
        job.Close()
        if isinstance(error, pywintypes.error):
            raise _os_error(error, argv[0]) from error
        raise


def _os_error(error: pywintypes.error, program: str) -> OSError:
    # With the Windows code as fourth argument Python picks the matching subclass (FileNotFoundError, …).
    return OSError(0, error.strerror, program, error.winerror)


def _limit(job: Handle, flags: int) -> None:
    limits = win32job.QueryInformationJobObject(job, win32job.JobObjectExtendedLimitInformation)
    limits["BasicLimitInformation"]["LimitFlags"] = flags
    win32job.SetInformationJobObject(job, win32job.JobObjectExtendedLimitInformation, limits)


class _Pipes:
    """The ends of a child's three streams, ours and theirs."""

    def __init__(self, *, with_stdin: bool) -> None:
        self.ours: dict[str, IO[bytes]] = {}
        self.startup: Any = win32process.STARTUPINFO()
        self.startup.dwFlags = win32con.STARTF_USESTDHANDLES
        self._theirs: list[Handle] = []
        self._nothing: IO[bytes] | None = None
        inheritable = win32security.SECURITY_ATTRIBUTES()
        inheritable.bInheritHandle = True
        for name, reads in (("hStdOutput", True), ("hStdError", True), *([("hStdInput", False)] if with_stdin else [])):
            made: tuple[Handle, Handle] = win32pipe.CreatePipe(inheritable, PIPE_BYTES)
            ours, theirs = made if reads else made[::-1]
            self._theirs.append(theirs)
            win32api.SetHandleInformation(ours, win32con.HANDLE_FLAG_INHERIT, 0)
            number = msvcrt.open_osfhandle(ours.Detach(), os.O_RDONLY if reads else 0)
            self.ours[name] = os.fdopen(number, "rb" if reads else "wb", buffering=0)
            setattr(self.startup, name, theirs)
        if not with_stdin:
            self._nothing = Path(os.devnull).open("rb")  # noqa: SIM115 - closed with the other ends
            handle = msvcrt.get_osfhandle(self._nothing.fileno())
            os.set_handle_inheritable(handle, True)  # noqa: FBT003 - positional only
            self.startup.hStdInput = handle

    def close_theirs(self) -> None:
        """Let go of the child's ends: only then does the end of the child end the streams."""
        for end in self._theirs:
            end.Close()
        if self._nothing is not None:
            self._nothing.close()

    def close_ours(self) -> None:
        """Let go of our ends too: there is no child."""
        for file in self.ours.values():
            file.close()


def _start_in(
    job: Handle,
    argv: Sequence[str],
    env: Mapping[str, str],
    token: Handle | None,
    user_environment: Any,
    folder: str | None,
    with_stdin: bool,  # noqa: FBT001 - handed on by `start`, which takes it by name
) -> JobProcess:
    pipes = _Pipes(with_stdin=with_stdin)
    try:
        flags = win32con.CREATE_SUSPENDED | CREATE_NO_WINDOW | win32con.CREATE_UNICODE_ENVIRONMENT
        line = subprocess.list2cmdline(argv)
        if token is None:
            made = win32process.CreateProcess(None, line, None, None, 1, flags, dict(env), folder, pipes.startup)
        else:
            pipes.startup.lpDesktop = r"winsta0\default"
            create: Any = win32process.CreateProcessAsUser
            made = create(token, None, line, None, None, 1, flags, user_environment, folder, pipes.startup)
        process: Handle = made[0]
        thread: Handle = made[1]
        try:
            win32job.AssignProcessToJobObject(job, process)
        except BaseException:
            win32process.TerminateProcess(process, EXIT_KILLED)
            raise
        win32process.ResumeThread(thread)
        thread.Close()
    except BaseException:
        pipes.close_ours()
        raise
    finally:
        pipes.close_theirs()
    ours = pipes.ours
    return JobProcess(job, process, int(made[2]), ours.get("hStdInput"), ours["hStdOutput"], ours["hStdError"])


def pump(process: JobProcess, on_bytes: OnBytes, on_end: Callable[[], None]) -> None:
    """Read both streams in threads of their own until they end; then `on_end`, once. Callbacks come from there."""
    left = [2]
    lock = threading.Lock()

    def read(name: Literal["stdout", "stderr"], file: IO[bytes]) -> None:
        with contextlib.suppress(OSError, ValueError), file:
            while data := file.read(PIPE_BYTES):
                on_bytes(name, data)
        with lock:
            left[0] -= 1
            last = left[0] == 0
        if last:
            on_end()

    threading.Thread(target=read, args=("stdout", process.stdout), daemon=True).start()
    threading.Thread(target=read, args=("stderr", process.stderr), daemon=True).start()
