"""`bosman keys`: make the keys of an installation, and change the master key."""

import asyncio
from typing import Annotated

import typer

from bosman_server.cli import trust
from bosman_server.cli.installation import StateDir, fail, find_settings, open_database
from bosman_server.kit.crypto import key_rotation
from bosman_server.kit.crypto.keyring import KeyMissingError, Keyring
from bosman_server.kit.crypto.master_key import MasterKeyError, open_master_keys
from bosman_server.kit.crypto.trust import TrustBrokenError, ensure_statement
from bosman_server.settings import Settings

app = typer.Typer(help="Keys and certificates of this installation.", no_args_is_help=True, add_completion=False)
app.add_typer(trust.app, name="trust")


@app.callback()
def _keys() -> None:
    """Keys and certificates of this installation."""


@app.command("init")
def init(
    names: Annotated[list[str], typer.Option("--name", help="DNS names and addresses of this server")],
    bus_urls: trust.BusUrls = None,
) -> None:
    """Make whatever is missing below the state directory; nothing that exists is replaced."""
    settings = Settings()
    folder = settings.state_dir / "keys"
    keyring = Keyring(folder)
    keyring.initialise(names)
    typer.echo(str(folder))
    if keyring.trust_file.exists():
        return
    urls = bus_urls or settings.agent_bus_urls
    if not urls:
        typer.echo(
            "Agents need a trust statement before the worker starts: `bosman keys trust issue --bus-url tls://…`"
        )
        return
    try:
        ensure_statement(keyring, urls)
    except (TrustBrokenError, KeyMissingError) as error:
        raise fail(f"No trust statement was made: {error}") from None
    typer.echo(f"Trust statement: {keyring.trust_file}. Keep a copy of {keyring.root_file} offline and remove it here.")


@app.command("rotate-master")
def rotate_master(
    state_dir: StateDir = None,
    prepare: Annotated[bool, typer.Option("--prepare", help="Only make the next key, to copy it first.")] = False,  # noqa: FBT002 - typer makes it a flag
    forget_retired: Annotated[bool, typer.Option("--forget-retired", help="Remove retired keys.")] = False,  # noqa: FBT002 - as above
) -> None:
    """Wrap every data key by a new master key, while everything runs.

    With the key in a file the new one is made here. Otherwise put it first in BOSMAN_MASTER_KEY or let the
    key management service rotate, restart, and run this.
    """
    settings = find_settings(state_dir)
    try:
        asyncio.run(_rotate(settings, prepare=prepare, forget=forget_retired))
    except key_rotation.RotationBusyError:
        raise fail("Another rotation is under way. Wait for it to end.") from None
    except (MasterKeyError, FileNotFoundError) as error:
        raise fail(f"The master key cannot be used: {error}") from None


async def _rotate(settings: Settings, *, prepare: bool, forget: bool) -> None:
    path = Keyring(settings.state_dir / "keys").master_file
    in_file = settings.master_key is None and settings.kms_command is None
    if (prepare or forget) and not in_file:
        raise fail("Only keys in a file can be prepared or forgotten here; this installation keeps them elsewhere.")
    if prepare:
        typer.echo(f"Next master key: {key_rotation.prepare(path)}")
        typer.echo(f"Copy {path} to every process that has a copy of its own, then run this without --prepare.")
        return
    master = open_master_keys(settings, path)
    async with open_database(settings) as database:
        if forget:
            gone = await key_rotation.forget_retired(database, master, path)
            typer.echo(f"Forgotten: {', '.join(gone) or 'nothing was retired'}")
            return
        done = await (
            key_rotation.rotate_file(database, master, path) if in_file else key_rotation.rewrap(database, master)
        )
    typer.echo(f"Current master key: {done.current_id}; data keys wrapped anew: {done.rewrapped}")
    if done.retired:
        typer.echo(f"Retired: {', '.join(done.retired)}. Older backups of the database need it.")
        typer.echo("Remove it with --forget-retired when no backup does.")
    elif not in_file:
        typer.echo("The earlier key wraps nothing any more.")
