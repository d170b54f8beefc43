"""Values of the registry made safe: they may be of any type, and hold what nobody expects."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from bosman_protocol.text import clean_text

Values = dict[str, object]
_WINDOWS_EPOCH = datetime(1601, 1, 1, tzinfo=UTC)
_EARLIEST_YEAR = 1990


def text(values: Mapping[str, object], name: str) -> str | None:
    """A value as one line of text; what lies behind a zero character is not part of it."""
    value = values.get(name)
    if not isinstance(value, str):
        return None
    return clean_text(value.partition("\0")[0], 256) or None


def number(values: Mapping[str, object], name: str) -> int | None:
    """A number, also where it is written as text."""
    value = values.get(name)
    if isinstance(value, int):
        return value
    digits = value.strip() if isinstance(value, str) else ""
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 12 else None


def time_of_key(hundred_nanoseconds: int) -> datetime | None:
    """A time as Windows counts it, since 1601."""
    if hundred_nanoseconds <= 0:
        return None
    try:
        return _plausible(_WINDOWS_EPOCH + timedelta(microseconds=hundred_nanoseconds // 10))
    except OverflowError:
        return None


def day(values: Mapping[str, object], name: str) -> datetime | None:
    """A day written as yyyymmdd; installers also write other things there."""
    written = text(values, name)
    if written is None or len(written) != 8 or not (written.isascii() and written.isdigit()):
        return None
    try:
        at = datetime(int(written[:4]), int(written[4:6]), int(written[6:]), tzinfo=UTC)
    except ValueError:
        return None
    return _plausible(at)


def _plausible(at: datetime) -> datetime | None:
    # A day ahead is today in another zone; more is nonsense.
    return at if at.year >= _EARLIEST_YEAR and at <= datetime.now(UTC) + timedelta(days=1) else None
