"""Runs the child that talks to Windows Update, with a limit for what may hang."""

import asyncio
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from bosman_agent.platform.base import ProviderError
from bosman_agent.platform.processes import run_streaming
from bosman_agent.platform.windows.wua.codes import Circumstances, explain
from bosman_agent.platform.windows.wua.wire import (
    MAX_LINE_CHARS,
    Event,
    Failed,
    Finished,
    NotConfirmed,
    Request,
    Searched,
    Step,
    decode_event,
    encode,
)
from bosman_protocol.codes import Code
from bosman_protocol.failures import ErrorDetail
from bosman_protocol.text import clean_text

SEARCH_SECONDS = 1800.0
SHORT_SECONDS = 120.0
"""For the history and the state, which ask no server."""
TAIL_CHARS = 2000

CHILD = (sys.executable, "-X", "utf8", "-m", "bosman_agent.platform.windows.wua.child")


class ChildRun:
    """One child, from its request to its last word."""

    def __init__(self, take: Callable[[Event], None], *, search_seconds: float) -> None:
        self._take = take
        self._search_seconds = search_seconds
        self._unfinished = ""
        self._tail = ""
        self._limit: asyncio.Timeout | None = None
        self._working = False
        self._finished = False
        self._failure: Failed | None = None

    async def run(self, request: Request, circumstances: Circumstances, *, child: Sequence[str] = CHILD) -> None:
        """Run it; events go to `take` as they come.

        A child whose search takes too long is stopped with everything that it started. Raises ProviderError:
        `updates.scan_hung`, `updates.not_available`, or what Windows Update failed with.
        """
        self._working = request.act in {"install", "uninstall"}
        seconds = SHORT_SECONDS if request.act in {"history", "state"} else self._search_seconds
        # Nobody but this account may read or write there, wherever the service's folder for such things is.
        folder = await asyncio.to_thread(tempfile.TemporaryDirectory, prefix="bosman-")
        try:
            path = Path(folder.name) / "request.json"
            await asyncio.to_thread(path.write_text, encode(request), encoding="ascii")
            async with asyncio.timeout(seconds) as self._limit:
                exit_code = await run_streaming([*child, str(path)], on_output=self._hear, timeout=None)
        except TimeoutError:
            raise ProviderError(ErrorDetail(Code.UPDATES_SCAN_HUNG, {"seconds": int(seconds)})) from None
        except OSError as error:
            raise ProviderError(ErrorDetail(Code.UPDATES_NOT_AVAILABLE, detail=str(error)[:TAIL_CHARS])) from error
        finally:
            await asyncio.to_thread(folder.cleanup)
        self._judge(exit_code, circumstances)

    def _judge(self, exit_code: int, circumstances: Circumstances) -> None:
        detail = clean_text(self._tail, TAIL_CHARS, multiline=True) or None
        if self._failure is not None and self._failure.hresult:
            raise ProviderError(explain(self._failure.hresult, circumstances, detail=self._failure.text))
        if self._failure is not None:
            raise ProviderError(ErrorDetail(Code.UPDATES_FAILED, detail=self._failure.text[-TAIL_CHARS:]))
        if not self._finished:
            raise ProviderError(ErrorDetail(Code.UPDATES_FAILED, {"exit_code": exit_code}, detail), exit_code=exit_code)

    def _hear(self, stream: str, text: str) -> None:
        if stream == "stderr":
            self._tail = (self._tail + text)[-TAIL_CHARS:]
            return
        *lines, self._unfinished = (self._unfinished + text).split("\n")
        if len(self._unfinished) > MAX_LINE_CHARS:
            self._unfinished = ""
        for line in lines:
            event = decode_event(line)
            if event is None:
                self._tail = (self._tail + line + "\n")[-TAIL_CHARS:]
            else:
                self._hear_event(event)

    def _hear_event(self, event: Event) -> None:
        if isinstance(event, Failed):
            self._failure = event
        elif isinstance(event, Finished):
            self._finished = True
        else:
            self._set_limit(event)
            self._take(event)

    def _set_limit(self, event: Event) -> None:
        """Searching may take only so long; downloading and installing as long as the task may."""
        if self._limit is None or not self._working:
            return
        if isinstance(event, Step) and event.phase in {"searching", "confirming"}:
            self._limit.reschedule(asyncio.get_running_loop().time() + self._search_seconds)
        elif isinstance(event, Step | Searched | NotConfirmed):
            self._limit.reschedule(None)
