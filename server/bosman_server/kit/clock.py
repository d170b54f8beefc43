"""The server's clock, in one place so that tests can see who asks for the time."""

from datetime import UTC, datetime


def utc_now() -> datetime:
    """Now, with its zone."""
    return datetime.now(UTC)
