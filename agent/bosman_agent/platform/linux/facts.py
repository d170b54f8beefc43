"""Facts from /proc, /sys and /etc."""

import asyncio
import contextlib
import platform
import shlex
import socket
from datetime import UTC, datetime
from pathlib import Path

import psutil

from bosman_agent.platform.machine_names import guess_hypervisor, known_name
from bosman_agent.platform.networks import network_interfaces
from bosman_agent.platform.processes import ProcessTimeoutError, run_collecting
from bosman_agent.platform.volumes import mounted_volumes
from bosman_protocol.reports import DeviceFacts
from bosman_protocol.text import clean_text

MAX_USERS = 256


class LinuxFacts:
    """Facts of this machine; files are looked for below `root`."""

    def __init__(self, root: Path = Path("/")) -> None:
        self._root = root

    def boot_id(self) -> str | None:
        """The kernel's id of this boot."""
        return self._read("proc/sys/kernel/random/boot_id")

    async def collect(self) -> DeviceFacts:
        """All facts; what cannot be found is None."""
        virtualization = await self._detect_virtualization()
        return await asyncio.to_thread(self._collect, virtualization)

    def _collect(self, virtualization: str | None) -> DeviceFacts:
        release = parse_os_release(self._read("etc/os-release") or "")
        return DeviceFacts(
            hostname=clean_text(socket.gethostname(), 256),
            os_family="linux",
            os_name=_text(release.get("NAME")) or "Linux",
            os_version=_text(release.get("VERSION_ID")) or _text(release.get("VERSION_CODENAME")) or "",
            os_build=_text(self._read("etc/debian_version")),
            kernel=_text(platform.release()),
            architecture=_text(platform.machine()),
            cpu_model=_cpu_model(self._read("proc/cpuinfo") or ""),
            cpu_cores=psutil.cpu_count(logical=True),
            memory_bytes=psutil.virtual_memory().total,
            vendor=self._dmi("sys_vendor"),
            model=self._dmi("product_name"),
            serial_number=self._dmi("product_serial"),
            virtualization=virtualization,
            last_boot_at=datetime.fromtimestamp(int(psutil.boot_time()), UTC),
            time_zone=self._time_zone(),
            disks=mounted_volumes(),
            network_interfaces=network_interfaces(),
            signed_in_users=_signed_in_users(),
        )

    async def _detect_virtualization(self) -> str | None:
        try:
            done = await run_collecting(["systemd-detect-virt"], timeout=10)
        except (OSError, ProcessTimeoutError):
            return self._guess_virtualization()
        name = clean_text(done.stdout, 256)
        # It says "none" and exits with 1 on bare metal.
        return None if name in {"", "none"} else name

    def _guess_virtualization(self) -> str | None:
        name = guess_hypervisor(self._dmi("sys_vendor"), self._dmi("product_name"))
        if name is not None:
            return name
        flags = self._read("proc/cpuinfo") or ""
        return "vm-other" if " hypervisor" in flags else None

    def _dmi(self, name: str) -> str | None:
        return known_name(self._read(f"sys/class/dmi/id/{name}"))

    def _time_zone(self) -> str | None:
        named = _text(self._read("etc/timezone"))
        if named:
            return named
        with contextlib.suppress(OSError):
            target = (self._root / "etc/localtime").readlink().as_posix()
            if "zoneinfo/" in target:
                return _text(target.split("zoneinfo/", 1)[1])
        return None

    def _read(self, path: str) -> str | None:
        try:
            with (self._root / path).open(encoding="utf-8", errors="replace") as file:
                return file.read(256 * 1024).strip()
        except OSError:
            return None


def _signed_in_users() -> tuple[str, ...]:
    names = dict.fromkeys(clean_text(session.name, 256) for session in psutil.users())
    return tuple(name for name in names if name)[:MAX_USERS]


def parse_os_release(text: str) -> dict[str, str]:
    """Keys and values of os-release(5); lines that are none are passed over."""
    values = {}
    for line in text.splitlines():
        key, separator, value = line.strip().partition("=")
        if not separator or key.startswith("#"):
            continue
        try:
            words = shlex.split(value)
        except ValueError:
            continue
        values[key] = " ".join(words)
    return values


def _text(value: str | None) -> str | None:
    return (clean_text(value, 256) or None) if value else None


def _cpu_model(cpuinfo: str) -> str | None:
    for line in cpuinfo.splitlines():
        key, _, value = line.partition(":")
        if key.strip() in {"model name", "Model", "cpu model"}:
            return _text(value)
    return None
