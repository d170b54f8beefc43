"""`bosman windows`: when maintenance windows are open."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from bosman_protocol.documents.errors import Problems
from bosman_protocol.documents.reader import RawObject, one_of, print_instant
from bosman_protocol.timing import zones
from bosman_protocol.windows.document import Window, Zones, read_windows
from bosman_protocol.windows.occurrences import Span, seconds
from bosman_protocol.windows.opening import NamedSpan, Opening
from bosman_protocol.windows.opening import preview as occurrences
from bosman_protocol.work import WindowClass
from bosman_server.cli.documents import asking
from bosman_server.cli.documents.texts import text

app = typer.Typer(help="Maintenance windows.", no_args_is_help=True, add_completion=False)


@app.callback()
def _windows() -> None:
    """Maintenance windows."""


@dataclass(frozen=True, slots=True)
class _Asked:
    windows: list[Window]
    range: asking.Range
    action: WindowClass | None


@app.command("preview")
def preview(
    file: asking.File,
    zone: asking.Zone = None,
    first: asking.From = None,
    days: asking.Days = None,
    site_zone: Annotated[str | None, typer.Option("--site-zone", help="The site's zone; else the device's.")] = None,
    action: Annotated[
        str | None,
        typer.Option("--class", help=f"When this may run: {', '.join(WindowClass)}. Without: every occurrence."),
    ] = None,
    table: asking.Table = False,  # noqa: FBT002 - typer makes it a flag
) -> None:
    """When the windows of a document occur, or when work of a class may run, in a range of days.

    Prints a JSON list; all times are UTC. Status 2 and every error, where the document cannot be understood.
    """

    def read(document: RawObject, problems: Problems) -> _Asked:
        device = asking.zone_argument("--zone", zone, problems)
        site = None if site_zone is None else zones.zone(site_zone, "--site-zone", problems)
        asked = asking.range_argument(device, first, days, problems)
        wanted = None if action is None else one_of([*WindowClass])(action, "--class", problems)
        windows = read_windows(document, Zones(device, site), problems)
        return _Asked(windows, asked, WindowClass(wanted) if wanted else None)

    asked = asking.answer(file, read, table=table)
    low, high = seconds(asked.range.low), seconds(asked.range.high)
    if asked.action is None:
        _print_occurrences(occurrences(asked.windows, low, high), asked.range.zone, table=table)
    else:
        _print_open(Opening(asked.windows, asked.action).intervals(low, high), asked.range.zone, table=table)


def _print_occurrences(found: list[NamedSpan], zone: ZoneInfo, *, table: bool) -> None:
    if not table:
        asking.print_json([{"window": one.window, **_span(one.span)} for one in found])
        return
    if not found:
        typer.echo(text("windows.none"))
        return
    head = [text("column.window"), text("column.start"), text("column.end"), text("column.length")]
    asking.print_table(head, [[one.window, *_row(one.span, zone)] for one in found])
    typer.echo(text("times.of", zone=zone.key))


def _print_open(found: list[Span], zone: ZoneInfo, *, table: bool) -> None:
    if not table:
        asking.print_json([_span(span) for span in found])
        return
    if not found:
        typer.echo(text("windows.nothing_opens"))
        return
    head = [text("column.start"), text("column.end"), text("column.length")]
    asking.print_table(head, [_row(span, zone) for span in found])
    typer.echo(text("times.of", zone=zone.key))


def _span(span: Span) -> dict[str, str]:
    return {"start": print_instant(_moment(span.start)), "end": print_instant(_moment(span.end))}


def _row(span: Span, zone: ZoneInfo) -> list[str]:
    return [
        asking.local(_moment(span.start), zone),
        asking.local(_moment(span.end), zone),
        asking.duration(span.end - span.start),
    ]


def _moment(at: int) -> datetime:
    return datetime.fromtimestamp(at, UTC)
