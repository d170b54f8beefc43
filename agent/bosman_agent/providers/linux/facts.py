"""Facts from /proc, /sys and /etc."""

import asyncio
import contextlib
import os
import shlex
import socket
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import psutil

from bosman_agent.providers.processes import ProcessTimeoutError, run_collecting
from bosman_protocol.reports import DeviceFacts, Disk, NetworkInterface
from bosman_protocol.text import clean_text

assert sys.platform != "win32"

DMI_PLACEHOLDERS = frozenset(
    {"", "none", "default string", "system manufacturer", "system product name", "system serial number",
     "to be filled by o.e.m.", "not specified", "o.e.m.", "0", "unknown", "not applicable"}
)  # fmt: skip
HYPERVISORS = {
    "qemu": "qemu", "kvm": "kvm", "vmware": "vmware", "virtualbox": "oracle", "innotek": "oracle",
    "xen": "xen", "microsoft corporation virtual": "microsoft", "parallels": "parallels",
    "amazon ec2": "amazon", "google compute engine": "google", "bochs": "bochs",
}  # fmt: skip
MAX_ENTRIES = 256
MAX_ADDRESSES = 64


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
        kernel = os.uname()
        return DeviceFacts(
            hostname=clean_text(socket.gethostname(), 256),
            os_family="linux",
            os_name=_text(release.get("NAME")) or "Linux",
            os_version=_text(release.get("VERSION_ID")) or _text(release.get("VERSION_CODENAME")) or "",
            os_build=_text(self._read("etc/debian_version")),
            kernel=_text(kernel.release),
            architecture=_text(kernel.machine),
            cpu_model=_cpu_model(self._read("proc/cpuinfo") or ""),
            cpu_cores=psutil.cpu_count(logical=True),
            memory_bytes=psutil.virtual_memory().total,
            vendor=self._dmi("sys_vendor"),
            model=self._dmi("product_name"),
            serial_number=self._dmi("product_serial"),
            virtualization=virtualization,
            last_boot_at=datetime.fromtimestamp(int(psutil.boot_time()), UTC),
            time_zone=self._time_zone(),
            disks=tuple(_disks())[:MAX_ENTRIES],
            network_interfaces=tuple(_interfaces())[:MAX_ENTRIES],
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
        described = f"{self._dmi('sys_vendor') or ''} {self._dmi('product_name') or ''}".lower()
        for sign, name in HYPERVISORS.items():
            if sign in described:
                return name
        flags = self._read("proc/cpuinfo") or ""
        return "vm-other" if " hypervisor" in flags else None

    def _dmi(self, name: str) -> str | None:
        value = _text(self._read(f"sys/class/dmi/id/{name}"))
        return None if value is None or value.lower() in DMI_PLACEHOLDERS else value

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


def _disks() -> Iterator[Disk]:
    seen = set()
    for partition in psutil.disk_partitions(all=False):
        if partition.device in seen:
            continue
        try:
            usage = psutil.disk_usage(partition.mountpoint)
        except OSError:
            continue
        seen.add(partition.device)
        yield Disk(
            name=clean_text(partition.device, 256),
            mount_point=clean_text(partition.mountpoint, 256),
            file_system=clean_text(partition.fstype, 256),
            size_bytes=usage.total,
            free_bytes=usage.free,
        )


def _interfaces() -> Iterator[NetworkInterface]:
    for name, addresses in psutil.net_if_addrs().items():
        if name == "lo":
            continue
        mac = next((entry.address for entry in addresses if entry.family == psutil.AF_LINK), None)
        plain = [
            entry.address.split("%")[0] for entry in addresses if entry.family in {socket.AF_INET, socket.AF_INET6}
        ]
        yield NetworkInterface(
            name=clean_text(name, 256),
            mac_address=_text(mac),
            addresses=tuple(clean_text(address, 256) for address in plain[:MAX_ADDRESSES]),
        )
