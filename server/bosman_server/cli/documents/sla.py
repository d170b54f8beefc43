"""`bosman sla`: what is due when."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import typer

from bosman_protocol.documents.reader import print_instant
from bosman_protocol.sla.clock import read_time
from bosman_protocol.sla.document import read_clock
from bosman_server.cli.documents import asking
from bosman_server.cli.documents.texts import text

app = typer.Typer(help="Service levels.", no_args_is_help=True, add_completion=False)


@app.callback()
def _sla() -> None:
    """Service levels."""


@app.command("clock")
def clock(file: asking.File, table: asking.Table = False) -> None:  # noqa: FBT002 - typer makes it a flag
    """What the service clock of a document shows: minutes elapsed, when its target is due, when it was missed.

    Prints a JSON object; all times are UTC. Status 2 and every error, where the document cannot be understood.
    """
    found = asking.answer(file, read_clock, table=table)
    assert found is not None
    reading = read_time(found, _is_holiday)
    if not table:
        asking.print_json(
            {
                "elapsed_minutes": reading.elapsed_minutes,
                "due_at": _instant(reading.due_at),
                "breached_at": _instant(reading.breached_at),
            }
        )
        return
    zone = found.calendar.zone
    rows = [
        [text("sla.elapsed"), asking.duration(reading.elapsed_minutes * 60)],
        [text("sla.due"), _local(reading.due_at, zone)],
        [text("sla.breached"), _local(reading.breached_at, zone)],
    ]
    asking.print_table([text("column.setting"), text("column.value")], rows)
    typer.echo(text("times.of", zone=zone.key))


def _is_holiday(country: str, day: date) -> bool:
    from holidays import country_holidays  # noqa: PLC0415 - reads many tables; other commands need not wait for it

    return day in country_holidays(country, years=day.year)


def _instant(moment: datetime | None) -> str | None:
    return None if moment is None else print_instant(moment)


def _local(moment: datetime | None, zone: ZoneInfo) -> str:
    return text("value.nothing") if moment is None else asking.local(moment, zone)
