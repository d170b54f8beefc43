"""Tables for spreadsheets: comma-separated values that no spreadsheet takes for a formula [R25]."""

import csv
import io
from collections.abc import Iterable, Sequence

BOM = "\ufeff".encode()
"""Goes before the first row: without it Excel takes UTF-8 for the system's code page."""
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def safe_cell(text: str) -> str:
    """A text as a cell that a spreadsheet shows and never computes.

    An apostrophe goes before what begins like a formula, also behind leading white space, which some
    spreadsheets drop.
    """
    return f"'{text}" if text.startswith(_FORMULA) or text.lstrip().startswith(_FORMULA) else text


def encode_rows(rows: Iterable[Sequence[str | int | None]], separator: str = ",") -> bytes:
    """Rows as RFC 4180 has them, in UTF-8; None is an empty cell, numbers stay numbers."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=separator, lineterminator="\r\n")
    writer.writerows([safe_cell(cell) if isinstance(cell, str) else cell for cell in row] for row in rows)
    return buffer.getvalue().encode()
