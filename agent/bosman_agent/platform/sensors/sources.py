"""Where readings can come from. Every source gives readings, or raises SensorsUnavailableError."""

import asyncio
import http.client
import os
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
import psutil

from bosman_agent.platform.processes import Completed, ProcessTimeoutError, run_collecting
from bosman_agent.platform.sensors.lhm_tree import KINDS, parse_tree
from bosman_agent.platform.sensors.readings import Kind, number_with_unit, reading, sorted_readings
from bosman_agent.platform.tolerant_json import NotJsonError, entries, load_object
from bosman_protocol.health import SensorReading

CHILD_SECONDS = 90.0
WEB_SECONDS = 5.0
NVIDIA_SECONDS = 20.0
MAX_TREE_BYTES = 8 * 1024 * 1024
CHILD = ("-m", "bosman_agent.platform.sensors.lhm_child")
NVIDIA_FIELDS: tuple[tuple[str, str, Kind], ...] = (
    ("temperature.gpu", "GPU Core", "temperature"),
    ("power.draw", "GPU Package", "power"),
    ("utilization.gpu", "GPU Core", "load"),
)


class SensorsUnavailableError(Exception):
    """A source has nothing to say; the text says why."""


class Answer(msgspec.Struct, frozen=True):
    """What a source found, and whether the driver is missing that it would need for the rest."""

    readings: tuple[SensorReading, ...]
    lacks_driver: bool = False


async def ask_library(command: Sequence[str] | None = None) -> Answer:
    """LibreHardwareMonitorLib, in a child process. Raises SensorsUnavailableError."""
    return parse_child(await _run(command or (sys.executable, *CHILD), CHILD_SECONDS))


def parse_child(done: Completed) -> Answer:
    """What the child printed. Raises SensorsUnavailableError."""
    try:
        answer = load_object(done.stdout)
    except NotJsonError as error:
        raise SensorsUnavailableError(f"exit code {done.exit_code}: {done.stderr[-1000:]}") from error
    if done.exit_code != 0:
        raise SensorsUnavailableError(str(answer.get("error", done.exit_code)))
    found = [_of_child(entry) for entry in entries(answer.get("sensors"))]
    return Answer(sorted_readings([item for item in found if item is not None]), answer.get("driver") is False)


def _of_child(entry: dict[str, object]) -> SensorReading | None:
    kind = KINDS.get(str(entry.get("type")))
    value = entry.get("value")
    if kind is None:
        return None
    # An int of hundreds of digits is JSON too, and no float.
    usable = isinstance(value, float) or (isinstance(value, int) and not isinstance(value, bool) and abs(value) < 2**53)
    number = float(value) if usable else None  # type: ignore[arg-type] # a number by the line above
    return reading(str(entry.get("hardware", "")), str(entry.get("name", "")), kind, number)


async def ask_web_server(port: int) -> Answer:
    """The web server of LibreHardwareMonitor, where an administrator runs one. Raises SensorsUnavailableError."""
    try:
        return Answer(parse_tree(await asyncio.to_thread(_fetch, port)))
    except (OSError, http.client.HTTPException, NotJsonError) as error:
        raise SensorsUnavailableError(f"port {port}: {error}") from error


def _fetch(port: int) -> str:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=WEB_SECONDS)
    try:
        connection.request("GET", "/data.json")
        response = connection.getresponse()
        if response.status != 200:
            raise OSError(f"status {response.status}")
        return response.read(MAX_TREE_BYTES).decode("utf-8", "replace")
    finally:
        connection.close()


async def ask_nvidia(program: str | None = None) -> Answer:
    """NVIDIA's own tool, for its cards. Raises SensorsUnavailableError."""
    found = program or _find_nvidia()
    if found is None:
        raise SensorsUnavailableError("no nvidia-smi")
    query = ",".join(("name", *(field for field, _, _ in NVIDIA_FIELDS)))
    done = await _run((found, f"--query-gpu={query}", "--format=csv,noheader,nounits"), NVIDIA_SECONDS)
    if done.exit_code != 0:
        raise SensorsUnavailableError(f"nvidia-smi: exit code {done.exit_code}")
    return Answer(parse_nvidia(done.stdout))


def _find_nvidia() -> str | None:
    if os.name == "nt":
        program = Path(os.environ.get("SYSTEMROOT", r"C:\Windows")) / "System32" / "nvidia-smi.exe"
        return str(program) if program.is_file() else None
    return shutil.which("nvidia-smi")


def parse_nvidia(text: str) -> tuple[SensorReading, ...]:
    """One line per card; "[N/A]" is no reading."""
    found = []
    for line in text.splitlines():
        # A name may hold a comma, the values do not.
        name, *values = line.rsplit(",", len(NVIDIA_FIELDS))
        if len(values) != len(NVIDIA_FIELDS) or not name.strip():
            continue
        for value, (_, label, kind) in zip(values, NVIDIA_FIELDS, strict=True):
            parsed = number_with_unit(value)
            item = reading(name, label, kind, None if parsed is None else parsed[0])
            if item is not None:
                found.append(item)
    return sorted_readings(found)


async def ask_kernel() -> Answer:
    """Linux' hwmon, through psutil. Raises SensorsUnavailableError."""
    try:
        return Answer(await asyncio.to_thread(_kernel_readings))
    except (OSError, ValueError, psutil.Error) as error:
        raise SensorsUnavailableError(f"hwmon: {error}") from error


def _kernel_readings() -> tuple[SensorReading, ...]:
    # psutil has these on Linux alone, and its types say so.
    kernel: Any = psutil
    if not hasattr(kernel, "sensors_temperatures"):
        raise SensorsUnavailableError("no hwmon")
    found = []
    groups: tuple[tuple[Kind, Any], ...] = (
        ("temperature", kernel.sensors_temperatures()),
        ("fan", kernel.sensors_fans()),
    )
    for kind, chips in groups:
        for chip, values in chips.items():
            found += [reading(chip, item.label or chip, kind, float(item.current)) for item in values]
    return sorted_readings([item for item in found if item is not None])


async def _run(argv: Sequence[str], seconds: float) -> Completed:
    try:
        return await run_collecting(argv, timeout=seconds)
    except ProcessTimeoutError as error:
        raise SensorsUnavailableError(f"{argv[0]}: timed out") from error
    except OSError as error:
        raise SensorsUnavailableError(f"{argv[0]}: {error}") from error
