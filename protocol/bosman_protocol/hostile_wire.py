"""What a client library of NATS lacks where its peers are hostile: for server and agent alike.

nats-py (2.16) stops reading for good, and says nothing, when a subject, a reply subject or a header of a message is
not what it expects; whoever may publish chooses those bytes. It does the same when the server answers a flush whose
caller was cancelled or no longer waits. Mixed into its Client, this reads on.
"""

import asyncio
import logging
import re
from typing import Any

log = logging.getLogger(__name__)

_ARGUMENT = rb"([^ \t\r\n]+)"
_REPLY = rb"(" + _ARGUMENT + rb"[ \t]+)?"
_MSG = re.compile(rb"\AMSG[ \t]+" + _ARGUMENT + rb"[ \t]+" + _ARGUMENT + rb"[ \t]+" + _REPLY + rb"(\d+)\r\n")
_HMSG = re.compile(
    rb"\AHMSG[ \t]+" + _ARGUMENT + rb"[ \t]+" + _ARGUMENT + rb"[ \t]+" + _REPLY + rb"(\d+)[ \t]+(\d+)\r\n"
)


def harden(parser: Any) -> None:
    """Make `nats.protocol.parser` split lines at spaces and tabs alone, as servers do: a form feed is no space."""
    parser.MSG_RE = _MSG
    parser.HMSG_RE = _HMSG


def _text(value: bytes) -> bytes:
    """Bytes that can be decoded; others name no subject that anybody has."""
    return bytes(value).decode("utf-8", "replace").encode()


class HostileWire:
    """To stand before nats-py's Client among the bases of a class."""

    async def _process_headers(self, headers: Any) -> Any:
        try:
            return await super()._process_headers(headers)  # type: ignore[misc]
        except Exception as error:  # noqa: BLE001 - whatever the bytes did
            log.warning("unreadable headers of a message: %s", type(error).__name__)
            return None

    async def _process_msg(self, sid: int, subject: bytes, reply: bytes, data: bytes, headers: Any) -> None:
        try:
            await super()._process_msg(sid, _text(subject), _text(reply), data, headers)  # type: ignore[misc]
        except Exception as error:  # noqa: BLE001 - as above
            log.warning("unreadable message dropped: %s", type(error).__name__)

    async def _process_pong(self) -> None:
        me: Any = self
        if me._pongs and me._pongs[0].done():  # noqa: SLF001 - it is our own base
            # nats-py would set the result of a future that its caller has given up, fail, and end reading.
            me._pongs[0] = asyncio.get_running_loop().create_future()  # noqa: SLF001 - as above
        await super()._process_pong()  # type: ignore[misc]

    async def _close(self, status: int, do_cbs: bool = True) -> None:  # noqa: FBT001, FBT002 - nats-py's own signature
        try:
            await super()._close(status, do_cbs)  # type: ignore[misc]
        except asyncio.CancelledError:
            task = asyncio.current_task()
            if task is not None and task.cancelling():
                raise
            # A reconnection was cancelled while it waited for the same transport to close: nobody cancelled us.
            me: Any = self
            for callback in (me._disconnected_cb, me._closed_cb) if do_cbs else ():  # noqa: SLF001 - as above
                if callback is not None:
                    await callback()

    async def _read_loop(self) -> None:
        await super()._read_loop()  # type: ignore[misc]
        # Nobody reads any more: a connection that looks alive and hears nothing would be the worst of all.
        me: Any = self
        if me.is_connected:
            await me._process_op_err(ConnectionError("reading ended"))  # noqa: SLF001 - it is our own base
