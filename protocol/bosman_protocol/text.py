"""Agent strings are hostile: one cleaning function for both sides."""

import unicodedata
from typing import Any

_KEEP = {"\n", "\t"}


def clean_text(value: str, max_length: int, *, multiline: bool = False) -> str:
    """Text without control, format and surrogate characters, cut to `max_length` characters.

    Bidirectional overrides and zero-width characters go too (category Cf): they
    serve to make one name look like another. Line breaks stay only where
    `multiline` says so.
    """
    if len(value) <= max_length and value.isascii() and value.isprintable():
        return value.strip()
    # Cut first with room to spare, so that ten megabytes cost no more than the limit does.
    rough = value[: max_length * 4]
    kept = "".join(
        char
        for char in rough
        if (multiline and char in _KEEP) or unicodedata.category(char) not in {"Cc", "Cf", "Cs", "Co", "Cn"}
    )
    return kept.strip()[:max_length]


def clean_value(value: Any) -> Any:
    """A decoded JSON value with all its strings and names cleaned; line breaks and tabs stay.

    Raises RecursionError for a value that is nested too deeply.
    """
    if isinstance(value, str):
        return clean_text(value, len(value), multiline=True)
    if isinstance(value, list):
        return [clean_value(item) for item in value]
    if isinstance(value, dict):
        return {clean_value(key): clean_value(item) for key, item in value.items()}
    return value


def storable(value: Any) -> Any:
    """A decoded JSON value without what no database takes: NUL and lone surrogates in its strings and names.

    Raises RecursionError for a value that is nested too deeply.
    """
    if isinstance(value, str):
        return value if value.isascii() and "\x00" not in value else _without_unstorable(value)
    if isinstance(value, list):
        return [storable(item) for item in value]
    if isinstance(value, dict):
        return {storable(key): storable(item) for key, item in value.items()}
    return value


def _without_unstorable(value: str) -> str:
    return value.replace("\x00", "").encode("utf-8", "replace").decode()
