"""One reading made of what a program says; a value that cannot be one is "no reading", never 0."""

import math
import re
from typing import Literal

from bosman_protocol.health import SensorReading
from bosman_protocol.text import clean_text

Kind = Literal["temperature", "fan", "voltage", "power", "load"]
UNITS: dict[Kind, str] = {"temperature": "°C", "fan": "RPM", "voltage": "V", "power": "W", "load": "%"}
MAX_READINGS = 512
MAX_CELSIUS = 125.0
"""What is hotter has long been switched off: such values are of inputs to which nothing is connected."""
_NOT_A_READING = re.compile(r"distance to tj ?max", re.IGNORECASE)
"""How far a core is from its limit is no temperature, though LibreHardwareMonitor files it there."""
_NUMBER = re.compile(r"\s*([+-]?\d{1,15}(?:[.,]\d{1,15})?)(?![\d.,:])\s*(\S.*)?")


def reading(hardware: str, name: str, kind: Kind, value: float | None) -> SensorReading | None:
    """A reading within the bounds of the wire, None for what is no sensor at all."""
    if _NOT_A_READING.search(name):
        return None
    shown = clean_text(name, 256)
    return SensorReading(clean_text(hardware, 256), shown, kind, _plausible(kind, value), UNITS[kind])


def _plausible(kind: Kind, value: float | None) -> float | None:
    if value is None or not math.isfinite(value) or abs(value) > 1e9:
        return None
    # Boards show 0 for a probe that is not there.
    if kind == "temperature" and not 0 < abs(value) <= MAX_CELSIUS:
        return None
    return round(value, 3)


def number_with_unit(text: str) -> tuple[float, str] | None:
    """The number and the unit of "12,048 V", with a comma or a dot; None for "-", "NaN MHz" and the like."""
    match = _NUMBER.fullmatch(text.replace("\u00a0", " "))
    if match is None:
        return None
    return float(match[1].replace(",", ".")), (match[2] or "").strip()


def to_celsius(value: float, unit: str) -> float:
    """LibreHardwareMonitor shows Fahrenheit where its user asked for that."""
    return (value - 32) * 5 / 9 if unit.upper().endswith("F") else value


def sorted_readings(found: list[SensorReading]) -> tuple[SensorReading, ...]:
    """Temperatures first, so that the bound of the wire cuts off what matters least."""
    order = list(UNITS)
    return tuple(sorted(found, key=lambda item: order.index(item.kind))[:MAX_READINGS])
