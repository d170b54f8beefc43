"""Turns what programs print into text: UTF-16 and UTF-8 where it is that, the machine's code pages where it is not."""

import codecs

MAX_HELD_BYTES = 64 * 1024
FALLBACKS = ("cp852", "cp1250")
"""What Polish Windows writes: console programs, then the rest."""
_POLISH = frozenset("ąćęłńóśźżĄĆĘŁŃÓŚŹŻ")
_SIGNATURES = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_LOOK_BYTES = 64


class StreamDecoder:
    """Decodes one stream piece by piece; never raises, never holds back a finished line.

    `fallbacks` are code pages for lines that are no UTF-8; what fits a line best wins, the first in doubt,
    and what an earlier line of the stream was written in before that.
    """

    def __init__(self, fallbacks: tuple[str, ...] = FALLBACKS) -> None:
        self._fallbacks = fallbacks or FALLBACKS
        self._held = b""
        self._begun = False
        self._wide: codecs.IncrementalDecoder | None = None

    def feed(self, data: bytes) -> str:
        """Text that is certain by now; an unfinished line appears as far as it is clean UTF-8."""
        if not self._begun:
            self._held += data
            if not self._begin():
                return ""
            data, self._held = self._held, b""
        if self._wide is not None:
            return self._wide.decode(data)
        data = self._held + data
        end = data.rfind(b"\n") + 1
        text = self._decode_lines(data[:end])
        rest = data[end:]
        if len(rest) > MAX_HELD_BYTES:
            self._held = b""
            return text + self._decode_line(rest)
        clean, self._held = _split_clean(rest)
        return text + clean

    def finish(self) -> str:
        """What is left when the stream ends."""
        rest, self._held = self._held, b""
        if self._wide is not None:
            return self._wide.decode(rest, final=True)
        return self._decode_line(rest)

    def _begin(self) -> bool:
        """Look at the first bytes for a signature or for UTF-16 without one; False = too few to tell."""
        head = self._held
        for signature, name in _SIGNATURES:
            if head.startswith(signature):
                self._held = head[len(signature) :]
                return self._settle(name)
            if signature.startswith(head):
                return False
        wide = _looks_wide(head)
        # One byte says nothing yet of what the second may be.
        return self._settle(wide) if wide is not None or len(head) > 1 or head in {b"\n", b"\r"} else False

    def _settle(self, name: str | None) -> bool:
        self._begun = True
        if name is not None and name != "utf-8":
            self._wide = codecs.getincrementaldecoder(name)("replace")
        return True

    def _decode_lines(self, data: bytes) -> str:
        try:
            return data.decode("utf-8")
        except UnicodeDecodeError:
            return "".join(self._decode_line(line) for line in data.splitlines(keepends=True))

    def _decode_line(self, line: bytes) -> str:
        try:
            return line.decode("utf-8")
        except UnicodeDecodeError:
            ranked = sorted(
                ((_plausibility(line.decode(name, "replace")), -place, name)
                 for place, name in enumerate(self._fallbacks)),
                reverse=True,
            )  # fmt: skip
            best = ranked[0][2]
            if len(ranked) == 1 or ranked[0][0] > ranked[1][0]:
                # Certain: whatever writes this stream goes on in the same way.
                self._fallbacks = (best, *(name for name in self._fallbacks if name != best))
            return line.decode(best, "replace")


def _looks_wide(head: bytes) -> str | None:
    """UTF-16 without a signature: every other byte of Latin text is NUL."""
    sample = head[: _LOOK_BYTES // 2 * 2]
    if len(sample) < 2:
        return None
    low, high = sample[0::2], sample[1::2]
    if high.count(0) * 2 > len(high) and low.count(0) * 8 <= len(low):
        return "utf-16-le"
    if low.count(0) * 2 > len(low) and high.count(0) * 8 <= len(high):
        return "utf-16-be"
    return None


def _split_clean(data: bytes) -> tuple[str, bytes]:
    """The leading part that is valid UTF-8, unless the line will need a code page as a whole."""
    try:
        return data.decode("utf-8"), b""
    except UnicodeDecodeError as error:
        if error.reason == "unexpected end of data":
            # Only the last character is unfinished.
            return data[: error.start].decode("utf-8"), data[error.start :]
        return "", data


def _plausibility(text: str) -> int:
    """Polish letters speak for a code page; symbols in their place, and capitals within a word, against it."""
    score = 0
    previous = ""
    for char in text:
        if not char.isascii():
            score += 2 if char in _POLISH else -2
            if char.isupper() and previous.islower():
                score -= 3
        previous = char
    return score
