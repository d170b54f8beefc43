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

    def __init__(self, job: Handle, process: Handle, pid: int, stdout: IO[bytes], stderr: IO[bytes]) -> None:
        self._job = job
        self._process = process
        self.pid = pid
        self.stdout = stdout
        self.stderr = stderr

    def wait(self) -> int:
        """The exit code, once the program itself has ended (what it started may still run)."""
        win32event.WaitForSingleObject(self._process, win32event.INFINITE)
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
) -> JobProcess:
    """Start a program in a job of its own. `token` makes it another user's, on that user's desktop.

    The whole job dies with this process. Raises OSError.
    """
    create: Any = win32job.CreateJobObject
    job: Handle = create(None, "")
    try:
        _limit(job, win32job.JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE)
        with _starting:
            return _start_in(job, argv, {**os.environ, **(env or {})}, token, user_environment, folder)
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


def _start_in(
    job: Handle,
    argv: Sequence[str],
    env: Mapping[str, str],
    token: Handle | None,
    user_environment: Any,
    folder: str | None,
) -> JobProcess:
    inheritable = win32security.SECURITY_ATTRIBUTES()
    inheritable.bInheritHandle = True
    ends: list[Handle] = []
    files: list[IO[bytes]] = []
    try:
        startup: Any = win32process.STARTUPINFO()
        startup.dwFlags = win32con.STARTF_USESTDHANDLES
        for name in ("hStdOutput", "hStdError"):
            made_pipe: tuple[Handle, Handle] = win32pipe.CreatePipe(inheritable, PIPE_BYTES)
            ours, theirs = made_pipe
            ends.append(theirs)
            win32api.SetHandleInformation(ours, win32con.HANDLE_FLAG_INHERIT, 0)
            files.append(os.fdopen(msvcrt.open_osfhandle(ours.Detach(), os.O_RDONLY), "rb", buffering=0))
            setattr(startup, name, theirs)
        nothing = Path(os.devnull).open("rb")  # noqa: SIM115 - closed below, with the other ends
        os.set_handle_inheritable(msvcrt.get_osfhandle(nothing.fileno()), True)  # noqa: FBT003 - positional only
        startup.hStdInput = msvcrt.get_osfhandle(nothing.fileno())
        flags = win32con.CREATE_SUSPENDED | CREATE_NO_WINDOW | win32con.CREATE_UNICODE_ENVIRONMENT
        line = subprocess.list2cmdline(argv)
        try:
            if token is None:
                made = win32process.CreateProcess(None, line, None, None, 1, flags, dict(env), folder, startup)
            else:
                startup.lpDesktop = r"winsta0\default"
                create: Any = win32process.CreateProcessAsUser
                made = create(token, None, line, None, None, 1, flags, user_environment, folder, startup)
        finally:
            nothing.close()
        process: Handle = made[0]
        thread: Handle = made[1]
        try:
            win32job.AssignProcessToJobObject(job, process)
        except BaseException:
            win32process.TerminateProcess(process, EXIT_KILLED)
            raise
        win32process.ResumeThread(thread)
        thread.Close()
        return JobProcess(job, process, int(made[2]), files[0], files[1])
    except BaseException:
        for file in files:
            file.close()
        raise
    finally:
        for end in ends:
            end.Close()


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
