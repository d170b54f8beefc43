"""How long rows are kept: each table that grows with time says so, one worker deletes what is past its time [R22]."""

from dataclasses import dataclass
from datetime import timedelta

from bosman_server.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Retention:
    """Rows go when the time in the column `by` is older than `keep`."""

    keep: timedelta | str
    """A time, or the name of the setting that says how many days."""
    by: str
    """A column that an index begins with."""
    per_tenant: bool = False
    """That index begins with `tenant_id`, and `by` follows."""
    only: str = "true"
    """SQL over the row `r`: which of those rows may go. $1 = the time before which they are old."""
    after: str | None = None
    """Another table that is looked through first."""

    def time_kept(self, settings: Settings) -> timedelta:
        """How long that is in this installation. Raises AttributeError for a setting that there is not."""
        return self.keep if isinstance(self.keep, timedelta) else timedelta(days=getattr(settings, self.keep))
