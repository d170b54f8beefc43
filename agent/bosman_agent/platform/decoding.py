"""Turns what programs print into text: UTF-16 and UTF-8 where it is that, the machine's code pages where it is not.

Every line is looked at by itself: the programs that one shell starts write the same stream in different ways.
"""

import codecs
from typing import Literal

from bosman_agent.platform.plausibility import plausibility
from bosman_agent.platform.wide_text import (
    LOOK_BYTES,
    TEXT_MODE_NEWLINE,
    Wide,
    has_controls,
    is_kana,
    is_narrow_line,
    line_end,
    looks_east_asian,
    looks_scripted,
    looks_wide,
    without_text_mode,
)

MAX_HELD_BYTES = 64 * 1024
FALLBACKS = ("cp852", "cp1250")
"""What Polish Windows writes: console programs, then the rest."""
Kind = Literal["narrow", "utf-16-le", "utf-16-be"]
_MARKS: tuple[tuple[bytes, Kind], ...] = (
    (codecs.BOM_UTF8, "narrow"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"),
)  # fmt: skip
_SURE_BYTES = 8
"""So many tell UTF-16 of a script from bytes that mean nothing."""
_EAST_ASIAN = frozenset({"cp932", "cp936", "cp949", "cp950"})


class StreamDecoder:
    """Decodes one stream piece by piece; never raises, never holds back a finished line.

    `fallbacks` are code pages for lines that are no UTF-8; what fits a line best wins, the first in doubt,
    and what an earlier line of the stream was written in before that.
    """

    def __init__(self, fallbacks: tuple[str, ...] = FALLBACKS) -> None:
        self._fallbacks = fallbacks or FALLBACKS
        self._held = b""
        self._begun = False
        self._kind: Kind | None = None
        """How the line is written that is being read; None between two lines."""
        self._before: Kind = "narrow"
        self._wide: codecs.IncrementalDecoder | None = None

    def feed(self, data: bytes) -> str:
        """Text that is certain by now; an unfinished line appears as far as it is clean UTF-8."""
        self._held += data
        return self._read(final=False)

    def finish(self) -> str:
        """What is left when the stream ends."""
        text = self._read(final=True)
        rest, self._held = self._held, b""
        if self._wide is not None and self._kind != "narrow":
            return text + self._wide.decode(rest, final=True)
        return text + self._decode_line(rest)

    def _read(self, *, final: bool) -> str:
        parts: list[str] = []
        while self._held:
            if self._kind is None:
                parts.append(self._plain_lines())
                self._kind = self._tell(final=final) if self._held else None
            if self._kind is None:
                break
            self._before = self._kind
            text, goes_on = self._narrow() if self._kind == "narrow" else self._wide_line(self._kind)
            parts.append(text)
            if not goes_on:
                break
        return "".join(parts)

    def _plain_lines(self) -> str:
        """All whole lines at once where they are UTF-8, as nearly everything is."""
        end = self._held.rfind(b"\n") + 1
        if not self._begun or self._before != "narrow" or not end or 0 in self._held[:end] or self._marked():
            return ""
        try:
            text = self._held[:end].decode()
        except UnicodeDecodeError:
            return ""
        if has_controls(self._held[:end]):
            return ""
        self._held = self._held[end:]
        return text

    def _marked(self) -> bool:
        return self._held.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))

    def _tell(self, *, final: bool) -> Kind | None:
        """How the line that begins here is written; None where more of it is needed to tell."""
        for mark, kind in _MARKS:
            if self._held.startswith(mark):
                self._held = self._held[len(mark) :]
                return self._settle(kind)
            if mark.startswith(self._held) and not self._begun and not final:
                return None
        if len(self._held) < 2 and not final and (self._before != "narrow" or not self._begun):
            # One byte says nothing yet of what the second may be.
            return None
        found = looks_wide(self._first_line()) or self._scripted(final=final) or self._as_before(final=final)
        return None if found == "wait" else self._settle(found)

    def _as_before(self, *, final: bool) -> Kind | Literal["wait"]:
        """A line that does not say what it is goes on as the last one, where that is possible."""
        if self._before == "narrow":
            return "narrow"
        narrow = is_narrow_line(self._held)
        if narrow is None:
            if not final:
                return "wait"
            narrow = self._held.isascii() and 0 not in self._held
        return "narrow" if narrow else self._before

    def _first_line(self) -> bytes:
        """The line with what may be the second half of its end."""
        end = self._held.find(b"\n")
        return self._held if end < 0 else self._held[: end + 2]

    def _scripted(self, *, final: bool) -> Wide | Literal["wait"] | None:
        """UTF-16 without a single zero: by its script, or because it makes no sense as anything else."""
        head = self._held[:LOOK_BYTES]
        if has_controls(head[:_SURE_BYTES]):
            if len(head) < _SURE_BYTES and not final:
                return "wait"
            found = looks_scripted(head)
            if found is not None:
                return found
        if self._begun or not _EAST_ASIAN.isdisjoint(self._fallbacks) or _is_utf8_so_far(head):
            return None
        if len(head) < LOOK_BYTES and b"\n" not in head and not final:
            return "wait"
        found = looks_east_asian(head)
        if found is None:
            return None
        pages = (*self._fallbacks, "utf-8")
        best = max(plausibility(head.decode(page, "replace"), page) for page in pages)
        return found if best < 0 or is_kana(head, found) else None

    def _settle(self, kind: Kind) -> Kind:
        self._begun = True
        self._wide = None if kind == "narrow" else codecs.getincrementaldecoder(kind)("replace")
        return kind

    def _wide_line(self, kind: Wide) -> tuple[str, bool]:
        assert self._wide is not None
        end = line_end(self._held, kind)
        if end:
            line, self._held = self._held[:end], self._held[end:]
            self._kind = None
            return self._wide.decode(without_text_mode(line)), True
        whole = len(self._held) // 2 * 2
        if self._held[:whole].endswith(TEXT_MODE_NEWLINE[:2]):
            whole -= 2
        line, self._held = self._held[:whole], self._held[whole:]
        return self._wide.decode(line), False

    def _narrow(self) -> tuple[str, bool]:
        end = self._held.find(b"\n") + 1
        if end:
            line, self._held = self._held[:end], self._held[end:]
            self._kind = None
            return self._decode_line(line), True
        if len(self._held) > MAX_HELD_BYTES:
            line, self._held = self._held, b""
            return self._decode_line(line), False
        clean, self._held = _split_clean(self._held)
        return clean, False

    def _decode_line(self, line: bytes) -> str:
        try:
            return line.decode("utf-8")
        except UnicodeDecodeError:
            pages = (*self._fallbacks, "utf-8")
            readings = [(line.decode(page, "replace"), page) for page in pages]
            ranked = sorted(
                ((plausibility(text, page), -place, page) for place, (text, page) in enumerate(readings)), reverse=True
            )
            best = ranked[0][2]
            if best != "utf-8" and ranked[0][0] > ranked[1][0]:
                # Certain: whatever writes this stream goes on in the same way.
                self._fallbacks = (best, *(name for name in self._fallbacks if name != best))
            return line.decode(best, "replace")


def _is_utf8_so_far(data: bytes) -> bool:
    """Whether this may be the beginning of UTF-8."""
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        return error.reason == "unexpected end of data"
    return True


def _split_clean(data: bytes) -> tuple[str, bytes]:
    """The leading part that is valid UTF-8, unless the line will need a code page as a whole."""
    try:
        return data.decode("utf-8"), b""
    except UnicodeDecodeError as error:
        if error.reason == "unexpected end of data":
            # Only the last character is unfinished.
            return data[: error.start].decode("utf-8"), data[error.start :]
        return "", data
