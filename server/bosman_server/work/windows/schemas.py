"""What the API takes and says of maintenance windows."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from bosman_protocol.windows.document import WindowKind
from bosman_protocol.work import WindowClass
from bosman_server.kit.problems import FieldProblem
from bosman_server.kit.schemas import PatchModel, RequestModel, left_out, one_line
from bosman_server.kit.values import JsonObject
from bosman_server.work.windows.models import Change, Scope

State = Literal["unbound", "open", "closed", "blackout"]
Name = Annotated[str, one_line(120)]
Note = Annotated[str, one_line(500, 0)]
Classes = Annotated[list[WindowClass], Field(min_length=1, max_length=len(WindowClass))]
Margin = Annotated[int, Field(ge=0, le=1440)]


class Recurrence(RequestModel):
    """On which dates it occurs: one of both."""

    rrule: Annotated[str | None, Field(max_length=500)] = None
    """An RRULE of whole days (RFC 5545), without `RRULE:` and DTSTART. None = the other."""
    patch_tuesday_offset_days: int | None = None
    """So many days after the second Tuesday of each month, 0 to 30. None = the other."""


class Timing(RequestModel):
    """When it occurs. Dates are `YYYY-MM-DD`, times `HH:MM` on the clock of `zone`."""

    recurrence: Recurrence | None
    """Null: once, on `starts_on`."""
    starts_on: Annotated[str, Field(max_length=40)]
    """The first date that counts."""
    ends_on: Annotated[str | None, Field(max_length=40)]
    """The last date on which it may start; null: no end."""
    start: Annotated[str, Field(max_length=40)]
    end: Annotated[str, Field(max_length=40)]
    end_day_offset: int | None = None
    """Days from the date of the start to that of the end, up to 31. None = the next time that it is `end`."""
    zone: Annotated[str, Field(max_length=64)]
    """An IANA name, `site` or `device`."""
    except_dates: Annotated[list[Annotated[str, Field(max_length=40)]], Field(max_length=366)]
    """Dates of starts that are left out."""


class WindowIn(RequestModel):
    """A maintenance window as somebody writes it."""

    name: Name
    kind: WindowKind
    scope: Scope
    site_id: UUID | None = None
    """Of a window for a site. None = it is for something else."""
    device_id: UUID | None = None
    """Of a window for a device. None = it is for something else."""
    classes: Classes
    timing: Timing
    margin_minutes: Margin = 0
    """Nothing begins in so many last minutes. Left out: work may begin until the end."""
    enabled: bool = True
    """Left out: it counts at once."""
    note: Note = ""
    """Left out: nothing is noted."""


class WindowCreate(WindowIn):
    """A new maintenance window."""

    tenant_id: UUID


class WindowUpdate(PatchModel):
    """Changes to a maintenance window."""

    name: Name = left_out()
    """None is refused; left out, it stays as it is."""
    kind: WindowKind = left_out()
    """None is refused; left out, it stays as it is."""
    scope: Scope = left_out()
    """None is refused; left out, it stays as it is."""
    site_id: UUID | None = None
    """None = it is not for a site; left out, it stays as it is."""
    device_id: UUID | None = None
    """None = it is not for a device; left out, it stays as it is."""
    classes: Classes = left_out()
    """None is refused; left out, they stay as they are."""
    timing: Timing = left_out()
    """None is refused; left out, it stays as it is."""
    margin_minutes: Margin = left_out()
    """None is refused; left out, it stays as it is."""
    enabled: bool = left_out()
    """None is refused; left out, it stays as it is."""
    note: Note = left_out()
    """None is refused; left out, it stays as it is."""


class WindowRestore(RequestModel):
    """Make a window again what it was."""

    version: Annotated[int, Field(ge=1)]


class Occurrence(BaseModel):
    """From when to when a window occurs."""

    start: datetime
    end: datetime


class WindowRow(BaseModel):
    """A maintenance window as the list reads it."""

    id: UUID
    tenant_id: UUID
    tenant_name: str
    name: str
    kind: WindowKind
    scope: Scope
    site_id: UUID | None
    site_name: str | None
    device_id: UUID | None
    hostname: str | None
    classes: list[WindowClass]
    timing: JsonObject
    margin_minutes: int
    enabled: bool
    note: str
    version: int
    created_at: datetime
    changed_at: datetime
    changed_by_name: str


class WindowOut(WindowRow):
    """A maintenance window."""

    problems: list[FieldProblem]
    """Why it cannot be computed: it is broken, and opens or closes nothing."""
    next: Occurrence | None
    """The present or next occurrence; null also where it depends on whose clock it follows."""


class WindowVersionOut(BaseModel):
    """A state of a window."""

    version: int
    change: Change
    at: datetime
    by_name: str
    content: JsonObject
    changed: list[str]
    """Names of what differs from the version before."""


class WindowVersions(BaseModel):
    """Every state of a window, newest first."""

    items: list[WindowVersionOut]


class ClassStateOut(BaseModel):
    """Whether work of a class may begin on a device now."""

    window_class: WindowClass
    state: State
    """`unbound`: no window says anything about this class, so it may begin at any time."""
    until: datetime | None
    """Open: when the last work may begin. Else: when it opens next; null = not as far as can be seen."""
    ends: datetime | None
    """When that opening ends."""
    window_id: UUID | None
    window: str | None
    """What opens it, or keeps it closed."""


class DeviceWindows(BaseModel):
    """What maintenance windows say about a device now."""

    now: datetime
    zone: str
    """Whose clock windows by the device's zone follow."""
    states: list[ClassStateOut]


class PreviewRequest(RequestModel):
    """What windows would do on some devices."""

    tenant_id: UUID
    draft: WindowIn | None = None
    """A window that is not saved, or not yet saved so. None = those that are stored."""
    window_id: UUID | None = None
    """The stored window that the draft replaces. None = it is a new one."""
    device_ids: Annotated[list[UUID], Field(max_length=20, default_factory=list)]
    """Left out: some of the devices that the draft is for."""


class PreviewOccurrence(BaseModel):
    """One occurrence of a window on a device."""

    window_id: UUID | None
    """Null: the draft."""
    window: str
    start: datetime
    end: datetime
    length_seconds: int
    usual_seconds: int
    """By the clock on the wall; it differs on nights when the clocks change."""
    overruled_by: str | None
    """A window of a narrower scope that counts instead."""
    closed_by: list[str]
    """Blackouts that take away some of it."""


class DevicePreview(BaseModel):
    """The next occurrences on a device."""

    device_id: UUID | None
    """Null: there is no device there yet; by the clock of the site."""
    hostname: str | None
    site_name: str
    zone: str
    """The clock that the occurrences follow, unless the window names its own."""
    occurrences: list[PreviewOccurrence]


class WindowPreview(BaseModel):
    """What windows would do."""

    devices: list[DevicePreview]
    device_count: int
    """How many devices the draft is for."""
    opens_nothing: bool
    """The draft occurs nowhere within 60 days."""
