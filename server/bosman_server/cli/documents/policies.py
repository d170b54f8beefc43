"""`bosman policies`: which setting counts for a device, and who said it."""

import json

import typer

from bosman_protocol.documents.errors import Problems
from bosman_protocol.documents.reader import RawObject
from bosman_protocol.policies.document import Policy, PolicyDevice, Value, read_policies
from bosman_protocol.policies.resolve import resolve as resolve_policies
from bosman_server.cli.documents import asking
from bosman_server.cli.documents.texts import text

app = typer.Typer(help="Policies.", no_args_is_help=True, add_completion=False)


@app.callback()
def _policies() -> None:
    """Policies."""


@app.command("resolve")
def resolve(file: asking.File, table: asking.Table = False) -> None:  # noqa: FBT002 - typer makes it a flag
    """Which value of each setting counts for the device of a document, whose it is, and whom it overrules.

    Prints a JSON object. Status 2 and every error, where the document cannot be understood.
    """

    def read(document: RawObject, problems: Problems) -> tuple[PolicyDevice | None, list[Policy]]:
        return read_policies(document, problems)

    device, policies = asking.answer(file, read, table=table)
    assert device is not None
    found = resolve_policies(device, policies)
    if not table:
        asking.print_json({"settings": {name: setting.as_json() for name, setting in found.items()}})
        return
    if not found:
        typer.echo(text("policies.none"))
        return
    head = [text(f"column.{name}") for name in ("setting", "value", "origin", "locked", "losers")]
    rows = [
        [name, _value(one.value), one.origin, text("yes" if one.locked else "no"), ", ".join(one.losers)]
        for name, one in sorted(found.items())
    ]
    asking.print_table(head, rows)


def _value(value: Value | None) -> str:
    if value is None:
        return text("value.nothing")
    return value if isinstance(value, str) else json.dumps(value)
