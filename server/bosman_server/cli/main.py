"""The command `bosman`."""

from bosman_server.cli.lazy import commands

_HERE = "bosman_server.cli"

app = commands(
    {
        "up": f"{_HERE}.up:up",
        "api": f"{_HERE}.serve:api",
        "worker": f"{_HERE}.serve:worker",
        "migrate": f"{_HERE}.migrate:migrate",
        "openapi": f"{_HERE}.openapi:openapi",
        "setup-link": f"{_HERE}.setup:setup_link",
        "audit": f"{_HERE}.audit:app",
        "keys": f"{_HERE}.keys:app",
        "admin": f"{_HERE}.admin:app",
        "releases": f"{_HERE}.releases:app",
        "windows": f"{_HERE}.documents.windows:app",
        "policies": f"{_HERE}.documents.policies:app",
        "schedules": f"{_HERE}.documents.schedules:app",
        "alerts": f"{_HERE}.documents.alerts:app",
        "sla": f"{_HERE}.documents.sla:app",
        "backups": f"{_HERE}.documents.backups:app",
    },
    name="bosman",
)


def main() -> None:
    """Entry point."""
    app()
