"""`bosman keys`: make the keys of an installation."""

from typing import Annotated

import typer

from bosman_server.kit.keyring import Keyring
from bosman_server.settings import Settings

app = typer.Typer(help="Keys and certificates of this installation.", no_args_is_help=True)


@app.callback()
def _keys() -> None:
    """Keys and certificates of this installation."""


@app.command("init")
def init(names: Annotated[list[str], typer.Option("--name", help="DNS names and addresses of this server")]) -> None:
    """Make whatever is missing below the state directory; nothing that exists is replaced."""
    folder = Settings().state_dir / "keys"
    Keyring(folder).initialise(names)
    typer.echo(str(folder))
