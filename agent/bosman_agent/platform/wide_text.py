"""Knows UTF-16 by its bytes where no mark says so."""

from typing import Literal

LOOK_BYTES = 64
Wide = Literal["utf-16-le", "utf-16-be"]
_CONTROLS = frozenset(range(1, 7)) | frozenset(range(14, 27)) | frozenset(range(28, 32))
"""What no text of one byte a character has, and what the second bytes of most scripts are (0x04: Cyrillic)."""
TEXT_MODE_NEWLINE = b"\r\n\0"
"""A newline of UTF-16 that a C library wrote in text mode: it puts a byte of return before every byte of newline."""
_FEWEST = 4
"""Characters that have to agree on a script."""
_UNITS: tuple[tuple[Wide, int], ...] = (("utf-16-le", 1), ("utf-16-be", 0))


def looks_wide(head: bytes) -> Wide | None:
    """By its zeros: every other byte of Latin text is NUL."""
    at = head.find(TEXT_MODE_NEWLINE)
    if at > 0 and at % 2 == 0 and looks_wide(head[:at]) == "utf-16-le":
        return "utf-16-le"
    sample = head[: min(len(head), LOOK_BYTES) // 2 * 2]
    if len(sample) < 2:
        return None
    low, high = sample[0::2], sample[1::2]
    if high.count(0) * 2 > len(high) and low.count(0) * 8 <= len(low):
        return "utf-16-le"
    if low.count(0) * 2 > len(low) and high.count(0) * 8 <= len(high):
        return "utf-16-be"
    return None


def has_controls(head: bytes) -> bool:
    """Whether there are bytes that speak for UTF-16 of another script than the Latin one."""
    return not _CONTROLS.isdisjoint(head[:LOOK_BYTES])


def looks_scripted(head: bytes) -> Wide | None:
    """By its script: the same half of nearly every character has one value that is no character by itself."""
    sample = head[: min(len(head), LOOK_BYTES) // 2 * 2]
    for name, place in _UNITS:
        script = sample[place::2]
        if len(script) < _FEWEST:
            return None
        value, times = max(((value, script.count(value)) for value in set(script)), key=lambda found: found[1])
        varied = len(set(sample[1 - place :: 2])) > 1
        if value in _CONTROLS and times * 10 >= len(script) * 6 and varied:
            return name
    return None


def looks_east_asian(head: bytes) -> Wide | None:
    """By its meaning: all of it are Chinese, Japanese or Korean characters. Latin text may look so, too."""
    sample = head[: min(len(head), LOOK_BYTES) // 2 * 2]
    for name, _ in _UNITS:
        try:
            text = sample.decode(name)
        except UnicodeDecodeError:
            continue
        if len(text) > 1 and all(_is_east_asian(char) or char in "\r\n\t 0123456789" for char in text):
            return name
    return None


def is_kana(head: bytes, wide: Wide) -> bool:
    """Whether most of it is Japanese syllables: as one byte a character, every other one would be the digit 0."""
    text = head[: min(len(head), LOOK_BYTES) // 2 * 2].decode(wide, "replace")
    return sum(0x3000 <= ord(char) <= 0x30FF for char in text) * 10 >= len(text) * 6


def _is_east_asian(char: str) -> bool:
    code = ord(char)
    return 0x3000 <= code <= 0x30FF or 0x4E00 <= code <= 0x9FFF or 0xAC00 <= code <= 0xD7A3 or 0xFF00 <= code <= 0xFFEF


def line_end(data: bytes, wide: Wide) -> int:
    """Where the first line of UTF-16 text ends, 0 where its end is not there yet; an odd end is one of text mode."""
    newline = "\n".encode(wide)
    at = data.find(newline)
    # As a character a byte of return and one of newline are U+0A0D, which is none.
    while at > 0 and at % 2 and not (wide == "utf-16-le" and data[at - 1 : at] == b"\r"):
        at = data.find(newline, at + 1)
    return at + 2 if at >= 0 else 0


def without_text_mode(line: bytes) -> bytes:
    """A line, as far as `line_end` says, without the byte that text mode has put into it."""
    return line[: -len(TEXT_MODE_NEWLINE)] + TEXT_MODE_NEWLINE[1:] if len(line) % 2 else line


def is_narrow_line(data: bytes) -> bool | None:
    """Whether what follows a line of UTF-16 is a line of one byte a character; None = too little to tell."""
    sample = data[:LOOK_BYTES]
    if 0 in sample[: sample.find(b"\n") + 2 or None]:
        return False
    end = sample.find(b"\n")
    if end < 0:
        return None if len(data) < LOOK_BYTES else _is_plain(sample)
    return sample[: end + 1].endswith(b"\r\n") or (end > _FEWEST and _is_plain(sample[: end + 1]))


def _is_plain(data: bytes) -> bool:
    try:
        return data.decode("utf-8").replace("\n", "").replace("\r", "").replace("\t", "").isprintable()
    except UnicodeDecodeError:
        return False
