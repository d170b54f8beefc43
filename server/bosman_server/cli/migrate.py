"""`bosman migrate`: bring the schema up to date."""

import asyncio

import typer

from bosman_server.kit.db import migrate as migrations
from bosman_server.settings import Settings


def migrate() -> None:
    """Run every migration that is missing, as the owner of the tables."""
    dsn = Settings().owner_database_url
    if dsn is None:
        typer.echo("BOSMAN_OWNER_DATABASE_URL is not set: it names the owner of the tables.", err=True)
        raise typer.Exit(2)
    asyncio.run(migrations.upgrade(dsn.get_secret_value()))
