"""`bosman openapi`: the API's description, from which the web client is generated."""

import json

import typer

from bosman_server.app import create_app
from bosman_server.settings import Settings


def openapi() -> None:
    """Print the OpenAPI document."""
    typer.echo(json.dumps(create_app(Settings()).openapi(), indent=2, sort_keys=True))
