"""Agent strings are hostile: one cleaning function for both sides."""

import unicodedata

_KEEP = {"\n", "\t"}


def clean_text(value: str, max_length: int, *, multiline: bool = False) -> str:
    """Text without control, format and surrogate characters, cut to `max_length` characters.

    Bidirectional overrides and zero-width characters go too (category Cf): they
    serve to make one name look like another. Line breaks stay only where
    `multiline` says so.
    """
    # Cut first with room to spare, so that ten megabytes cost no more than the limit does.
    rough = value[: max_length * 4]
    kept = "".join(
        char
        for char in rough
        if (multiline and char in _KEEP) or unicodedata.category(char) not in {"Cc", "Cf", "Cs", "Co", "Cn"}
    )
    return kept.strip()[:max_length]
