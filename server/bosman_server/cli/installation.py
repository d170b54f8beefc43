"""Where the installation is that a command works on: the variables, or what `bosman up` wrote down."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Annotated

import msgspec
import typer
from pydantic import SecretStr

from bosman_server.kit.db.database import Database
from bosman_server.kit.db.rls import WORKER_ROLE
from bosman_server.kit.values import JsonObject
from bosman_server.settings import Settings

StateDir = Annotated[
    Path | None, typer.Option("--state-dir", help="The directory of `bosman up`; otherwise BOSMAN_STATE_DIR.")
]


def fail(message: str) -> typer.Exit:
    """Say what is wrong and what to do; raise the result."""
    typer.echo(message, err=True)
    return typer.Exit(1)


def find_settings(state_dir: Path | None) -> Settings:
    """The settings, with the addresses of a running `bosman up` where no variable says otherwise."""
    settings = Settings() if state_dir is None else Settings(state_dir=state_dir)
    path = settings.state_dir / "up.json"
    if settings.worker_database_url is not None or not path.is_file():
        return settings
    about: JsonObject = msgspec.json.decode(path.read_bytes())
    changes = {
        "worker_database_url": SecretStr(about["database_urls"][WORKER_ROLE]),
        "bus_url": settings.bus_url or about["bus_url"],
        "public_url": settings.public_url or about["url"],
    }
    return settings.model_copy(update=changes)


@asynccontextmanager
async def open_database(settings: Settings) -> AsyncIterator[Database]:
    """The worker's role. Exits with a message when it is not known or does not answer."""
    if settings.worker_database_url is None:
        raise fail(
            "Which database? Set BOSMAN_WORKER_DATABASE_URL, or name the directory of a running `bosman up`"
            " with --state-dir."
        )
    database = Database(settings.worker_database_url.get_secret_value(), pool_size=4)
    try:
        await database.open()
    except OSError as error:
        raise fail(f"The database does not answer ({error}). Is it running?") from None
    try:
        yield database
    finally:
        await database.close()
