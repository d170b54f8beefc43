"""Lets progress out at most once a second, and never swallows the last news."""

import asyncio
from collections.abc import Callable
from typing import Any
from uuid import UUID

from bosman_agent.clock import utc_now
from bosman_protocol.failures import ParamValue
from bosman_protocol.progress import NoteCode
from bosman_protocol.uplink import TaskProgress

INTERVAL_SECONDS = 1.0


class ProgressReporter:
    """The `progress` of one task."""

    def __init__(self, task_id: UUID, send: Callable[[TaskProgress], Any]) -> None:
        self._task_id = task_id
        self._send = send
        self._latest: tuple[int | None, NoteCode | None, dict[str, ParamValue]] | None = None
        self._timer: asyncio.TimerHandle | None = None

    def __call__(self, percent: int | None, code: NoteCode | None = None, **params: ParamValue) -> None:
        """Take the news; it leaves now, or once a second has passed since the last."""
        self._latest = (percent, code, params)
        if self._timer is None:
            self._emit()

    def stop(self) -> None:
        """Nothing leaves after this."""
        if self._timer is not None:
            self._timer.cancel()
        self._latest = None

    def _emit(self) -> None:
        self._timer = None
        if self._latest is None:
            return
        percent, code, params = self._latest
        self._latest = None
        bounded = None if percent is None else max(0, min(100, percent))
        self._send(TaskProgress(self._task_id, utc_now(), bounded, code, params))
        self._timer = asyncio.get_running_loop().call_later(INTERVAL_SECONDS, self._emit)
