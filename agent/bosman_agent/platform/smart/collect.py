"""Asks smartctl about every disk; what could not be asked is said as a problem."""

import asyncio
from collections.abc import Callable, Sequence

import msgspec

from bosman_agent.platform.base import Found
from bosman_agent.platform.processes import ProcessTimeoutError, run_collecting
from bosman_agent.platform.smart.aliases import NamedReading, disk_name, merge
from bosman_agent.platform.smart.locate import find_smartctl
from bosman_agent.platform.smart.parse import SmartUnreadableError, is_permission_error, parse_report
from bosman_agent.platform.smart.reading import SmartReading
from bosman_agent.platform.smart.verdict import assess
from bosman_agent.platform.tolerant_json import NotJsonError, entries, load_object
from bosman_protocol.codes import Code
from bosman_protocol.failures import ErrorDetail
from bosman_protocol.health import DiskHealth
from bosman_protocol.text import clean_text

SCAN_SECONDS = 60.0
DISK_SECONDS = 60.0
AT_ONCE = 4
MAX_DISKS = 256
MAX_PROBLEMS = 64
NOT_OPENED = 0x03
"""Bits of smartctl's exit status: it did not know how to ask, or the disk could not be opened (or sleeps)."""


class Device(msgspec.Struct, frozen=True):
    """A disk as `smartctl --scan-open` names it."""

    name: str
    kind: str
    error: str | None = None


class SmartDisks:
    """The health of the disks that smartctl finds."""

    def __init__(self, locate: Callable[[], str | None] = find_smartctl) -> None:
        self._locate = locate

    async def collect(self) -> Found[DiskHealth]:
        """Every disk that answers, and why others do not; never raises."""
        program = await asyncio.to_thread(self._locate)
        if program is None:
            return Found((), (ErrorDetail(Code.HEALTH_NO_SMARTCTL),))
        try:
            devices = parse_scan(await _output([program, "--scan-open", "-j"], SCAN_SECONDS))
        except (OSError, ProcessTimeoutError, NotJsonError) as error:
            return Found((), (_problem(Code.HEALTH_DISK_UNREADABLE, "", str(error)),))
        gate = asyncio.Semaphore(AT_ONCE)

        async def ask(device: Device) -> NamedReading | ErrorDetail:
            async with gate:
                return await _ask(program, device)

        answers = await asyncio.gather(*(ask(device) for device in devices[:MAX_DISKS]))
        answers += [_unreadable(device, "not asked: too many disks") for device in devices[MAX_DISKS:]]
        disks = merge(answer for answer in answers if isinstance(answer, NamedReading))
        return Found(
            tuple(assess(msgspec.structs.replace(disk.reading, device=disk.name)) for disk in disks),
            tuple(answer for answer in answers if isinstance(answer, ErrorDetail))[:MAX_PROBLEMS],
        )


def parse_scan(text: str) -> list[Device]:
    """The devices of `smartctl --scan-open -j`, each once. Raises NotJsonError."""
    devices: dict[str, Device] = {}
    for entry in entries(load_object(text).get("devices")):
        name, kind, error = (entry.get(key) for key in ("name", "type", "open_error"))
        # A name that begins with a dash would be an option to the next call.
        if not isinstance(name, str) or not name.strip() or name.startswith("-"):
            continue
        usable = kind if isinstance(kind, str) and kind and not kind.startswith("-") else "auto"
        devices.setdefault(f"{name}\0{usable}", Device(name, usable, error if isinstance(error, str) else None))
    return list(devices.values())


async def _output(argv: Sequence[str], seconds: float) -> str:
    # The exit code is a bit mask that the JSON holds too.
    return (await run_collecting(argv, timeout=seconds, env={"LC_ALL": "C.UTF-8"})).stdout


async def _ask(program: str, device: Device) -> NamedReading | ErrorDetail:
    if device.error is not None:
        return _unreadable(device, device.error)
    argv = [program, "-x", "-j", "-n", "standby,0", "-d", device.kind, device.name]
    try:
        reading = parse_report(await _output(argv, DISK_SECONDS))
    except (OSError, ProcessTimeoutError) as error:
        return _unreadable(device, f"{type(error).__name__}: {error}")
    except SmartUnreadableError as error:
        return _unreadable(device, str(error))
    if reading.exit_status & NOT_OPENED and not _asleep(reading):
        return _unreadable(device, "\n".join(reading.messages))
    return NamedReading(disk_name(device.name, device.kind), reading)


def _asleep(reading: SmartReading) -> bool:
    return any("STANDBY" in message or "SLEEP" in message for message in reading.messages)


def _unreadable(device: Device, detail: str) -> ErrorDetail:
    code = Code.HEALTH_NOT_PERMITTED if is_permission_error(detail) else Code.HEALTH_DISK_UNREADABLE
    return _problem(code, disk_name(device.name, device.kind), detail)


def _problem(code: Code, device: str, detail: str) -> ErrorDetail:
    return ErrorDetail(code, {"device": clean_text(device, 256)}, clean_text(detail, 4096, multiline=True) or None)
