"""Maintenance windows as the API takes them."""

from datetime import UTC, datetime, timedelta
from typing import Any


def timing(start: str = "22:00", end: str = "06:00", **changes: Any) -> dict[str, Any]:
    """Every night, by the clock of Warsaw."""
    plain: dict[str, Any] = {
        "recurrence": {"rrule": "FREQ=DAILY"}, "starts_on": "2026-01-01", "ends_on": None, "start": start, "end": end,
        "zone": "Europe/Warsaw", "except_dates": [],
    }  # fmt: skip
    return plain | changes


def around_now(begin_hours: float, end_hours: float) -> dict[str, Any]:
    """Once, from so many hours from now to so many hours from now."""
    now = datetime.now(UTC)
    begin, end = now + timedelta(hours=begin_hours), now + timedelta(hours=end_hours)
    return timing(
        f"{begin:%H:%M}", f"{end:%H:%M}", zone="UTC", recurrence=None, starts_on=f"{begin:%Y-%m-%d}",
        end_day_offset=(end.date() - begin.date()).days,
    )  # fmt: skip


def window_body(tenant_id: object, **changes: Any) -> dict[str, Any]:
    """A window for restarts of a whole customer."""
    plain: dict[str, Any] = {
        "tenant_id": str(tenant_id), "name": "Nights", "kind": "window", "scope": "tenant", "classes": ["restart"],
        "timing": timing(),
    }  # fmt: skip
    return plain | changes
