"""Asks one source after the other; the first that has a reading is believed."""

from collections.abc import Awaitable, Callable, Sequence
from functools import partial

from bosman_agent.platform.base import Found
from bosman_agent.platform.sensors.sources import (
    Answer,
    SensorsUnavailableError,
    ask_kernel,
    ask_library,
    ask_nvidia,
    ask_web_server,
)
from bosman_protocol.codes import Code
from bosman_protocol.failures import ErrorDetail
from bosman_protocol.health import SensorReading
from bosman_protocol.text import clean_text

Source = tuple[str, Callable[[], Awaitable[Answer]]]
"""Its name in reports, and how it is asked."""


class OrderedSensors:
    """The sensors of a machine."""

    def __init__(self, sources: Sequence[Source]) -> None:
        self._sources = tuple(sources)

    async def collect(self) -> Found[SensorReading]:
        """The readings of the first source that has any, and why better ones had none; never raises."""
        problems: list[ErrorDetail] = []
        for name, ask in self._sources:
            try:
                answer = await ask()
            except SensorsUnavailableError as error:
                problems.append(_problem(name, "unavailable", str(error)))
                continue
            if answer.lacks_driver:
                problems.append(_problem(name, "no_driver"))
            if any(item.value is not None for item in answer.readings):
                # What came before and failed is of no interest then, but for what this very source lacks.
                return Found(answer.readings, tuple(problems[-1:]) if answer.lacks_driver else ())
            problems.append(_problem(name, "empty"))
        return Found((), tuple(problems) or (_problem("none", "empty"),))


def _problem(source: str, reason: str, detail: str | None = None) -> ErrorDetail:
    shown = clean_text(detail, 4096, multiline=True) if detail else None
    return ErrorDetail(Code.HEALTH_NO_SENSORS, {"source": source, "reason": reason}, shown)


def windows_sensors(web_port: int | None = None) -> OrderedSensors:
    """Sources of Windows; the web server only where a setting names its port."""
    sources: list[Source] = [("librehardwaremonitor", ask_library)]
    if web_port is not None:
        sources.append(("web_server", partial(ask_web_server, web_port)))
    return OrderedSensors([*sources, ("nvidia", ask_nvidia)])


def linux_sensors() -> OrderedSensors:
    """Sources of Linux."""
    return OrderedSensors([("kernel", ask_kernel), ("nvidia", ask_nvidia)])
