"""`bosman migrate`: bring the schema up to date."""

import asyncio

import typer

from bosman_server.kit.db import barriers
from bosman_server.kit.db import migrate as migrations
from bosman_server.settings import Settings


def migrate() -> None:
    """Run every migration that is missing, as the owner of the tables."""
    dsn = Settings().owner_database_url
    if dsn is None:
        typer.echo("BOSMAN_OWNER_DATABASE_URL is not set: it names the owner of the tables.", err=True)
        raise typer.Exit(2)
    asyncio.run(migrations.upgrade(dsn.get_secret_value()))
    if asyncio.run(barriers.left_open(dsn.get_secret_value())):
        typer.echo("A superuser has to close some functions of PostgreSQL to the api, or it will not start:", err=True)
        typer.echo("see docs/operations/running.md, 1. Database.", err=True)
