"""A process of its own that asks LibreHardwareMonitorLib once and prints what it says, as JSON.

Apart, because a fault in .NET or in a driver must not end the agent. Nothing is installed here: without the PawnIO
driver the library reads what it can without it (graphics, memory, battery, not the processor or the board), and says
so. Needs Windows, .NET Framework 4.7.2 and the package HardwareMonitor.
"""

import json
import sys
from typing import Any

assert sys.platform == "win32"

import winreg

EXIT_UNAVAILABLE = 3
DRIVER_KEY = r"SOFTWARE\Microsoft\Windows\CurrentVersion\Uninstall\PawnIO"
PARTS = ("cpu", "gpu", "memory", "motherboard", "battery", "controller", "psu")
"""Not storage: smartctl asks the disks, and asking twice wakes them twice."""


def main() -> int:
    """Print one object; the process's exit code."""
    try:
        from HardwareMonitor.Util import OpenComputer  # noqa: PLC0415 - it starts .NET, and fails in its own ways
    except Exception as error:  # noqa: BLE001 - .NET raises its own exceptions, and a missing one raises anything
        return _give_up(f"{type(error).__name__}: {error}")
    computer = OpenComputer(**dict.fromkeys(PARTS, True))
    try:
        found = [entry for hardware in computer.Hardware for entry in _sensors(hardware)]
    finally:
        computer.Close()
    sys.stdout.write(json.dumps({"driver": _has_driver(), "sensors": found}) + "\n")
    return 0


def _give_up(reason: str) -> int:
    sys.stdout.write(json.dumps({"error": reason[:1000]}) + "\n")
    return EXIT_UNAVAILABLE


def _sensors(hardware: Any) -> list[dict[str, object]]:
    found = []
    for part in (hardware, *hardware.SubHardware):
        for sensor in part.Sensors:
            value = sensor.Value
            found.append(
                {
                    "hardware": str(part.Name),
                    "name": str(sensor.Name),
                    "type": sensor.SensorType.ToString(),
                    "value": None if value is None else float(value),
                }
            )
    return found


def _has_driver() -> bool:
    try:
        with winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, DRIVER_KEY, 0, winreg.KEY_READ | winreg.KEY_WOW64_64KEY):
            return True
    except OSError:
        return False


if __name__ == "__main__":
    sys.exit(main())
