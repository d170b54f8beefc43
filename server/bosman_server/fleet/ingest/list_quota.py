"""What devices' lists may cost: one that says something else is written anew, row by row, while others wait.

Bytes say little of that: a hundred thousand names of a few letters are three megabytes, and held up the reports
of everybody for seven seconds, again and again.
"""

from uuid import UUID

from bosman_server.kit.quota import Quota

MOST_ROWS = 60_000
"""More than any machine has of programs and updates together; longer lists are not taken."""


class TooManyRowsError(Exception):
    """A device has replaced its lists too often, or by too much; nothing was written, the transaction may go on."""


class ListQuota:
    """Rows that one device may have written anew; those of a worker are its own."""

    def __init__(self, quota: Quota | None = None) -> None:
        self._rows = quota or Quota(MOST_ROWS, 100)

    def charge(self, device_id: UUID, rows: int) -> None:
        """Before a list is replaced. Raises TooManyRowsError."""
        if not self._rows.take(device_id, rows):
            raise TooManyRowsError


LISTS = ListQuota()
"""One for all lists of the process."""
