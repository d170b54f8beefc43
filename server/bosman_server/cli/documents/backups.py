"""`bosman backups`: what may be deleted."""

import typer

from bosman_protocol.retention.document import Stock, read_stock
from bosman_protocol.retention.expire import expire
from bosman_server.cli.documents import asking
from bosman_server.cli.documents.texts import text

app = typer.Typer(help="Backups.", no_args_is_help=True, add_completion=False)


@app.callback()
def _backups() -> None:
    """Backups."""


@app.command("retention")
def retention(file: asking.File, table: asking.Table = False) -> None:  # noqa: FBT002 - typer makes it a flag
    """Which backup points of a document its rule lets go; deletes nothing.

    Prints a JSON object. Status 2 and every error, where the document cannot be understood.
    """
    stock = asking.answer(file, read_stock, table=table)
    assert stock is not None
    gone = expire(stock)
    if not table:
        asking.print_json({"expire": gone})
        return
    _print_points(stock, set(gone))


def _print_points(stock: Stock, gone: set[str]) -> None:
    if not stock.points:
        typer.echo(text("backups.none"))
        return
    rows = [
        [
            asking.local(point.at, stock.rule.zone),
            point.id,
            point.chain,
            text(f"backups.{point.kind}"),
            text("yes" if point.verified else "no"),
            text("backups.expire" if point.id in gone else "backups.keep"),
        ]
        for point in sorted(stock.points, key=lambda point: (point.at, point.id))
    ]
    asking.print_table([text(f"column.{name}") for name in ("at", "point", "chain", "kind", "verified", "fate")], rows)
    typer.echo(text("times.of", zone=stock.rule.zone.key))
