"""Progress of apt-get: the pipe behind APT::Status-Fd."""

import asyncio
import contextlib
import os
from typing import Self

from bosman_agent.platform.base import ReportStep
from bosman_agent.platform.linux.apt_parse import parse_status

DOWNLOAD_SHARE = 0.3
"""Downloading counts for this much of the whole; apt itself counts each phase from 0 to 100."""
LINE_BYTES = 64 * 1024


class StatusPipe:
    """Reads status lines for as long as the context lasts and passes them on as progress."""

    def __init__(self, progress: ReportStep) -> None:
        self._progress = progress
        self._read_fd, self.child_fd = os.pipe()
        self._child_open = True
        self._transport: asyncio.ReadTransport | None = None
        self._reader: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        """Begin to read."""
        stream = asyncio.StreamReader(limit=LINE_BYTES)
        transport, _ = await asyncio.get_running_loop().connect_read_pipe(
            lambda: asyncio.StreamReaderProtocol(stream), os.fdopen(self._read_fd, "rb")
        )
        self._transport = transport
        self._reader = asyncio.create_task(self._read(stream))
        return self

    async def __aexit__(self, *_: object) -> None:
        """Stop reading; what dpkg's children may still write is of no interest."""
        if self._child_open:
            os.close(self.child_fd)
            self._child_open = False
        assert self._reader is not None
        assert self._transport is not None
        await asyncio.wait({self._reader}, timeout=1.0)
        self._reader.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._reader
        self._transport.close()

    async def _read(self, stream: asyncio.StreamReader) -> None:
        while True:
            try:
                line = await stream.readline()
            except ValueError:
                # Longer than any status line is: not worth more than being passed over.
                continue
            if not line:
                return
            self._show(line.decode("utf-8", "replace"))

    def _show(self, line: str) -> None:
        status = parse_status(line)
        if status is None:
            return
        if status.kind == "dlstatus":
            self._progress(int(status.percent * DOWNLOAD_SHARE), "apt.downloading")
        else:
            percent = int(100 * DOWNLOAD_SHARE + status.percent * (1 - DOWNLOAD_SHARE))
            self._progress(percent, "apt.installing", package=status.package)
