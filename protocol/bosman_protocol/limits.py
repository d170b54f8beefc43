"""Bounds on everything that crosses the wire: both sides obey them, the receiver enforces them."""

from typing import Annotated

from msgspec import Meta

MAX_MESSAGE_BYTES = 1024 * 1024
"""What the bus carries at most in one message (the NATS default)."""
MAX_CHUNK_BYTES = 64 * 1024
"""Output bytes in one chunk."""
MAX_OUTPUT_BYTES = 20 * 1024 * 1024
"""Output of one task that is kept; the agent truncates beyond it and says so."""
MAX_LIST_ITEMS = 2000
"""Items in one part of a report; longer reports travel in several parts."""

Slug = Annotated[str, Meta(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9._:+-]+\Z")]
"""A machine word: a code, a version of ours, a kind."""
ShortText = Annotated[str, Meta(max_length=256)]
"""A name that an agent reports: hostile text, one line."""
LongText = Annotated[str, Meta(max_length=4096)]
"""A title or a message that an agent reports: hostile text."""
Count = Annotated[int, Meta(ge=0, le=2**53)]
"""A size or a count; 2**53 is where JavaScript stops counting."""
