"""Decodes a whole output whose encoding nobody tells: UTF-16 and UTF-8 by their marks, else as streams are."""

import codecs

from bosman_agent.platform.decoding import StreamDecoder

_WRONG_PAGES = ("cp437", "cp850", "cp852", "cp1250", "cp1252")
_UTF16 = ((codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))


def decode_output(data: bytes, pages: tuple[str, ...] = ()) -> str:
    """Text of UTF-8, UTF-16 or these code pages (none = those of Polish Windows); never raises."""
    for mark, name in _UTF16:
        if data.startswith(mark):
            return data[len(mark) :].decode(name, "replace")
    head = data[:2000]
    if head.count(0) > len(head) // 4:
        # Text of Latin letters in UTF-16 has a zero in every pair, and text in any other encoding has none.
        return data.decode("utf-16-be" if head[:1] == b"\0" else "utf-16-le", "replace")
    decoder = StreamDecoder(pages)
    return decoder.feed(data.removeprefix(codecs.BOM_UTF8)) + decoder.finish()


def undo_wrong_page(text: str) -> str:
    """Text as a program wrote it in UTF-8, where a shell took it for its own code page (PowerShell 5's `>` does).

    Words that mean what they say are next to never valid UTF-8 in a code page: then nothing is changed.
    """
    if text.isascii():
        return text
    for page in _WRONG_PAGES:
        try:
            return text.encode(page).decode()
        except UnicodeError:
            continue
    return text
