"""A Windows machine under Wine with the agent's installer: what an administrator would do there, and look at."""

import contextlib
import json
import os
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from testkit.patience import patient
from testkit.wine.prefix import Ran, WinePrefix, add_missing_library, windows_path

INSTALL_SECONDS = 240.0
HIVE_SECONDS = 10.0


def wait_for(what: str, check: Callable[[], Any], seconds: float = 60.0) -> Any:
    """Wait for something true. Raises AssertionError naming it."""
    deadline = time.monotonic() + patient(seconds)
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError, ValueError):
            if value := check():
                return value
        time.sleep(0.1)
    raise AssertionError(f"{what}: not within {patient(seconds):g} s")


class WindowsMachine:
    """One machine."""

    def __init__(self, prefix: WinePrefix) -> None:
        self.prefix = prefix
        self.programs = prefix.drive / "Program Files" / "Bosman Agent"
        self.data = prefix.drive / "ProgramData" / "Bosman Agent"

    def install(self, installer: Path, *arguments: str) -> Ran:
        """Run the installer silently."""
        return self.prefix.run([windows_path(installer), "/S", *arguments], timeout=INSTALL_SECONDS)

    def uninstall(self) -> Ran:
        """Run the uninstaller where it lies, so that its end is the end of the removal."""
        folder = r"C:\Program Files\Bosman Agent"
        return self.prefix.run([rf"{folder}\uninstall.exe", "/S", f"_?={folder}"], timeout=INSTALL_SECONDS)

    def command(self, *words: str) -> Ran:
        """`bosman-agent` as an administrator calls it."""
        return self.prefix.run(["cmd.exe", "/d", "/c", r"C:\Program Files\Bosman Agent\bosman-agent.cmd", *words])

    def service_state(self) -> str:
        """`RUNNING`, `STOPPED`, … or an empty string where there is no such service."""
        said = self.prefix.run(["sc.exe", "query", "BosmanAgent"]).text
        lines = [line for line in said.splitlines() if "STATE" in line]
        return lines[0].split()[-1] if lines else ""

    def agent_pids(self) -> list[int]:
        """Processes of the agent itself (not of the service that keeps it)."""
        return self._pids("--supervised")

    def service_pids(self) -> list[int]:
        """The service's process."""
        return self._pids("bosman_agent.watchdog.services.windows_service")

    def _pids(self, word: str) -> list[int]:
        found = []
        for pid in self.prefix.processes("python.exe"):
            with contextlib.suppress(OSError):
                if word.encode() in Path(f"/proc/{pid}/cmdline").read_bytes():
                    found.append(pid)
        return found

    def kill(self, pid: int) -> None:
        """As if the machine had lost it: no goodbye."""
        os.kill(pid, signal.SIGKILL)

    def status(self) -> dict[str, Any]:
        """The agent's own status file."""
        status: dict[str, Any] = json.loads((self.data / "status.json").read_text())
        return status

    def connected(self) -> bool:
        """Whether a running agent says that it is connected."""
        status = self.status()
        return bool(status["connected_to"]) and not status["stopped"] and len(self.agent_pids()) == 1

    def log(self) -> str:
        """Everything that the agent has written to its log."""
        return "".join(
            path.read_text(errors="replace") for path in sorted((self.data / "logs").glob("agent.log*"), reverse=True)
        )

    def python(self) -> Path:
        """The interpreter of the version that is installed (the first of them)."""
        return min((self.programs / "versions").glob("*/python/python.exe"))

    def registry(self, key: str) -> str:
        """What `reg query` says of a key; empty where it is not there."""
        ran = self.prefix.run(["reg.exe", "query", key, "/s"])
        return ran.text if ran.code == 0 else ""

    def rss_bytes(self, pid: int) -> int:
        """Resident memory of a process."""
        pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE")

    def cpu_seconds(self, pid: int) -> float:
        """Processor time that a process has used."""
        fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def patch_for_wine(tree: Path) -> None:
    """Make a version folder run under Wine 8 (the tests' packages only; see `add_missing_library`)."""
    add_missing_library(tree / "python")
