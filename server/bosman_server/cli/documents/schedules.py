"""`bosman schedules`: when schedules fire."""

import typer

from bosman_protocol.documents.errors import Problems
from bosman_protocol.documents.reader import RawObject, print_instant
from bosman_protocol.schedules.document import Schedule, read_schedules
from bosman_protocol.schedules.firing import preview as firings
from bosman_server.cli.documents import asking
from bosman_server.cli.documents.texts import text

app = typer.Typer(help="Schedules.", no_args_is_help=True, add_completion=False)


@app.callback()
def _schedules() -> None:
    """Schedules."""


@app.command("preview")
def preview(
    file: asking.File,
    zone: asking.Zone = None,
    first: asking.From = None,
    days: asking.Days = None,
    table: asking.Table = False,  # noqa: FBT002 - typer makes it a flag
) -> None:
    """When the schedules of a document fire in a range of days.

    Prints a JSON list; all times are UTC. Status 2 and every error, where the document cannot be understood.
    """

    def read(document: RawObject, problems: Problems) -> tuple[list[Schedule], asking.Range]:
        device = asking.zone_argument("--zone", zone, problems)
        asked = asking.range_argument(device, first, days, problems)
        return read_schedules(document, device, problems), asked

    schedules, asked = asking.answer(file, read, table=table)
    found = firings(schedules, asked.low, asked.high)
    if not table:
        asking.print_json([{"schedule": one.schedule, "at": print_instant(one.at)} for one in found])
        return
    if not found:
        typer.echo(text("schedules.none"))
        return
    rows = [[one.schedule, asking.local(one.at, asked.zone)] for one in found]
    asking.print_table([text("column.schedule"), text("column.at")], rows)
    typer.echo(text("times.of", zone=asked.zone.key))
