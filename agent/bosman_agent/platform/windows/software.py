"""Installed software on Windows, from the registry: products of installers, and MSIX packages."""

import asyncio
import sys
from collections.abc import Iterator
from pathlib import Path, PureWindowsPath

import msgspec

assert sys.platform == "win32"

from bosman_agent.platform.windows.registry_tree import (
    LOCAL_MACHINE,
    USERS,
    VIEW_32,
    VIEW_64,
    subkeys,
    user_hives,
    values,
    written_at,
)
from bosman_agent.platform.windows.registry_values import text
from bosman_agent.platform.windows.software_rules import (
    PackageNotes,
    Place,
    package,
    product,
    read_manifest,
    shown_name,
)
from bosman_protocol.reports import SoftwareItem

UNINSTALL = r"SOFTWARE\Microsoft\Windows\CurrentVersion\Uninstall"
ALL_USERS_PACKAGES = r"SOFTWARE\Microsoft\Windows\CurrentVersion\Appx\AppxAllUserStore\Applications"
USER_PACKAGES = r"Local Settings\Software\Microsoft\Windows\CurrentVersion\AppModel\Repository\Packages"
MAX_MANIFEST_CHARS = 256 * 1024


class WindowsSoftware:
    """What the registry lists, for the machine and for every user whose hive is loaded."""

    async def collect(self) -> list[SoftwareItem]:
        """Every product and every application; none is reported twice."""
        return await asyncio.to_thread(lambda: list(dict.fromkeys(_everything())))


def _everything() -> Iterator[SoftwareItem]:
    yield from _products(LOCAL_MACHINE, UNINSTALL, Place("machine", architecture="x64"), VIEW_64)
    yield from _products(LOCAL_MACHINE, UNINSTALL, Place("machine", architecture="x86"), VIEW_32)
    seen = set()
    for name in subkeys(LOCAL_MACHINE, ALL_USERS_PACKAGES):
        seen.add(name)
        path = rf"{ALL_USERS_PACKAGES}\{name}"
        entry = values(LOCAL_MACHINE, path)
        found = package(name, _notes(entry, _manifest_path(entry), LOCAL_MACHINE, path), Place("machine"))
        if found is not None:
            yield found
    for sid, user in user_hives():
        yield from _products(USERS, rf"{sid}\{UNINSTALL}", Place("user", user), VIEW_64)
        yield from _packages_of_user(sid, user, seen)


def _products(root: int, path: str, place: Place, view: int) -> Iterator[SoftwareItem]:
    for key in subkeys(root, path, view):
        whole = rf"{path}\{key}"
        found = product(key, values(root, whole, view), place, written_at(root, whole, view))
        if found is not None:
            yield found


def _packages_of_user(sid: str, user: str, seen: set[str]) -> Iterator[SoftwareItem]:
    repository = rf"{sid}_Classes\{USER_PACKAGES}"
    for name in subkeys(USERS, repository):
        # Every user's repository repeats what is there for all.
        if name in seen:
            continue
        path = rf"{repository}\{name}"
        entry = values(USERS, path)
        folder = text(entry, "PackageRootFolder")
        manifest = str(PureWindowsPath(folder) / "AppxManifest.xml") if folder else None
        found = package(name, _notes(entry, manifest, USERS, path), Place("user", user))
        if found is not None:
            yield found


def _manifest_path(entry: dict[str, object]) -> str | None:
    path = text(entry, "Path")
    return path if path and path.lower().endswith(".xml") else None


def _notes(entry: dict[str, object], manifest: str | None, root: int, path: str) -> PackageNotes:
    notes = read_manifest(_read(manifest) if manifest else "")
    return msgspec.structs.replace(
        notes,
        display_name=shown_name(text(entry, "DisplayName")) or notes.display_name,
        installed_at=written_at(root, path),
    )


def _read(path: str) -> str:
    # A path to another machine would make this one sign in there.
    if path.startswith(("\\\\", "//")):
        return ""
    try:
        with Path(path).open(encoding="utf-8-sig", errors="replace") as file:
            return file.read(MAX_MANIFEST_CHARS)
    except (OSError, ValueError):
        return ""
