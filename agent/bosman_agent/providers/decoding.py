"""Turns what programs print into text: UTF-8 where it is, the Polish code pages where it is not."""

MAX_HELD_BYTES = 64 * 1024
FALLBACKS = ("cp1250", "cp852")
_POLISH = frozenset("ąćęłńóśźżĄĆĘŁŃÓŚŹŻ")


class StreamDecoder:
    """Decodes one stream piece by piece; never raises, never holds back a finished line."""

    def __init__(self) -> None:
        self._held = b""

    def feed(self, data: bytes) -> str:
        """Text that is certain by now; an unfinished line appears as far as it is clean UTF-8."""
        data = self._held + data
        end = data.rfind(b"\n") + 1
        text = _decode_lines(data[:end])
        rest = data[end:]
        if len(rest) > MAX_HELD_BYTES:
            self._held = b""
            return text + _decode_line(rest)
        clean, self._held = _split_clean(rest)
        return text + clean

    def finish(self) -> str:
        """What is left when the stream ends."""
        rest, self._held = self._held, b""
        return _decode_line(rest)


def _split_clean(data: bytes) -> tuple[str, bytes]:
    """The leading part that is valid UTF-8, unless the line will need a code page as a whole."""
    try:
        return data.decode("utf-8"), b""
    except UnicodeDecodeError as error:
        if error.reason == "unexpected end of data":
            # Only the last character is unfinished.
            return data[: error.start].decode("utf-8"), data[error.start :]
        return "", data


def _decode_lines(data: bytes) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return "".join(_decode_line(line) for line in data.splitlines(keepends=True))


def _decode_line(line: bytes) -> str:
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError:
        candidates = [line.decode(name, "replace") for name in FALLBACKS]
        return max(candidates, key=_plausibility)


def _plausibility(text: str) -> int:
    """Polish letters speak for a code page; symbols in their place speak against it."""
    return sum(1 if char in _POLISH else -1 for char in text if not char.isascii())
