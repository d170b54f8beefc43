"""Text that a device sent, for files and terminals: what would be obeyed is shown instead.

A terminal that shows a file obeys escape sequences in it: they retitle, overwrite, hide, and with some terminals
type. Right-to-left characters change in which order a line reads. Both stay in what is stored, and browsers show text
as text; here is what leaves for elsewhere.
"""

import re
from collections.abc import AsyncIterator

import msgspec

_BIDI = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff"
_OBEYED = re.compile(f"\r\n|[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029{_BIDI}]")
_ESCAPED = re.compile(f"[\x7f-\x9f\u2028\u2029{_BIDI}]")
_PICTURES = 0x2400
_DELETE = 0x7F


def visible(text: str) -> str:
    """The text with pictures of control characters (`␛`, `␍`) or their numbers; line breaks and tabs stay."""
    return _OBEYED.sub(_picture, text)


def _picture(found: re.Match[str]) -> str:
    if found[0] == "\r\n":
        return "\n"
    code = ord(found[0])
    if code == _DELETE:
        return "\u2421"
    return chr(_PICTURES + code) if code < 0x20 else f"<U+{code:04X}>"


async def shown(pieces: AsyncIterator[str]) -> AsyncIterator[str]:
    """The same for a text in pieces: a line break may lie across two of them."""
    kept = ""
    async for piece in pieces:
        text = kept + piece
        kept = "\r" if text.endswith("\r") else ""
        yield visible(text.removesuffix(kept) if kept else text)
    if kept:
        yield visible(kept)


def escaped_json(value: object) -> bytes:
    """JSON that reads the same, in which nothing is left that a terminal would obey."""
    text = msgspec.json.encode(value).decode()
    return _ESCAPED.sub(lambda found: f"\\u{ord(found[0]):04x}", text).encode()
