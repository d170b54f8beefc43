"""`bosman alerts`: when an alert is raised and cleared."""

import typer

from bosman_protocol.alerts.document import read_alerts
from bosman_protocol.alerts.replay import replay as replay_samples
from bosman_protocol.documents.reader import print_instant
from bosman_server.cli.documents import asking
from bosman_server.cli.documents.texts import text

app = typer.Typer(help="Alerts.", no_args_is_help=True, add_completion=False)


@app.callback()
def _alerts() -> None:
    """Alerts."""


@app.command("replay")
def replay(file: asking.File, table: asking.Table = False) -> None:  # noqa: FBT002 - typer makes it a flag
    """When the rules of a document would have raised and cleared alerts, had they seen its samples.

    Prints a JSON list; all times are UTC. Status 2 and every error, where the document cannot be understood.
    """
    rules, samples = asking.answer(file, read_alerts, table=table)
    found = replay_samples(rules, samples)
    if not table:
        asking.print_json([{"rule": one.rule, "at": print_instant(one.at), "kind": one.kind} for one in found])
        return
    if not found:
        typer.echo(text("alerts.none"))
        return
    rows = [[one.rule, asking.local(one.at, asking.UTC_ZONE), text(f"alerts.{one.kind}")] for one in found]
    asking.print_table([text(f"column.{name}") for name in ("rule", "at", "event")], rows)
