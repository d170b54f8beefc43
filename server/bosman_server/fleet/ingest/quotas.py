"""What one device may send: beyond it its messages are put off, and at last counted instead of stored."""

from dataclasses import dataclass, field
from uuid import UUID

from bosman_server.kit.quota import Quota

_MIB = 1024 * 1024
MOST_SECONDS = 90.0
"""Who owes more than this is no agent of ours: what it sends is counted and dropped, and it is cut."""
MOST_REPORT_SECONDS = 60.0
"""The same for the bulk, of which a newer report replaces the older."""


@dataclass(slots=True)
class UplinkQuotas:
    """Quotas of every device; those of a worker are its own.

    An agent sends at most four outputs of 20 MiB at once: that is put off, never dropped.
    """

    bytes: Quota = field(default_factory=lambda: Quota(24 * _MIB, 1 * _MIB))
    report_bytes: Quota = field(default_factory=lambda: Quota(8 * _MIB, _MIB / 2))
    """Of the bulk: an inventory of 5,000 packages is one megabyte, and comes once a day."""
    messages: Quota = field(default_factory=lambda: Quota(4000, 200))
    events: Quota = field(default_factory=lambda: Quota(60, 0.1))
    """Events of the agent itself; each costs a row that is kept for weeks."""

    def delay(self, device_id: UUID, size: int, *, is_report: bool = False) -> float:
        """Seconds until a message of this size is within the device's quota; what it costs is taken."""
        quota = self.report_bytes if is_report else self.bytes
        return max(quota.reserve(device_id, size), self.messages.reserve(device_id, 1))
