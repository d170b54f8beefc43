"""Reads `data.json` of LibreHardwareMonitor's web server.

A tree of nodes: hardware has HardwareId, a sensor SensorId and Type. Values are text with a unit, in the locale of the
machine ("12,048 V", "55.0 °C", "-", "NaN MHz").
"""

from collections.abc import Iterator

from bosman_agent.platform.sensors.readings import Kind, number_with_unit, reading, sorted_readings, to_celsius
from bosman_agent.platform.tolerant_json import NotJsonError, entries, load_object
from bosman_protocol.health import SensorReading

KINDS: dict[str, Kind] = {
    "Temperature": "temperature",
    "Fan": "fan",
    "Voltage": "voltage",
    "Power": "power",
    "Load": "load",
}
MAX_NODES = 20_000


def parse_tree(text: str) -> tuple[SensorReading, ...]:
    """Every sensor of the kinds that we report. Raises NotJsonError."""
    root = load_object(text)
    if "Children" not in root:
        raise NotJsonError("no tree of sensors")
    return sorted_readings(list(_readings(root)))


def _readings(root: dict[str, object]) -> Iterator[SensorReading]:
    # Without recursion: how deep a hostile tree goes is not ours to decide.
    waiting: list[tuple[dict[str, object], str]] = [(root, "")]
    for _ in range(MAX_NODES):
        if not waiting:
            return
        node, hardware = waiting.pop()
        name = _text(node, "Text")
        if "HardwareId" in node:
            hardware = name
        found = _reading(node, hardware, name)
        if found is not None:
            yield found
        waiting.extend((child, hardware) for child in reversed(entries(node.get("Children"))))


def _reading(node: dict[str, object], hardware: str, name: str) -> SensorReading | None:
    kind = KINDS.get(_text(node, "Type"))
    if kind is None or "SensorId" not in node:
        return None
    parsed = number_with_unit(_text(node, "Value"))
    value = None if parsed is None else parsed[0]
    if parsed is not None and kind == "temperature":
        value = to_celsius(*parsed)
    return reading(hardware, name, kind, value)


def _text(node: dict[str, object], key: str) -> str:
    value = node.get(key)
    return value if isinstance(value, str) else ""
