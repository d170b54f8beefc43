"""Reads JSON that other programs printed: fields may be missing, of another type, or absurdly large."""

import json
import re

MAX_COUNT = 2**53
"""What the wire counts up to; JavaScript, too, stops there."""
_OBJECT = re.compile(r"\{\s*[\"}]")
"""A brace alone may stand in the words before it."""
_NUMBER = re.compile(r"\s*([+-]?\d{1,30})(?![\dxX])")


class NotJsonError(Exception):
    """There is no JSON object in the text."""


def load_object(text: str) -> dict[str, object]:
    """The first JSON object of a text; whatever stands before or after it is passed over. Raises NotJsonError."""
    start = _OBJECT.search(text)
    if start is None:
        raise NotJsonError("no object")
    try:
        value, _ = json.JSONDecoder(strict=False).raw_decode(text, start.start())
    except (ValueError, RecursionError) as error:
        raise NotJsonError(str(error)) from error
    if not isinstance(value, dict):
        raise NotJsonError("no object")
    return value


def dig(value: object, *path: str) -> object:
    """What lies at the end of a path of keys, or None."""
    for key in path:
        if not isinstance(value, dict):
            return None
        value = value.get(key)
    return value


def whole(value: object) -> int | None:
    """A whole number: an int, a float without a fraction, or the decimal number that a string begins with."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value
    if isinstance(value, float):
        return int(value) if value.is_integer() else None
    match = _NUMBER.match(value) if isinstance(value, str) else None
    return int(match[1]) if match is not None else None


def count(value: object) -> int | None:
    """A number that counts something: None where it is negative, cut off where the wire ends."""
    number = whole(value)
    return None if number is None or number < 0 else min(number, MAX_COUNT)


def entries(value: object) -> list[dict[str, object]]:
    """The objects of a list; anything else is passed over."""
    return [entry for entry in value if isinstance(entry, dict)] if isinstance(value, list) else []
