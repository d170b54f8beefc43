"""Facts of a Windows machine: registry, firmware, sessions; no PowerShell."""

import asyncio
import ctypes
import platform
import socket
import sys
from collections.abc import Callable
from datetime import UTC, datetime

import psutil

assert sys.platform == "win32"

import pywintypes
import win32net

from bosman_agent.platform.machine_names import guess_hypervisor, known_name
from bosman_agent.platform.networks import network_interfaces
from bosman_agent.platform.processes import ProcessTimeoutError, run_collecting
from bosman_agent.platform.tolerant_json import NotJsonError, entries, load_object
from bosman_agent.platform.volumes import mounted_volumes
from bosman_agent.platform.windows import facts_rules as rules
from bosman_agent.platform.windows.registry_tree import LOCAL_MACHINE, subkeys, values
from bosman_agent.platform.windows.registry_values import number, text
from bosman_agent.platform.windows.sessions import signed_in_users
from bosman_agent.platform.windows.smbios import system_serial
from bosman_protocol.reports import DeviceFacts, VolumeEncryption
from bosman_protocol.text import clean_text

VERSION = r"SOFTWARE\Microsoft\Windows NT\CurrentVersion"
BIOS = r"HARDWARE\DESCRIPTION\System\BIOS"
PROCESSOR = r"HARDWARE\DESCRIPTION\System\CentralProcessor\0"
TIME_ZONE = r"SYSTEM\CurrentControlSet\Control\TimeZoneInformation"
CLOUD_JOIN = r"SYSTEM\CurrentControlSet\Control\CloudDomainJoin\JoinInfo"
NETWORK = r"SYSTEM\CurrentControlSet\Services\Tcpip\Parameters"
BOOT = r"SYSTEM\CurrentControlSet\Control\Session Manager\Memory Management\PrefetchParameters"
RAW_SMBIOS = int.from_bytes(b"RSMB", "big")
IN_DOMAIN = 3
"""NetSetupDomainName of NETSETUP_JOIN_STATUS; 2 is a workgroup."""
CHILD = (sys.executable, "-m", "bosman_agent.platform.windows.encryption_child")
ENCRYPTION_SECONDS = 60.0
MAX_ENTRIES = 256
BOOT_SLACK_SECONDS = 120


class WindowsFacts:
    """Facts of this machine."""

    def __init__(self, users: Callable[[], list[str]] = signed_in_users) -> None:
        self._users = users

    def boot_id(self) -> str | None:
        """Windows' own count of starts; where it keeps none, the time of the start."""
        count = number(values(LOCAL_MACHINE, BOOT), "BootId")
        if count is not None:
            return f"start-{count}"
        # Derived from the clock, which may be corrected meanwhile.
        return f"at-{round(psutil.boot_time() / BOOT_SLACK_SECONDS)}"

    async def collect(self) -> DeviceFacts:
        """All facts; what cannot be found is None."""
        encryption = await _volume_encryption()
        return await asyncio.to_thread(self._collect, encryption)

    def _collect(self, encryption: tuple[VolumeEncryption, ...]) -> DeviceFacts:
        version, bios = values(LOCAL_MACHINE, VERSION), values(LOCAL_MACHINE, BIOS)
        vendor, model = known_name(text(bios, "SystemManufacturer")), known_name(text(bios, "SystemProductName"))
        in_domain, domain = _joined()
        machine = platform.machine()
        users = [clean_text(name, 256) for name in self._users()]
        return DeviceFacts(
            hostname=clean_text(socket.gethostname(), 256),
            os_family="windows",
            os_name=rules.product_name(version),
            os_version=rules.display_version(version),
            os_build=rules.build(version),
            kernel=clean_text(platform.version(), 256) or None,
            architecture=rules.ARCHITECTURES.get(machine.lower(), clean_text(machine, 256) or None),
            cpu_model=text(values(LOCAL_MACHINE, PROCESSOR), "ProcessorNameString"),
            cpu_cores=psutil.cpu_count(logical=True),
            memory_bytes=psutil.virtual_memory().total,
            vendor=vendor,
            model=model,
            serial_number=known_name(system_serial(_firmware_table())),
            virtualization=guess_hypervisor(vendor, model),
            last_boot_at=datetime.fromtimestamp(int(psutil.boot_time()), UTC),
            time_zone=rules.time_zone(text(values(LOCAL_MACHINE, TIME_ZONE), "TimeZoneKeyName")),
            disks=mounted_volumes(),
            network_interfaces=network_interfaces(),
            os_edition=text(version, "EditionID"),
            update_build_revision=number(version, "UBR"),
            domain=domain,
            join_state=rules.join_state(in_domain=in_domain, in_cloud=bool(subkeys(LOCAL_MACHINE, CLOUD_JOIN))),
            volume_encryption=encryption,
            signed_in_users=tuple(users[:MAX_ENTRIES]),
        )


def _joined() -> tuple[bool | None, str | None]:
    """Whether this machine is in a domain, and the name of the domain or workgroup."""
    try:
        name, status = win32net.NetGetJoinInformation()
    except (pywintypes.error, AttributeError, NotImplementedError):
        # pywin32 raises the last where this Windows lacks the function.
        return None, None
    in_domain = status == IN_DOMAIN
    dns = text(values(LOCAL_MACHINE, NETWORK), "Domain") if in_domain else None
    return in_domain, dns or clean_text(name or "", 256) or None


def _firmware_table() -> bytes:
    """The SMBIOS table; empty where there is none."""
    get_table = ctypes.windll.kernel32.GetSystemFirmwareTable
    size = get_table(RAW_SMBIOS, 0, None, 0)
    if not 0 < size < 1024 * 1024:
        return b""
    buffer = ctypes.create_string_buffer(size)
    return buffer.raw[: get_table(RAW_SMBIOS, 0, buffer, size)]


async def _volume_encryption() -> tuple[VolumeEncryption, ...]:
    """BitLocker's state of every volume; nothing where WMI does not tell (it needs an administrator)."""
    try:
        done = await run_collecting(CHILD, timeout=ENCRYPTION_SECONDS)
        answer = load_object(done.stdout)
    except (OSError, ProcessTimeoutError, NotJsonError):
        return ()
    found = (rules.volume_encryption(entry) for entry in entries(answer.get("volumes")))
    return tuple(volume for volume in found if volume is not None)[:MAX_ENTRIES]
