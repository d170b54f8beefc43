"""The NATS client protocol as bytes: an incremental parser and the few commands that a device sends.

A nats-py client weighs about half a megabyte; a fleet of thousands in one
process needs something lighter.
"""

from collections.abc import Iterator, Mapping

import msgspec

_CRLF = b"\r\n"
_MAX_LINE = 64 * 1024
"""The longest control line is INFO; a peer that sends more without a line break is no NATS server."""


class WireError(Exception):
    """The peer does not speak the NATS protocol."""


class Info(msgspec.Struct, frozen=True):
    """The server introduces itself; it may do so again at any time."""

    body: bytes


class Message(msgspec.Struct, frozen=True):
    """A delivered message. `status` is the code in a header line such as `NATS/1.0 503`, 0 without one."""

    subject: str
    sid: int
    reply: str
    payload: bytes
    status: int = 0
    header: bytes = b""


class Ping(msgspec.Struct, frozen=True):
    """The server wants a PONG."""


class Pong(msgspec.Struct, frozen=True):
    """Everything sent before our PING has been taken."""


class ServerError(msgspec.Struct, frozen=True):
    """`-ERR`; the server closes after most of them."""

    text: str


Event = Info | Message | Ping | Pong | ServerError


class Parser:
    """Turns bytes, however they are cut, into events."""

    def __init__(self) -> None:
        self._buffer = bytearray()

    def feed(self, data: bytes) -> Iterator[Event]:
        """Take bytes and yield the events they complete. Raises WireError."""
        self._buffer += data
        while True:
            end = self._buffer.find(_CRLF)
            if end < 0:
                if len(self._buffer) > _MAX_LINE:
                    raise WireError("line too long")
                return
            line = bytes(self._buffer[:end])
            verb = line[:4].upper()
            if verb in {b"MSG ", b"HMSG"}:
                message = self._take_message(line, end + 2)
                if message is None:
                    return
                yield message
                continue
            del self._buffer[: end + 2]
            event = _control(line)
            if event is not None:
                yield event

    def _take_message(self, line: bytes, start: int) -> Message | None:
        """The message whose control line ends at `start`, once all of it is here."""
        words = line.split()
        has_headers = words[0].upper() == b"HMSG"
        try:
            sizes = [int(word) for word in words[-2:]] if has_headers else [0, int(words[-1])]
            names = words[1 : -2 if has_headers else -1]
            subject, sid = names[0].decode(), int(names[1])
            reply = names[2].decode() if len(names) > 2 else ""
        except (ValueError, IndexError) as error:
            raise WireError(line[:100].decode(errors="replace")) from error
        header_size, total = sizes
        if len(self._buffer) < start + total + 2:
            return None
        body = bytes(self._buffer[start : start + total])
        del self._buffer[: start + total + 2]
        header = body[:header_size]
        return Message(subject, sid, reply, body[header_size:], _status(header), header)


def _status(header: bytes) -> int:
    words = header.split(_CRLF, 1)[0].split()
    return int(words[1]) if len(words) > 1 and words[1].isdigit() else 0


def _control(line: bytes) -> Event | None:
    upper = line[:5].upper()
    if upper.startswith(b"PING"):
        return Ping()
    if upper.startswith(b"PONG"):
        return Pong()
    if upper.startswith(b"INFO"):
        return Info(line[5:])
    if upper.startswith(b"-ERR"):
        return ServerError(line[5:].decode(errors="replace").strip("' "))
    if upper.startswith(b"+OK") or not line:
        return None
    raise WireError(line[:100].decode(errors="replace"))


PING = b"PING\r\n"
PONG = b"PONG\r\n"


def connect(name: str) -> bytes:
    """CONNECT of a device: its certificate says who it is, so there are no credentials."""
    options = {
        "verbose": False,
        "pedantic": False,
        "tls_required": True,
        "name": name,
        "lang": "bench",
        "version": "1",
        "protocol": 1,
        "echo": False,
        "headers": True,
        "no_responders": True,
    }
    return b"CONNECT " + msgspec.json.encode(options) + _CRLF


def subscribe(subject: str, sid: int) -> bytes:
    """SUB."""
    return f"SUB {subject} {sid}\r\n".encode()


def publish(subject: str, payload: bytes, *, reply: str = "", headers: Mapping[str, str] | None = None) -> bytes:
    """PUB, or HPUB with headers."""
    target = f"{subject} {reply}" if reply else subject
    if not headers:
        return f"PUB {target} {len(payload)}\r\n".encode() + payload + _CRLF
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    header = f"NATS/1.0\r\n{lines}\r\n".encode()
    head = f"HPUB {target} {len(header)} {len(header) + len(payload)}\r\n".encode()
    return head + header + payload + _CRLF


def header_of(message: Message, name: str) -> str:
    """The value of a header, empty where there is none."""
    for line in message.header.split(_CRLF):
        key, _, value = line.partition(b":")
        if key.decode(errors="replace") == name:
            return value.strip().decode(errors="replace")
    return ""
