"""`bosman releases`: which versions of the agent this installation offers."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from bosman_server.cli.admin.emergency import actor
from bosman_server.cli.installation import StateDir, fail, find_settings, open_database
from bosman_server.features.agents import releases as service
from bosman_server.features.agents.build_folder import BuildFolder, FolderError, read_folder
from bosman_server.kit.db.scope import ALL_TENANTS

app = typer.Typer(
    help="Versions of the agent that this installation offers.", no_args_is_help=True, add_completion=False
)


@app.callback()
def _releases() -> None:
    """Versions of the agent that this installation offers."""


@app.command("add")
def add(
    folder: Annotated[Path, typer.Argument(help="What the build of the agent made.", exists=True, file_okay=False)],
    state_dir: StateDir = None,
) -> None:
    """Store the manifests, bundles and installers of a folder. What is stored already is left as it is."""
    try:
        found = read_folder(folder)
        new = asyncio.run(_add(state_dir, found))
    except (FolderError, service.ReleaseConflictError) as error:
        raise fail(f"Nothing was stored. {error}") from None
    typer.echo("\n".join(f"Stored: {name}" for name in new) or "All of it is stored already.")


async def _add(state_dir: Path | None, found: BuildFolder) -> list[str]:
    async with open_database(find_settings(state_dir)) as database:
        return await service.add(database, found, actor())


@app.command("list")
def list_releases(state_dir: StateDir = None) -> None:
    """What is stored, newest version first."""
    releases = asyncio.run(_every(state_dir))
    for release in releases:
        update = (
            "agents update to it" if release.manifest and release.bundle else "no bundle: agents cannot update to it"
        )
        installer = release.installer.name if release.installer else "no installer"
        typer.echo(f"{release.version}  {release.platform}  {update}  {installer}")
    if not releases:
        typer.echo("Nothing is stored. Build the agent, then: bosman releases add FOLDER")


async def _every(state_dir: Path | None) -> list[service.StoredRelease]:
    async with open_database(find_settings(state_dir)) as database, database.reading(ALL_TENANTS) as connection:
        return await service.list_releases(connection)


@app.command("remove")
def remove(version: str, state_dir: StateDir = None) -> None:
    """Offer a version no longer. Agents that run it stay as they are."""
    if not asyncio.run(_remove(state_dir, version)):
        raise fail(f"Version {version} is not stored. See: bosman releases list")
    typer.echo("Removed.")


async def _remove(state_dir: Path | None, version: str) -> int:
    async with open_database(find_settings(state_dir)) as database:
        return await service.remove(database, version, actor())
