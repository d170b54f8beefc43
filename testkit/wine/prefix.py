"""One Wine prefix: a Windows of one's own, with a locale, started once and ended by itself."""

import contextlib
import os
import shutil
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PureWindowsPath
from typing import IO

BOOT_SECONDS = 180.0
RUN_SECONDS = 120.0
DRAIN_SECONDS = 2.0
COMPILER = "x86_64-w64-mingw32-gcc"
MISSING_LIBRARY = "bcryptprimitives.dll"
NEEDED = ("wine", "wineserver", "makensis", COMPILER)
"""What `scripts/test-packages.sh` installs for these tests."""


def missing_tools() -> list[str]:
    """What this machine lacks for tests under Wine."""
    return [name for name in NEEDED if shutil.which(name) is None]


def windows_path(path: Path) -> str:
    """How Windows programs call a file of this machine."""
    return str(PureWindowsPath("Z:" + str(path.absolute())))


@dataclass(frozen=True, slots=True)
class Ran:
    """A Windows program that has ended."""

    code: int
    raw: bytes
    errors: bytes

    @property
    def text(self) -> str:
        """Standard output."""
        return self.raw.decode("utf-8", "replace").replace("\r\n", "\n")

    @property
    def error_text(self) -> str:
        """Standard error."""
        return self.errors.decode("utf-8", "replace").replace("\r\n", "\n")


class WinePrefix:
    """A prefix in a folder. Programs get pipes, never files: CPython under Wine 8 dies with a file as its output."""

    def __init__(self, root: Path, *, locale: str = "C.UTF-8") -> None:
        self.root = root
        self._keeps_up: subprocess.Popen[bytes] | None = None
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith(("BOSMAN_", "PYTHON"))},
            "WINEPREFIX": str(root),
            "WINEARCH": "win64",
            "WINEDEBUG": "-all",
            "WINEDLLOVERRIDES": "mscoree=;mshtml=;winemenubuilder.exe=",
            # The C library need not know the locale: Wine reads its name.
            "LC_ALL": locale,
            "DISPLAY": "",
        }

    def set_for_services(self, name: str, value: str) -> None:
        """A variable of the machine: services have the machine's environment, not that of whoever starts them."""
        key = r"HKLM\SYSTEM\CurrentControlSet\Control\Session Manager\Environment"
        done = self.run(["reg.exe", "add", key, "/v", name, "/t", "REG_SZ", "/d", value, "/f"])
        assert done.code == 0, done.error_text

    @property
    def drive(self) -> Path:
        """Drive C: as this machine sees it."""
        return self.root / "drive_c"

    def start(self) -> "WinePrefix":
        """Make the prefix where there is none, and keep its server alive until `stop`."""
        fresh = not (self.root / "system.reg").exists()
        self.root.mkdir(parents=True, exist_ok=True)
        # Everything that Wine starts inherits what is open: nothing of ours may be.
        self._quiet("wineserver", "-p")
        if fresh:
            self._quiet("wineboot", "-i")
            self._quiet("wine", "winecfg", "-v", "win10")
            # The first service manager knows no environment yet, and its services would start without SystemRoot.
            self._end()
            self._quiet("wineserver", "-p")
        # The service manager lives as long as any program does: one that waits for its input keeps it there.
        self._keeps_up = subprocess.Popen(
            ["wine", "cmd"], env=self.environment, start_new_session=True,
            stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        self._quiet("wine", "cmd", "/c", "exit")
        return self

    def _quiet(self, *command: str) -> None:
        subprocess.run(command, env=self.environment, check=True, timeout=BOOT_SECONDS, start_new_session=True,
                       stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # fmt: skip

    def popen(
        self, command: Sequence[str | Path], environment: Mapping[str, str] | None = None, *, merged: bool = False
    ) -> "subprocess.Popen[bytes]":
        """Start a Windows program; its pipes are the caller's. `merged` sends its errors along with its output."""
        return subprocess.Popen(
            ["wine", *map(str, command)],
            env={**self.environment, **(environment or {})},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT if merged else subprocess.PIPE,
            start_new_session=True,
        )

    def run(
        self,
        command: Sequence[str | Path],
        *,
        timeout: float = RUN_SECONDS,
        environment: Mapping[str, str] | None = None,
        text: bytes = b"",
    ) -> Ran:
        """Run a Windows program to its end. Raises subprocess.TimeoutExpired."""
        process = self.popen(command, environment)
        said: dict[str, list[bytes]] = {"out": [], "err": []}
        readers = [
            threading.Thread(target=_read, args=(process.stdout, said["out"]), daemon=True),
            threading.Thread(target=_read, args=(process.stderr, said["err"]), daemon=True),
        ]
        for reader in readers:
            reader.start()
        assert process.stdin is not None
        with contextlib.suppress(BrokenPipeError):
            process.stdin.write(text)
            process.stdin.close()
        try:
            process.wait(timeout)
        except subprocess.TimeoutExpired:
            process.kill()
            raise
        for reader in readers:
            # What the program started may hold the pipes for ever.
            reader.join(DRAIN_SECONDS)
        return Ran(process.returncode, b"".join(said["out"]), b"".join(said["err"]))

    def processes(self, name: str) -> list[int]:
        """The ids, on this machine, of the Windows programs of a name in this prefix."""
        found = []
        for folder in Path("/proc").iterdir():
            with contextlib.suppress(OSError, ValueError):
                pid = int(folder.name)
                words = (folder / "cmdline").read_bytes().split(b"\0")
                program = PureWindowsPath(words[0].decode("utf-8", "replace")).name
                here = f"WINEPREFIX={self.root}\0".encode() in (folder / "environ").read_bytes() + b"\0"
                if program.lower() == name.lower() and here:
                    found.append(pid)
        return sorted(found)

    def stop(self) -> None:
        """End every program of the prefix."""
        if self._keeps_up is not None and self._keeps_up.stdin is not None:
            self._keeps_up.stdin.close()
        self._end()
        if self._keeps_up is not None:
            self._keeps_up.wait(15)

    def _end(self) -> None:
        subprocess.run(["wineserver", "-k"], env=self.environment, check=False, timeout=60,
                       stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # fmt: skip
        deadline = time.monotonic() + 15
        while time.monotonic() < deadline and self.processes("services.exe"):
            time.sleep(0.1)


def _read(file: IO[bytes] | None, into: list[bytes]) -> None:
    assert file is not None
    with file:
        while data := os.read(file.fileno(), 65536):
            into.append(data)


def add_missing_library(python: Path) -> None:
    """Give the interpreter's folder what Wine 8 lacks, and take away what crashes in it."""
    source = Path(__file__).with_name("bcryptprimitives.c")
    subprocess.run([COMPILER, "-shared", "-O2", "-o", str(python / MISSING_LIBRARY), str(source), "-ladvapi32"],
                   check=True, timeout=60)  # fmt: skip
    (python / "_wmi.pyd").unlink(missing_ok=True)
