"""`bosman setup-link`: a fresh one-time link for the first Owner."""

import asyncio

import typer

from bosman_server import bootstrap
from bosman_server.kit.db.database import Database
from bosman_server.settings import Settings


async def _code(dsn: str) -> str | None:
    database = await Database(dsn, pool_size=2).open()
    try:
        return await bootstrap.new_setup_code(database)
    finally:
        await database.close()


def setup_link() -> None:
    """Print a new one-time set-up link; the earlier one ends. Only while nobody has an account."""
    settings = Settings()
    if settings.worker_database_url is None:
        typer.echo("BOSMAN_WORKER_DATABASE_URL is not set.", err=True)
        raise typer.Exit(2)
    code = asyncio.run(_code(settings.worker_database_url.get_secret_value()))
    if code is None:
        typer.echo("Set-up is done: there is an account already. Sign in with it.", err=True)
        raise typer.Exit(1)
    typer.echo(f"{settings.browser_url}/setup#{code}")
