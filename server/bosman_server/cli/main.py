"""The command `bosman`."""

import typer

from bosman_server.cli import admin, audit, keys, migrate, openapi, releases, serve, setup, up

app = typer.Typer(name="bosman", no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
app.command("up")(up.up)
app.command("api")(serve.api)
app.command("worker")(serve.worker)
app.command("migrate")(migrate.migrate)
app.command("openapi")(openapi.openapi)
app.command("setup-link")(setup.setup_link)
app.add_typer(audit.app, name="audit")
app.add_typer(keys.app, name="keys")
app.add_typer(admin.app, name="admin")
app.add_typer(releases.app, name="releases")


def main() -> None:
    """Entry point."""
    app()
